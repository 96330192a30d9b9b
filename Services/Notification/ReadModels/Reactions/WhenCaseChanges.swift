internal import EventStream
internal import NotificationDomain
internal import ReviewEvents

extension Reactions {
  /// A letter was issued: its receipt has to be confirmed.
  func casesIssued(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CaseIssued>]
  ) throws -> [CausedMail] {
    let cycles = try CycleTable.share(
      events.map(\.event.cycleID), rules: rules, in: transaction)
    return try open(
      events.map { received in
        let event = received.event
        let duty = Duty(
          id: DutyID(
            kind: .acknowledge, stream: received.envelope.stream,
            openedBy: received.envelope.sequence),
          subject: event.subjectID, cycleID: event.cycleID, caseID: event.caseID,
          dueBefore: event.acknowledgeBefore, wording: Self.wording(event.acknowledgeBefore),
          frame: cycles[event.cycleID]?.frame, beganAt: received.envelope.time)
        return (duty, received.origin)
      }, in: transaction)
  }

  /// A letter was confirmed.
  func casesAcknowledged(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CaseAcknowledged>]
  ) throws {
    try change(events, in: transaction) { duty, _ in
      duty.apply(.fulfilled)
    }
  }

  /// A case was taken back; before its letter was issued nobody owed anything.
  func casesWithdrawn(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CaseWithdrawn>]
  ) throws {
    try change(events.filter(\.event.wasIssued), in: transaction) { duty, _ in
      if duty.state == .open { duty.apply(.cancelled) }
    }
  }

  /// The deadline in the province's words.
  static func wording(_ dueBefore: Instant) -> String {
    let day = LocalDate(dueBefore)
    return day.start == dueBefore ? "trước ngày \(day.forPeople)" : "trong ngày \(day.forPeople)"
  }
}
