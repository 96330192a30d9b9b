internal import EventStream
internal import ReviewEvents

/// The reports that were reopened: their subjects are not reviewed until they are accepted again.
enum ReopenedReports {
  /// Takes subjects out of those who were reviewed, and keeps when.
  ///
  /// Acceptance and reopening stand in one stream, so its order decides which is the last word.
  static func take(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportReopened>]
  ) throws {
    let cycles = SQLValue.texts(events.map(\.event.cycleID.text))
    let subjects = SQLValue.texts(events.map(\.event.subjectID.description))
    try transaction.run(
      """
      delete from reviewed using unnest($1::text[], $2::text[]) as key (cycle_id, subject_id)
      where reviewed.cycle_id = key.cycle_id and reviewed.subject_id = key.subject_id
      """, [cycles, subjects])
    try transaction.run(
      """
      insert into reopened (cycle_id, subject_id, sequence, reopened_at)
      select * from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[])
      on conflict do nothing
      """,
      [
        cycles, subjects, .integers(events.map(\.envelope.sequence)),
        .instants(events.map(\.envelope.time)),
      ])
  }
}
