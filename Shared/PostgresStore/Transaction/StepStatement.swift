import EventStream
import ReviewEvents

/// A ``KnownStep`` as one statement that fails by itself when nothing must be kept.
struct StepStatement {
  let statement: Statement
  /// Whether somebody wants its rows.
  let isAskedForRows: Bool
  /// What it means when the statement fails with one of `states`.
  private let refusal: StoreError?
  private let states: Set<String>

  init(_ step: KnownStep, area: ServiceArea) throws(StoreError) {
    switch step {
    case .rows(let sql, let parameters):
      statement = try Statement(sql.text, parameters.map { .value($0) })
      isAskedForRows = true
      (refusal, states) = (nil, [])
    case .change(let sql, let parameters):
      // Dividing by zero is the one way to fail that needs no function in the database.
      statement = try Statement(
        "with changed as (\(sql.text)) select 1 / count(*) from changed",
        parameters.map { .value($0) })
      isAskedForRows = false
      (refusal, states) = (.nothingChanged, ["22012"])
    case .append(let append):
      statement = try Statement(
        Self.append,
        append.envelopes(area: area).columns + [
          .value(.text(append.stream.description)), .value(.integer(append.expected)),
          .value(.integer(Int64(append.events.count))),
        ])
      isAskedForRows = false
      // Dividing by zero: the head stands elsewhere. A fact that is there: so does the log.
      (refusal, states) = (.staleStream(append.stream), ["22012", "23505"])
    }
  }

  /// The name that callers know a failure of this statement by.
  func meaning(of failure: StoreError) -> StoreError {
    guard let refusal, case .refused(let state, _) = failure, states.contains(state) else {
      return failure
    }
    return refusal
  }

  /// What `PostgresTransaction.append` does for one stream, as one statement.
  ///
  /// Each part waits for the one before it: the lock that `log(after:limit:)` waits for is held
  /// before the head is moved, and no fact gets a position unless the head was moved. The very
  /// first append makes the row of the head even where the caller expected facts before it.
  private static let append = """
    with shared as materialized (
      select pg_advisory_xact_lock_shared(hashtextextended('event-log', 0))
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
    ), fact as materialized (
      select fact.*
        from checked,
             unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[],
                    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
             with ordinality
          as fact (stream, sequence, event_type, data_version, recorded_at,
                   actor, correlation_id, causation_id, traceparent, payload, place)
       where passed = 1
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
