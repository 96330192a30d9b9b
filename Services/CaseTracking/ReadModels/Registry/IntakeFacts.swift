internal import EventStream
internal import ReviewEvents

/// Writes what intake's facts say, many rows in one statement.
///
/// A run may hold several facts of one stream; only the last one counts, because each tells how
/// the thing stands now.
enum IntakeFacts {
  static func learn(
    _ cycles: [Received<CycleOpened>], in transaction: borrowing AnyTransaction
  ) throws {
    let newest = newest(cycles, by: \.cycleID)
    try transaction.run(
      """
      insert into cycle (cycle_id, year, rule_set_id)
      select * from unnest($1::text[], $2::bigint[], $3::text[])
      on conflict (cycle_id) do update set
        year = excluded.year, rule_set_id = excluded.rule_set_id
      """,
      [
        .texts(newest.map(\.cycleID.text)), .integers(newest.map { Int64($0.year) }),
        .texts(newest.map(\.ruleSetID.text)),
      ])
  }

  /// Notes when reports were first received; a later version does not move that moment.
  static func learn(
    _ reports: [Received<ReportSubmitted>], in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.run(
      """
      insert into report_state (cycle_id, subject, submitted_at)
      select cycle_id, subject, min(received_at)
      from unnest($1::text[], $2::text[], $3::timestamptz[])
        as given (cycle_id, subject, received_at)
      group by cycle_id, subject
      on conflict (cycle_id, subject) do update set
        submitted_at = least(report_state.submitted_at, excluded.submitted_at)
      """,
      [
        .texts(reports.map(\.event.cycleID.text)),
        .texts(reports.map(\.event.subjectID.description)),
        .instants(reports.map(\.event.receivedAt)),
      ])
  }

  private static func newest<Event: ReviewEvent, Key: Hashable>(
    _ received: [Received<Event>], by key: (Event) -> Key
  ) -> [Event] {
    var newest: [Key: Event] = [:]
    for one in received { newest[key(one.event)] = one.event }
    return Array(newest.values)
  }
}
