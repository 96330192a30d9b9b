import EventStream
import IntakeDomain
import ReviewEvents

/// A cycle as its stream tells, and how far the stream is.
struct LoadedCycle {
  var cycle: Cycle
  var sequence: Int64
}

/// The table `cycle` and the streams behind it.
enum CycleTable {
  /// Loads a cycle and keeps everybody else from changing it until the transaction ends.
  /// - Throws: ``CycleRejection/notOpened``.
  static func lock(_ id: CycleID, _ transaction: borrowing AnyTransaction) throws -> LoadedCycle {
    let rows = try transaction.rows(
      "select 1 from cycle where cycle_id = $1 for update", [.text(id.text)])
    guard !rows.isEmpty else { throw CycleRejection.notOpened }
    return try load(id, transaction)
  }

  /// Loads a cycle; one without facts is unopened.
  static func load(_ id: CycleID, _ transaction: borrowing AnyTransaction) throws -> LoadedCycle {
    let history = try transaction.history(of: .cycle(id))
    return LoadedCycle(
      cycle: Cycle(try history.map { envelope in try CycleEvent(envelope) }),
      sequence: history.last?.sequence ?? 0)
  }

  /// Refuses a question about a cycle that nobody opened.
  /// - Throws: ``CycleRejection/notOpened``.
  static func requireKnown(_ id: CycleID, _ transaction: borrowing AnyTransaction) throws {
    let rows = try transaction.rows("select 1 from cycle where cycle_id = $1", [.text(id.text)])
    guard !rows.isEmpty else { throw CycleRejection.notOpened }
  }

  /// How far a cycle has come.
  ///
  /// Until the transaction ends it goes no further, so that no report
  /// slips in while the cycle is closed.
  static func holdPhase(
    of id: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> Cycle.Phase {
    let rows = try transaction.rows(
      "select state from cycle where cycle_id = $1 for share", [.text(id.text)])
    return try rows.first.map { row throws(StoreError) in
      try row.value(0) { Cycle.Phase(rawValue: $0) ?? .unopened }
    } ?? .unopened
  }

  /// Appends facts of a cycle and shows what follows from them.
  /// - Returns: the stream's new sequence.
  static func record(
    _ events: [CycleEvent], on loaded: LoadedCycle, of id: CycleID, origin: EventOrigin,
    _ transaction: borrowing AnyTransaction
  ) throws -> Int64 {
    guard !events.isEmpty else { return loaded.sequence }
    try transaction.append([
      StreamAppend(
        stream: .cycle(id), expected: loaded.sequence, events: events.map(\.fact), origin: origin)
    ])
    var cycle = loaded.cycle
    for event in events { cycle.apply(event) }
    guard let plan = cycle.plan else { return loaded.sequence }
    let sequence = loaded.sequence + Int64(events.count)
    try transaction.rows(
      """
      insert into cycle (cycle_id, state, year, kind, rule_set_id, plan_number,
                         requested_reports, sequence)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (cycle_id) do update
        set state = excluded.state, requested_reports = excluded.requested_reports,
            sequence = excluded.sequence
      """,
      [
        .text(id.text), .text(cycle.phase.rawValue), .integer(Int64(plan.year)),
        .text(plan.kind.rawValue), .text(plan.ruleSetID.text), .text(plan.planNumber),
        .integer(Int64(cycle.requestedReports)), .integer(sequence),
      ])
    return sequence
  }
}
