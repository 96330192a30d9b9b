public import EventStream
internal import IntakeDomain
internal import ReviewEvents

/// The rows of the table `cycle`.
public enum CycleRows {
  static let fold = StreamFold(.cycle) { transaction, histories in
    try write(try histories.map { history in try LoadedCycle(history.events) }, transaction)
  }

  /// Shows cycles as they stand now.
  public static func write(
    _ cycles: [LoadedCycle], _ transaction: borrowing AnyTransaction
  ) throws {
    let opened = cycles.compactMap { loaded in loaded.cycle.plan.map { (loaded, $0) } }
    guard !opened.isEmpty else { return }
    try transaction.rows(
      """
      insert into cycle (cycle_id, state, year, kind, rule_set_id, plan_number,
                         requested_reports, sequence)
      select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[],
                           $6::text[], $7::bigint[], $8::bigint[])
      on conflict (cycle_id) do update
        set state = excluded.state, year = excluded.year, kind = excluded.kind,
            rule_set_id = excluded.rule_set_id, plan_number = excluded.plan_number,
            requested_reports = excluded.requested_reports, sequence = excluded.sequence
      """,
      [
        .texts(opened.map(\.1.cycleID.text)), .texts(opened.map(\.0.cycle.phase.rawValue)),
        .integers(opened.map { Int64($0.1.year) }), .texts(opened.map(\.1.kind.rawValue)),
        .texts(opened.map(\.1.ruleSetID.text)), .texts(opened.map(\.1.planNumber)),
        .integers(opened.map { Int64($0.0.cycle.requestedReports) }),
        .integers(opened.map(\.0.sequence)),
      ])
  }
}
