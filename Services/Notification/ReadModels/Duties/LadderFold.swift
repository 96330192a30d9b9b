internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ReviewRules

/// How far the reminders of each duty are, as the mails tell that were planned or dropped for it.
enum LadderFold {
  /// The fold of deliveries.
  ///
  /// Mails about a fact belong to no duty, and neither do reminders from before duties were
  /// recorded; reminders of a date that does not hold any more say nothing of the present one. A
  /// duty that is not there is passed over: so whoever folds a mail must have learned at least what
  /// the service knew when it planned that mail. Otherwise the ladder of that duty begins anew,
  /// which the send-once keys keep from leading to a second mail.
  static func fold(rules: RuleBook) -> StreamFold {
    StreamFold(.delivery) { transaction, histories in
      let passed = try newestRungs(histories)
      let duties = try DutyTable.lock(
        Set(passed.keys.map(\.dutyID)).sorted(), rules: rules, in: transaction)
      var changed: [Duty] = []
      for (id, before) in duties.sorted(by: { $0.key < $1.key }) {
        guard let rung = passed[DatedDuty(dutyID: id, datedBy: before.datedBy)] else { continue }
        var duty = before
        duty.apply(.rungPassed(rung))
        if duty != before { changed.append(duty) }
      }
      try DutyTable.save(changed, in: transaction)
    }
  }

  /// A duty with one of the dates that it had.
  private struct DatedDuty: Hashable {
    let dutyID: String
    let datedBy: Int64?
  }

  /// The newest rung that was dealt with, of each duty and date.
  private static func newestRungs(_ histories: [StreamHistory]) throws -> [DatedDuty: Int] {
    var newest: [DatedDuty: Int] = [:]
    for envelope in histories.lazy.flatMap(\.events) {
      guard let (duty, rung) = try passedRung(envelope) else { continue }
      newest[duty] = max(newest[duty] ?? rung, rung)
    }
    return newest
  }

  private static func passedRung(
    _ envelope: EventEnvelope
  ) throws -> (duty: DatedDuty, rung: Int)? {
    let dutyID: String?
    let datedBy: Int64?
    let rung: Int?
    switch envelope.type {
    case DeliveryPlanned.type:
      let event = try EventCodec.decode(DeliveryPlanned.self, from: envelope)
      (dutyID, datedBy, rung) = (event.dutyID, event.datedBy, event.rung)
    case DeliveryDropped.type:
      let event = try EventCodec.decode(DeliveryDropped.self, from: envelope)
      (dutyID, datedBy, rung) = (event.dutyID, event.datedBy, event.rung)
    // What became of a mail later says nothing about its rung.
    case DeliverySent.type, DeliveryRefused.type, DeliveryHeld.type: return nil
    default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
    }
    guard let dutyID, let rung else { return nil }
    return (DatedDuty(dutyID: dutyID, datedBy: datedBy), rung)
  }
}
