internal import EventStream
internal import ReviewEvents

/// The statements of ``LogRecovery``.
enum RecoveryTable {
  /// What the log knows of a fact.
  struct Known: Sendable {
    /// The last sequence of the fact's stream.
    let head: Int64
    /// Whether the log holds the very same fact.
    let isSame: Bool
  }

  /// Compares facts with the log, one answer for each, in their order.
  ///
  /// The trace is left out: one that was malformed is not read back.
  static func compare(
    _ facts: [EventEnvelope], in transaction: borrowing AnyTransaction
  ) throws -> [Known] {
    try transaction.rows(
      """
      select coalesce(head.last_sequence, 0),
             -- What lies in an archive was published, and is not to be written again.
             head.archived_year is not null or
             (log.event_type, log.data_version, log.recorded_at, log.actor, log.correlation_id,
              log.causation_id, log.payload)
               is not distinct from
             (fact.event_type, fact.data_version, fact.recorded_at, fact.actor,
              fact.correlation_id, fact.causation_id, fact.payload)
        from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[],
                    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
             with ordinality
          as fact (stream, sequence, event_type, data_version, recorded_at, actor,
                   correlation_id, causation_id, traceparent, payload, place)
        left join stream_head as head on head.stream = fact.stream collate "C"
        left join event_log as log
          on log.stream = fact.stream collate "C" and log.sequence = fact.sequence
         and log.recorded_year = extract(year from fact.recorded_at at time zone 'UTC')
       order by fact.place
      """, try columns(facts)
    ).map { Known(head: try $0.integer(0), isSame: try $0.boolean(1)) }
  }

  /// Appends facts to the log alone: they were published already, so the outbox never sees them.
  ///
  /// - Parameter facts: in order within each stream, and without a gap.
  static func append(
    _ facts: [EventEnvelope], in transaction: borrowing AnyTransaction
  ) throws {
    let runs = Dictionary(grouping: facts, by: \.stream).mapValues {
      (before: $0[0].sequence - 1, last: $0[$0.count - 1].sequence)
    }.sorted { $0.key < $1.key }
    // As every append, so that whoever copies the log by position misses nothing.
    try transaction.rows(
      "select pg_advisory_xact_lock_shared(hashtextextended('event-log', 0))", [])
    let moved = try transaction.rows(
      """
      insert into stream_head as head (stream, last_sequence, expected_sequence, append_count)
      select stream, last, before, 1
        from unnest($1::text[], $2::bigint[], $3::bigint[]) as run (stream, before, last)
       order by stream collate "C"
      on conflict (stream) do update
         set last_sequence = excluded.last_sequence,
             expected_sequence = excluded.expected_sequence,
             append_count = head.append_count + 1
       where head.last_sequence = excluded.expected_sequence
      returning expected_sequence = 0 or append_count > 1
      """,
      [
        .texts(runs.map(\.key.description)), .integers(runs.map(\.value.before)),
        .integers(runs.map(\.value.last)),
      ])
    guard moved.count == runs.count, try moved.allSatisfy({ try $0.boolean(0) }) else {
      throw OperationRefusal(
        "log-moved", "the log changed while it was recovered: stop every instance, run it again")
    }
    try transaction.rows(
      """
      insert into event_log
             (recorded_year, stream, sequence, event_type, data_version, recorded_at,
              actor, correlation_id, causation_id, traceparent, payload)
      select extract(year from recorded_at at time zone 'UTC'), stream, sequence, event_type,
             data_version, recorded_at, actor, correlation_id, causation_id, traceparent, payload
        from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[],
                    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
             with ordinality
          as fact (stream, sequence, event_type, data_version, recorded_at, actor,
                   correlation_id, causation_id, traceparent, payload, place)
       order by place
      """, try columns(facts))
  }

  private static func columns(_ facts: [EventEnvelope]) throws -> [SQLValue] {
    let payloads = try facts.map { fact in
      guard let text = String(validating: fact.payload, as: UTF8.self) else {
        throw OperationRefusal("fact-unreadable", "\(fact.id) is no text: its bytes were changed")
      }
      return text
    }
    return [
      .texts(facts.map(\.stream.description)), .integers(facts.map(\.sequence)),
      .texts(facts.map(\.type.name)), .integers(facts.map { Int64($0.dataVersion) }),
      .instants(facts.map(\.time)), .texts(facts.map(\.actor.description)),
      .texts(facts.map(\.trace.correlationID)), .texts(facts.map(\.trace.causationID)),
      .optionalTexts(facts.map(\.trace.traceparent)), .texts(payloads),
    ]
  }

  // MARK: The mark of a restored database

  static func isMarked(in transaction: borrowing AnyTransaction) throws -> Bool {
    try !transaction.rows("select 1 from restored where recovered_at is null", []).isEmpty
  }

  static func mark(in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      """
      insert into restored default values
      on conflict (is_only_row) do update set recovered_at = null
      """, [])
  }

  /// The log is whole again; what the others told meanwhile is still to be heard.
  static func setRecovered(in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      "update restored set recovered_at = clock_timestamp() where recovered_at is null", [])
  }

  static func isCatchingUp(in transaction: borrowing AnyTransaction) throws -> Bool {
    try !transaction.rows("select 1 from restored where recovered_at is not null", []).isEmpty
  }

  static func setCaughtUp(in transaction: borrowing AnyTransaction) throws {
    try transaction.rows("delete from restored where recovered_at is not null", [])
  }

  /// How many of these streams a consumer has not heard to their ends; what is parked waits for an
  /// operator and counts as heard.
  static func behind(
    _ consumer: ConsumerName, _ heads: [StreamHead], in transaction: borrowing AnyTransaction
  ) throws -> Int64 {
    try transaction.rows(
      """
      select count(*) from unnest($2::text[], $3::bigint[]) as head (stream, last_sequence)
       where not exists (
             select from fence
              where consumer = $1 and fence.stream = head.stream collate "C"
                and fence.last_sequence >= head.last_sequence)
         and not exists (
             select from parked
              where consumer = $1 and parked.stream = head.stream collate "C")
      """,
      [
        .text(consumer.description), .texts(heads.map(\.stream)), .integers(heads.map(\.sequence)),
      ])[0].integer(0)
  }
}
