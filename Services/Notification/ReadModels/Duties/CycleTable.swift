internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ReviewRules

/// What is known of the cycles.
enum CycleTable {
  /// What is known of one cycle.
  struct Row: Sendable {
    let frame: DutyFrame?
    let isClosed: Bool
  }

  /// The cycles, kept from changing until the transaction ends.
  ///
  /// Whoever adds duties of a cycle and whoever learns something about it, which may happen at the
  /// same time in two instances, would otherwise each miss what the other does. So even a cycle
  /// that nobody has heard of gets its row here.
  static func share(
    _ ids: [CycleID], rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> [CycleID: Row] {
    let wanted = Set(ids)
    var rows = try read(wanted, rules: rules, in: transaction)
    let missing = wanted.filter { rows[$0] == nil }
    guard !missing.isEmpty else { return rows }
    try transaction.run(
      "insert into cycle (cycle_id) select * from unnest($1::text[]) on conflict do nothing",
      [.texts(missing.map(\.text).sorted())])
    rows = try read(wanted, rules: rules, in: transaction)
    return rows
  }

  /// Keeps what the openings say.
  static func open(
    _ events: [CycleOpened], in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.run(
      """
      insert into cycle (cycle_id, year, plan_number, rule_set_id)
      select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[])
      on conflict (cycle_id) do update set year = excluded.year,
        plan_number = excluded.plan_number, rule_set_id = excluded.rule_set_id
      """,
      [
        .texts(events.map(\.cycleID.text)), .integers(events.map { Int64($0.year) }),
        .texts(events.map(\.planNumber)), .texts(events.map(\.ruleSetID.text)),
      ])
  }

  /// Keeps that cycles were closed.
  static func close(_ ids: [CycleID], in transaction: borrowing AnyTransaction) throws {
    try transaction.run(
      """
      insert into cycle (cycle_id, is_closed) select id, true from unnest($1::text[]) as id
      on conflict (cycle_id) do update set is_closed = true
      """, [.texts(Set(ids).map(\.text).sorted())])
  }

  /// Keeps that closed cycles go on.
  static func reopen(_ ids: [CycleID], in transaction: borrowing AnyTransaction) throws {
    try transaction.run(
      "update cycle set is_closed = false where cycle_id = any($1::text[])",
      [.texts(Set(ids).map(\.text).sorted())])
  }

  private static func read(
    _ ids: Set<CycleID>, rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> [CycleID: Row] {
    let rows = try transaction.rows(
      """
      select cycle_id, year, plan_number, rule_set_id, is_closed from cycle
      where cycle_id = any($1::text[]) order by cycle_id for share
      """, [.texts(ids.map(\.text))])
    var cycles: [CycleID: Row] = [:]
    for row in rows {
      cycles[try row.value(0) { try CycleID($0) }] = Row(
        frame: try rules.frame(row, from: 1), isClosed: try row.boolean(4))
    }
    return cycles
  }
}

/// A rule set that a cycle names and this process has not loaded; the stream waits, parked.
struct RuleSetNotLoaded: Error {}

extension RuleBook {
  /// The frame of a duty under a rule set.
  func frame(year: Int, planNumber: String, ruleSetID: RuleSetID) throws -> DutyFrame {
    guard let ruleSet = self[ruleSetID] else { throw RuleSetNotLoaded() }
    return DutyFrame(
      year: year, planNumber: planNumber, ruleSetID: ruleSetID, ladder: ruleSet.ladder)
  }

  /// The frame in three columns that are filled together or not at all.
  func frame(_ row: SQLRow, from column: Int) throws -> DutyFrame? {
    guard let year = try row.optionalInteger(column) else { return nil }
    return try frame(
      year: Int(year), planNumber: row.text(column + 1),
      ruleSetID: row.value(column + 2) { try RuleSetID($0) })
  }
}
