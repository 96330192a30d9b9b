internal import EventStream
internal import NotificationDomain
internal import ReviewEvents

extension Reactions {
  /// A report is owed.
  func reportsRequested(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportRequested>]
  ) throws {
    let cycles = try CycleTable.share(
      events.map(\.event.cycleID), rules: rules, in: transaction)
    let duties = try events.map { received in
      let event = received.event
      var duty = Duty(
        id: DutyID(
          kind: .report, stream: received.envelope.stream, openedBy: received.envelope.sequence),
        subject: event.subjectID, cycleID: event.cycleID, caseID: nil, dueBefore: event.dueBefore,
        wording: event.dueWording,
        frame: try rules.frame(
          year: event.year, planNumber: event.planNumber, ruleSetID: event.ruleSetID),
        beganAt: received.envelope.time)
      if cycles[event.cycleID]?.isClosed == true { duty.apply(.cycleClosed) }
      return duty
    }
    try DutyTable.save(duties, in: transaction)
  }

  /// A report came in: a receipt goes out, for each submission one.
  func reportsSubmitted(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportSubmitted>]
  ) throws -> [CausedMail] {
    try changeAndTell(events, in: transaction) { duty, received in
      duty.apply(.fulfilled)
      return MailOrder(
        duty, .reportReceipt, cause: received.cause, at: received.envelope.time,
        showsDeadline: false)
    }
  }

  /// A report was given back: it is owed again.
  func reportsReturned(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportReturned>]
  ) throws -> [CausedMail] {
    let cycles = try CycleTable.share(
      events.map(\.event.cycleID), rules: rules, in: transaction)
    return try changeAndTell(events, in: transaction) { duty, received in
      duty.apply(.reopened(at: received.envelope.time))
      if cycles[received.event.cycleID]?.isClosed == true { duty.apply(.cycleClosed) }
      return MailOrder(
        duty, .reportReturned, cause: received.cause, at: received.envelope.time)
    }
  }

  /// A subject is gone: nobody has to hand the report in any more, and nobody is reminded.
  func reportsWaived(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportWaived>]
  ) throws {
    try change(events, in: transaction) { duty, _ in
      if duty.state == .open { duty.apply(.cancelled) }
    }
  }

  /// Overdue reports were locked: nobody may hand them in any more.
  func reportsLocked(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportLocked>]
  ) throws {
    try change(events, in: transaction) { duty, _ in duty.apply(.cancelled) }
  }

  /// Reports lie with their subjects again, and the authority that decided so tells them.
  ///
  /// No mail does: the text that goes with a return asks to hand in *again*, by a date; of a report
  /// that never came, or long after that date, neither would be true.
  func reportsReopened(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportReopened>]
  ) throws {
    try change(events, in: transaction) { duty, received in
      duty.apply(.readmitted(at: received.envelope.time))
    }
  }

  /// Matters became known after the receipt.
  func supplementsRequested(
    _ transaction: borrowing AnyTransaction, _ events: [Received<SupplementRequested>]
  ) throws -> [CausedMail] {
    let cycles = try CycleTable.share(
      events.map(\.event.cycleID), rules: rules, in: transaction)
    return try open(
      events.map { received in
        let event = received.event
        let duty = Duty(
          id: DutyID(
            kind: .supplement, stream: received.envelope.stream,
            openedBy: received.envelope.sequence),
          subject: event.subjectID, cycleID: event.cycleID, caseID: event.caseID,
          dueBefore: event.dueBefore, wording: event.dueWording,
          frame: cycles[event.cycleID]?.frame, beganAt: received.envelope.time)
        return (duty, received.origin)
      }, in: transaction)
  }

  /// Supplements came in, or are not needed any more.
  func supplementsEnded(
    _ ended: [(stream: StreamID, caseID: CaseID)], _ fact: DutyFact,
    in transaction: borrowing AnyTransaction
  ) throws {
    let keys = Set(ended.map { "\($0.stream)|\($0.caseID)" })
    let ids = try DutyTable.supplements(of: ended.map(\.stream), in: transaction)
      .filter { keys.contains("\($0.stream)|\($0.caseID)") }.map(\.id)
    let duties = try DutyTable.lock(ids, rules: rules, in: transaction)
    try DutyTable.save(
      duties.values.filter { $0.state == .open }.sorted { $0.id < $1.id }.map { duty in
        var duty = duty
        duty.apply(fact)
        return duty
      }, in: transaction)
  }
}

extension Received {
  /// The fact itself as the cause of a mail.
  var cause: SendOnceKey.Cause { .fact(envelope.stream, sequence: envelope.sequence) }
}
