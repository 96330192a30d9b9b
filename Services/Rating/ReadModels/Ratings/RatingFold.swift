internal import EventStream
internal import RatingDomain
internal import ReviewEvents

/// How the rows of ratings follow from their streams.
enum RatingFold {
  static let fold = StreamFold(.rating) { transaction, histories in
    var rows: [RatingRow] = []
    var decisions: [DecisionRow] = []
    for history in histories {
      let events = try history.events.map { try RatingEvent($0) }
      let about = events[0].identity
      rows.append(
        RatingRow(
          id: about.rating, cycleID: about.cycle, subjectID: about.subject,
          rating: Rating(events), sequence: history.sequence))
      decisions += zip(history.events, events).compactMap { envelope, event in
        DecisionRow(event, sequence: envelope.sequence, at: envelope.time)
      }
    }
    try RatingTable.save(rows, in: transaction)
    try DecisionTable.keep(decisions, in: transaction)
  }
}
