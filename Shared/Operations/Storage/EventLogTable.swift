internal import EventStream
internal import ReviewEvents

/// Questions about a service's own log.
enum EventLogTable {
  /// The conditions of a scope over ``parameters(_:)``, $1…$6.
  private static let conditions: SQL = """
    ($1::text is null or stream = $1)
      and ($2::text is null or payload::jsonb ->> 'subjectID' = $2)
      and ($3::text is null or payload::jsonb ->> 'cycleID' = $3)
      and ($4::text is null or event_type = $4)
      and ($5::timestamptz is null or recorded_at >= $5)
      and ($6::timestamptz is null or recorded_at < $6)
    """

  private static func parameters(_ scope: EventScope) -> [SQLValue] {
    [
      .optional(scope.stream), .optional(scope.subject), .optional(scope.cycle),
      .optional(scope.type), .optional(scope.since), .optional(scope.until),
    ]
  }

  /// Counts the facts of a scope, of some kinds of streams or of all.
  static func census(
    _ scope: EventScope, kinds: Set<String>? = nil, in transaction: borrowing AnyTransaction
  ) throws -> EventCensus {
    let rows = try transaction.rows(
      SQL("with meant as (select stream, event_type, recorded_at from event_log where ")
        + conditions
        + SQL(
          """
          and ($7::text[] is null or split_part(stream, '/', 1) = any($7::text[])))
          select event_type, count(*), min(recorded_at), max(recorded_at),
                 (select count(distinct stream) from meant)
            from meant group by event_type
          """), parameters(scope) + [kinds.map { .texts($0.sorted()) } ?? .null])
    var census = EventCensus()
    census.archivedYears = try ArchiveTable.years(in: transaction).map(\.year)
    for row in rows {
      let count = try row.integer(1)
      census.types[try row.text(0)] = count
      census.events += count
      let (first, last) = (try row.instant(2), try row.instant(3))
      census.first = min(census.first ?? first, first)
      census.last = max(census.last ?? last, last)
      census.streams = try row.integer(4)
    }
    return census
  }

  /// The streams of a scope behind `after`, each with its first sequence that is meant.
  static func streams(
    _ scope: EventScope, after: String, limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [(stream: StreamID, from: Int64)] {
    try transaction.rows(
      SQL("select stream, min(sequence) from event_log where stream > $7 and ") + conditions
        + SQL(" group by stream order by stream limit $8"),
      parameters(scope) + [.text(after), .integer(Int64(limit))]
    ).map { (try $0.value(0) { try StreamID($0) }, try $0.integer(1)) }
  }

  /// The last position of the log; 0 for an empty one.
  static func end(in transaction: borrowing AnyTransaction) throws -> Int64 {
    try transaction.rows("select coalesce(max(position), 0) from event_log", [])[0].integer(0)
  }

  /// A scope's facts in one stretch of the log, the first or the last ones of it, oldest first.
  ///
  /// A stretch, because a scope that little fits would make one statement read the whole log.
  static func facts(
    _ scope: EventScope, of area: ServiceArea, in stretch: ClosedRange<Int64>, last: Bool,
    limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [LoggedEvent] {
    try transaction.rows(
      SQL("select position, ") + columns
        + SQL(" from event_log where position between $7 and $8 and ") + conditions
        + (last ? " order by position desc limit $9" : " order by position limit $9"),
      parameters(scope) + [
        .integer(stretch.lowerBound), .integer(stretch.upperBound), .integer(Int64(limit)),
      ]
    ).map { LoggedEvent(position: try $0.integer(0), event: try EventEnvelope($0, of: area)) }
      .sorted { $0.position < $1.position }
  }

  private static let columns: SQL = """
    stream, sequence, event_type, data_version, recorded_at, actor, correlation_id, causation_id,
    traceparent, payload
    """

  /// How far the streams behind `after` are.
  static func heads(
    after: String, limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [StreamHead] {
    try transaction.rows(
      """
      select stream, last_sequence from stream_head where stream > $1 order by stream limit $2
      """, [.text(after), .integer(Int64(limit))]
    ).map { StreamHead(stream: try $0.text(0), sequence: try $0.integer(1)) }
  }
}

/// How far a stream is.
public struct StreamHead: Codable, Sendable, Hashable {
  /// The stream.
  public let stream: String
  /// Its last sequence.
  public let sequence: Int64
}

extension EventEnvelope {
  /// Reads a row with ``EventLogTable``'s columns behind the first one.
  fileprivate init(_ row: SQLRow, of area: ServiceArea) throws {
    self.init(
      stream: try row.value(1) { try StreamID($0) }, sequence: try row.integer(2),
      type: EventType(try row.text(3)), dataVersion: Int(try row.integer(4)), area: area,
      time: try row.instant(5), actor: try row.value(6) { try ActorContext($0) },
      trace: TraceContext(
        correlationID: try row.text(7), causationID: try row.text(8),
        traceparent: row.optionalText(9)),
      payload: Array(try row.text(10).utf8))
  }
}
