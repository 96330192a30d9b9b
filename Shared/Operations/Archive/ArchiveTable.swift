internal import EventStream
internal import ReviewEvents

/// The statements of ``LogArchiving``.
enum ArchiveTable {
  /// A year whose facts lie in a file.
  struct Year: Encodable, Sendable, Hashable {
    let year: Int64
    let facts: Int64
    let streams: Int64
    let firstPosition: Int64
    let lastPosition: Int64
    let digest: Int64
    let sha256: String
    let archivedAt: Instant
  }

  /// The years that are away, oldest first.
  static func years(in transaction: borrowing AnyTransaction) throws -> [Year] {
    try transaction.rows(
      """
      select year, facts, streams, first_position, last_position, digest, sha256, archived_at
        from archived_log order by year
      """, []
    ).map { row in
      Year(
        year: try row.integer(0), facts: try row.integer(1), streams: try row.integer(2),
        firstPosition: try row.integer(3), lastPosition: try row.integer(4),
        digest: try row.integer(5), sha256: try row.text(6), archivedAt: try row.instant(7))
    }
  }

  /// The year by the calendar, as facts are recorded.
  static func currentYear(in transaction: borrowing AnyTransaction) throws -> Int64 {
    try transaction.rows(
      """
      select extract(year from (clock_timestamp()
               + coalesce((select offset_ms from calendar), 0) * interval '1 millisecond')
             at time zone 'UTC')::bigint
      """, [])[0].integer(0)
  }

  /// The earliest year before `year` that holds streams which could be archived.
  static func earlierYear(
    than year: Int64, living: [String], in transaction: borrowing AnyTransaction
  ) throws -> Int64? {
    try transaction.rows(
      """
      select min(years.recorded_year)
        from (select distinct recorded_year from event_log where recorded_year < $1) as years
       where exists (select from log_archivable(years.recorded_year, $2::text[]))
      """, [.integer(year), .texts(living)])[0].optionalInteger(0)
  }

  /// What would go with a year.
  static func extent(
    of year: Int64, living: [String], in transaction: borrowing AnyTransaction
  ) throws -> (facts: Int64, streams: Int64, first: Int64, last: Int64) {
    let row = try transaction.rows(
      """
      select count(*), count(distinct stream), coalesce(min(position), 0),
             coalesce(max(position), 0)
        from event_log
       where stream in (select log_archivable($1::bigint::smallint, $2::text[]))
      """, [.integer(year), .texts(living)])[0]
    return (try row.integer(0), try row.integer(1), try row.integer(2), try row.integer(3))
  }

  /// Reads the lines that go with a year in the order of the log, some at a time.
  static func lines(
    of year: Int64, living: [String], in transaction: borrowing AnyTransaction,
    _ take: ([String]) throws -> Void
  ) throws {
    try transaction.rows(
      """
      declare archive_line no scroll cursor for
      select line from log_line
       where stream in (select log_archivable($1::bigint::smallint, $2::text[]))
       order by position
      """, [.integer(year), .texts(living)])
    while true {
      let rows = try transaction.rows("fetch 1000 from archive_line", [])
      guard !rows.isEmpty else { break }
      try take(try rows.map { try $0.text(0) })
    }
    try transaction.rows("close archive_line", [])
  }

  /// Takes the year out of the log, or fails and changes nothing.
  static func remove(
    _ manifest: ArchiveManifest, living: [String], in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      "select log_archive($1::bigint::smallint, $2::text[], $3, $4, $5)",
      [
        .integer(manifest.year), .texts(living), .integer(manifest.facts),
        .integer(manifest.digest), .text(manifest.sha256),
      ])
  }

  /// Writes lines back into the log, as they were.
  static func append(_ lines: [String], in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      """
      insert into event_log
             (position, recorded_year, stream, sequence, event_type, data_version, recorded_at,
              logged_at, actor, correlation_id, causation_id, traceparent, payload)
      overriding system value
      select fact.* from unnest($1::text[]) as line,
             json_to_record(line::json) as fact
             (position bigint, recorded_year smallint, stream text, sequence bigint,
              event_type text, data_version integer, recorded_at timestamptz,
              logged_at timestamptz, actor text, correlation_id text, causation_id text,
              traceparent text, payload text)
      """, [.texts(lines)])
  }

  /// What the streams of an archived year come to in the log.
  static func digest(
    of year: Int64, in transaction: borrowing AnyTransaction
  ) throws -> (facts: Int64, digest: Int64) {
    let row = try transaction.rows(
      "select facts, digest from log_digest($1::bigint::smallint)", [.integer(year)])[0]
    return (try row.integer(0), try row.integer(1))
  }

  /// The year is in the log again.
  static func setRestored(_ year: Int64, in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      "update stream_head set archived_year = null where archived_year = $1", [.integer(year)])
    try transaction.rows("delete from archived_log where year = $1", [.integer(year)])
  }
}
