public import EventStream
public import NotificationDomain
public import ReviewEvents
public import ReviewRules

/// The duties; each statement handles a whole batch, since a launch makes a hundred thousand.
public enum DutyTable {
  /// The duties with these names, locked in one order everywhere.
  public static func lock(
    _ ids: [String], rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> [String: Duty] {
    let rows = try transaction.rows(
      """
      select duty_id, kind, stream, opened_by, subject_id, cycle_id, case_id, due_before, wording,
        year, plan_number, rule_set_id, state, began_at, last_rung, dated_by, outlives_cycle,
        ended_with_cycle
      from duty where duty_id = any($1::text[]) order by duty_id for update
      """, [.texts(ids)])
    var duties: [String: Duty] = [:]
    for row in rows { duties[try row.text(0)] = try duty(row, rules) }
    return duties
  }

  /// The names of the duties whose next rung is due, the longest waiting first.
  ///
  /// Duties under a rule set that is not loaded stay behind: how far the calendar was evaluated
  /// then says so.
  public static func due(
    at now: Instant, rules: RuleBook, limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [String] {
    try transaction.rows(
      """
      select duty_id from duty
      where next_rung_at <= $1::timestamptz and rule_set_id = any($2::text[])
      order by next_rung_at limit $3
      """, [.instant(now), .texts(rules.ids.map(\.text)), .integer(Int64(limit))]
    ).map { try $0.text(0) }
  }

  /// The names of the duties that wait for the opening of these cycles.
  static func incomplete(
    of cycles: [CycleID], in transaction: borrowing AnyTransaction
  ) throws -> [String] {
    try transaction.rows(
      """
      select duty_id from duty where year is null and cycle_id = any($1::text[]) order by duty_id
      """, [.texts(cycles.map(\.text))]
    ).map { try $0.text(0) }
  }

  /// The names of the duties that ended because these cycles were closed.
  static func endedWithCycle(
    _ cycles: [CycleID], in transaction: borrowing AnyTransaction
  ) throws -> [String] {
    try transaction.rows(
      """
      select duty_id from duty where ended_with_cycle and cycle_id = any($1::text[])
      order by duty_id
      """, [.texts(cycles.map(\.text))]
    ).map { try $0.text(0) }
  }

  /// The names of the supplements asked for on these report streams, with stream and case.
  static func supplements(
    of streams: [StreamID], in transaction: borrowing AnyTransaction
  ) throws -> [(id: String, stream: String, caseID: String)] {
    try transaction.rows(
      """
      select duty_id, stream, case_id from duty
      where kind = 'supplement' and stream = any($1::text[]) order by duty_id
      """, [.texts(Set(streams).map(\.description))]
    ).map { (try $0.text(0), try $0.text(1), try $0.text(2)) }
  }

  /// Cancels what ``DutyFact/cycleClosed`` cancels, without reading a cycle's duties one by one.
  static func cancelReports(
    of cycles: [CycleID], in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.run(
      """
      update duty set state = 'cancelled', ended_with_cycle = true, next_rung_at = null
      where state = 'open' and kind = 'report' and not outlives_cycle
        and cycle_id = any($1::text[])
      """, [.texts(cycles.map(\.text))])
  }

  /// Writes duties as they are now.
  public static func save(_ duties: [Duty], in transaction: borrowing AnyTransaction) throws {
    guard !duties.isEmpty else { return }
    try transaction.run(
      """
      insert into duty (
        duty_id, kind, stream, opened_by, subject_id, cycle_id, case_id, due_before, wording, year,
        plan_number, rule_set_id, state, began_at, last_rung, next_rung_at, dated_by, outlives_cycle,
        ended_with_cycle)
      select * from unnest(
        $1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[],
        $8::timestamptz[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[],
        $14::timestamptz[], $15::bigint[], $16::timestamptz[], $17::bigint[], $18::boolean[],
        $19::boolean[])
      on conflict (duty_id) do update set due_before = excluded.due_before,
        wording = excluded.wording, dated_by = excluded.dated_by, year = excluded.year,
        plan_number = excluded.plan_number, rule_set_id = excluded.rule_set_id,
        state = excluded.state, began_at = excluded.began_at, last_rung = excluded.last_rung,
        next_rung_at = excluded.next_rung_at, outlives_cycle = excluded.outlives_cycle,
        ended_with_cycle = excluded.ended_with_cycle
      """,
      [
        .texts(duties.map(\.id.description)), .texts(duties.map(\.id.kind.rawValue)),
        .texts(duties.map(\.id.stream.description)), .integers(duties.map(\.id.openedBy)),
        .texts(duties.map(\.subject.description)), .texts(duties.map(\.cycleID.text)),
        .optionalTexts(duties.map { $0.caseID?.text }), .instants(duties.map(\.dueBefore)),
        .texts(duties.map(\.wording)),
        .optionalIntegers(duties.map { $0.frame.map { Int64($0.year) } }),
        .optionalTexts(duties.map { $0.frame?.planNumber }),
        .optionalTexts(duties.map { $0.frame?.ruleSetID.text }),
        .texts(duties.map(\.state.rawValue)), .instants(duties.map(\.beganAt)),
        .optionalIntegers(duties.map { $0.lastRung.map(Int64.init) }),
        .optionalInstants(duties.map(\.nextRungAt)), .optionalIntegers(duties.map(\.datedBy)),
        .booleans(duties.map(\.outlivesCycle)), .booleans(duties.map(\.endedWithCycle)),
      ])
  }

  private static func duty(_ row: SQLRow, _ rules: RuleBook) throws -> Duty {
    guard let kind = DutyKind(rawValue: try row.text(1)),
      let state = DutyState(rawValue: try row.text(12))
    else { throw StoreError.malformedRow("a duty of unknown kind or state") }
    return Duty(
      id: DutyID(
        kind: kind, stream: try row.value(2) { try StreamID($0) }, openedBy: try row.integer(3)),
      subject: try row.value(4) { try SubjectID($0) },
      cycleID: try row.value(5) { try CycleID($0) },
      caseID: row.isNull(6) ? nil : try row.value(6) { try CaseID($0) },
      dueBefore: try row.instant(7), wording: try row.text(8),
      datedBy: try row.optionalInteger(15),
      frame: try rules.frame(row, from: 9), state: state, beganAt: try row.instant(13),
      lastRung: try row.optionalInteger(14).map { Int($0) }, outlivesCycle: try row.boolean(16),
      endedWithCycle: try row.boolean(17))
  }
}
