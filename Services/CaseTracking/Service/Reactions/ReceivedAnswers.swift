import CaseTrackingDomain
import EventStream
import ReviewEvents

/// Derives *explained* from the answers that intake received.
enum ReceivedAnswers {
  /// Takes answers in the order in which they came; the last one to a matter counts.
  ///
  /// Intake learned of every matter from a letter, so the case always exists; answers to a case
  /// that was withdrawn or explained in the meantime change nothing and are not kept.
  static func take(
    _ submissions: [(answers: [MatterAnswer], envelope: EventEnvelope)],
    in transaction: borrowing AnyTransaction
  ) throws {
    var given: [CaseID: [MatterID: MatterAnswer]] = [:]
    var lastEnvelope: [CaseID: EventEnvelope] = [:]
    for submission in submissions {
      for answer in submission.answers {
        given[answer.caseID, default: [:]][answer.matterID] = answer
        lastEnvelope[answer.caseID] = submission.envelope
      }
    }
    guard !given.isEmpty else { return }
    let cases = try CaseArchive.load(given.keys, in: transaction).filter { _, loaded in
      loaded.suggested.phase == .issued && loaded.suggested.explainedAt == nil
    }
    for answer in try PendingAnswers.of(Array(cases.keys), in: transaction)
    where given[answer.caseID]?[answer.matterID] == nil {
      given[answer.caseID]?[answer.matterID] = answer
    }
    var changes: [CaseArchive.Change] = []
    var waiting: [MatterAnswer] = []
    for (caseID, loaded) in cases.sorted(by: { $0.key < $1.key }) {
      guard let envelope = lastEnvelope[caseID] else { continue }
      let matterIDs = loaded.suggested.matters.map(\.matterID)
      let answers = matterIDs.compactMap { given[caseID]?[$0] }
      let origin = EventOrigin(reactingTo: envelope, in: .case)
      let events = try loaded.suggested.decide(
        .noteExplanation(answers), by: origin.actor, at: origin.time)
      if events.isEmpty { waiting += answers }
      changes.append(
        CaseArchive.Change(caseID: caseID, before: loaded, events: events, origin: origin))
    }
    try CaseArchive.record(changes, in: transaction)
    try PendingAnswers.keep(waiting, in: transaction)
    try PendingAnswers.forget(
      changes.filter { !$0.events.isEmpty }.map(\.caseID), in: transaction)
  }
}
