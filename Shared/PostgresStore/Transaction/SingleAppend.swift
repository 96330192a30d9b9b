import EventStream
import ReviewEvents

/// An append to one stream as one statement; the server itself refuses it when the stream is not
/// where the caller expects it, so that nobody has to look at an answer before the commit is sent.
struct SingleAppend {
  let statement: Statement
  private let stream: StreamID

  /// `facts`, all of `stream`, behind the sequence `expected`.
  init(
    _ facts: [EventEnvelope], to stream: StreamID, expected: Int64
  ) throws(StoreError) {
    self.stream = stream
    statement = try Statement(
      Self.sql,
      facts.columns + [
        .value(.text(stream.description)), .value(.integer(expected)),
        .value(.integer(Int64(facts.count))),
      ])
  }

  /// The name that callers know a failure of the statement by.
  func meaning(of failure: StoreError) -> StoreError {
    switch failure {
    // Dividing by zero: the head stands elsewhere. A fact that is there: so does the log.
    case .refused("22012", _), .refused("23505", _): .staleStream(stream)
    default: failure
    }
  }

  /// Each part waits for the one before it.
  ///
  /// The lock that `log(after:limit:)` waits for is held before the head is moved, and no fact gets
  /// a position unless the head was moved, so inside a stream positions follow sequences. The very
  /// first append makes the row of the head even where the caller expected facts before it. Dividing
  /// by zero is the one way to fail that needs no function in the database.
  private static let sql =
    """
    with shared as materialized (
      \(Facts.holdingLog)
    ), advanced as (
      insert into stream_head as head (stream, last_sequence, expected_sequence, append_count)
      select $11::text, $12::bigint + $13::bigint, $12::bigint, 1 from shared
      on conflict (stream) do update
         set last_sequence = excluded.last_sequence,
             expected_sequence = excluded.expected_sequence,
             append_count = head.append_count + 1
       where head.last_sequence = excluded.expected_sequence
      returning append_count
    ), checked as materialized (
      select 1 / count(*) as passed from advanced where append_count > 1 or $12::bigint = 0
    ), \(Facts.writing(from: "checked,", where: "passed = 1"))
    """
}

/// The statements that write facts.
enum Facts {
  /// See `log(after:limit:)`, which waits for every holder of this.
  static let holdingLog = "select pg_advisory_xact_lock_shared(hashtextextended('event-log', 0))"

  /// Writes log and outbox from one copy of the facts, in their order.
  static let writing = "with " + writing(from: "", where: "true")

  /// The same, as the end of a statement whose earlier parts decide.
  static func writing(from source: String, where condition: String) -> String {
    """
    fact as materialized (
      select fact.*
        from \(source)
             unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[],
                    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
             with ordinality
          as fact (stream, sequence, event_type, data_version, recorded_at,
                   actor, correlation_id, causation_id, traceparent, payload, place)
       where \(condition)
    ), logged as (
      insert into event_log
             (recorded_year, stream, sequence, event_type, data_version, recorded_at,
              actor, correlation_id, causation_id, traceparent, payload)
      select extract(year from recorded_at at time zone 'UTC'), stream, sequence, event_type,
             data_version, recorded_at, actor, correlation_id, causation_id, traceparent, payload
        from fact
       order by place
    )
    insert into outbox
           (stream, sequence, event_type, data_version, recorded_at,
            actor, correlation_id, causation_id, traceparent, payload)
    select stream, sequence, event_type, data_version, recorded_at,
           actor, correlation_id, causation_id, traceparent, payload
      from fact
     order by place
    """
  }
}
