import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

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
    try LoadedCycle(try transaction.history(of: .cycle(id)))
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
  static func holdPhase(of id: CycleID) -> Question<Cycle.Phase> {
    Question("select state from cycle where cycle_id = $1 for share", [.text(id.text)]) { rows in
      try rows.first.map { row throws(StoreError) in
        try row.value(0) { Cycle.Phase(rawValue: $0) ?? .unopened }
      } ?? .unopened
    }
  }

  /// The cycles that take reports.
  ///
  /// Until the transaction ends none of them is closed.
  static func holdLaunched(_ transaction: borrowing AnyTransaction) throws -> [CycleID] {
    try transaction.rows(
      "select cycle_id from cycle where state = 'launched' order by cycle_id for share", []
    ).map { row in try row.value(0, CycleID.init) }
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
    var next = loaded
    for event in events { next.cycle.apply(event) }
    next.sequence += Int64(events.count)
    try CycleRows.write([next], transaction)
    return next.sequence
  }
}
