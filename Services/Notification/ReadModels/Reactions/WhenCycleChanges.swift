internal import EventStream
internal import NotificationDomain
internal import ReviewEvents

extension Reactions {
  /// Completes the duties that were heard of before their cycle.
  func cyclesOpened(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CycleOpened>]
  ) throws -> [CausedMail] {
    // Only the last word on a cycle counts, and one statement may touch a row once.
    let cycles = Dictionary(events.map { ($0.event.cycleID, $0) }, uniquingKeysWith: { $1 })
    try CycleTable.open(
      cycles.values.map(\.event).sorted { $0.cycleID < $1.cycleID }, in: transaction)
    let waiting = try DutyTable.incomplete(of: Array(cycles.keys), in: transaction)
    guard !waiting.isEmpty else { return [] }
    var completed: [(duty: Duty, origin: EventOrigin)] = []
    let duties = try DutyTable.lock(waiting, rules: rules, in: transaction)
    for var duty in duties.values.sorted(by: { $0.id < $1.id }) {
      guard let opening = cycles[duty.cycleID] else { continue }
      duty.apply(
        .cycleOpened(
          try rules.frame(
            year: opening.event.year, planNumber: opening.event.planNumber,
            ruleSetID: opening.event.ruleSetID)))
      var origin = opening.origin
      // As if the cycle had been known, so that the order of arrival makes no difference.
      origin.time = duty.beganAt
      completed.append((duty, origin))
    }
    return try open(completed, in: transaction)
  }

  /// Cancels the reports that nobody takes any more.
  func cyclesClosed(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CycleClosed>]
  ) throws {
    let cycles = events.map(\.event.cycleID)
    try CycleTable.close(cycles, in: transaction)
    try DutyTable.cancelReports(of: cycles, in: transaction)
  }

  /// Opens again what ended with the cycles.
  ///
  /// Their ladders go on as after an outage: of what has become due meanwhile the newest is sent.
  func cyclesReopened(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CycleReopened>]
  ) throws {
    let cycles = events.map(\.event.cycleID)
    try CycleTable.reopen(cycles, in: transaction)
    let ended = try DutyTable.endedWithCycle(cycles, in: transaction)
    guard !ended.isEmpty else { return }
    let duties = try DutyTable.lock(ended, rules: rules, in: transaction)
    try DutyTable.save(
      duties.values.sorted { $0.id < $1.id }.map { duty in
        var duty = duty
        duty.apply(.cycleReopened)
        return duty
      }, in: transaction)
  }
}
