import EventStream
import ReviewEvents

extension PostgresTransaction {
  /// The most facts one statement writes; more travel in several statements of one round trip.
  private static var factsPerStatementMax: Int { 1_000 }

  borrowing func append(_ appends: [StreamAppend]) throws {
    if let failure = open.failure { throw failure }
    let heads = try wantedHeads(appends)
    guard !heads.isEmpty else { return }
    let envelopes = appends.flatMap { $0.envelopes(area: open.area) }
    if heads.count == 1, envelopes.count <= Self.factsPerStatementMax {
      return try append(envelopes, to: heads[0])
    }
    var statements = [
      try Self.holdLog,
      try Statement(
        Self.advanceHeads,
        [
          .value(.texts(heads.map(\.stream.description))),
          .value(.integers(heads.map(\.expected))),
          .value(.integers(heads.map(\.added))),
        ]),
    ]
    for start in stride(from: 0, to: envelopes.count, by: Self.factsPerStatementMax) {
      let end = min(start + Self.factsPerStatementMax, envelopes.count)
      statements.append(try Statement(Self.writeFacts, envelopes[start..<end].columns))
    }
    let (answers, failure) = try open.runUpToFailure(statements)
    if answers.count > 1, let stale = try staleHead(heads, advanced: answers[1]) {
      throw open.rename(.staleStream(stale))
    }
    if case .refused("23505", _) = failure {
      throw open.rename(.staleStream(heads[0].stream))
    }
    if let failure { throw failure }
  }

  /// See ``log(after:limit:)``, which waits for every holder of this.
  private static var holdLog: Statement {
    get throws(StoreError) {
      try Statement("select pg_advisory_xact_lock_shared(hashtextextended('event-log', 0))")
    }
  }

  /// Appends to one stream; the server itself refuses when the stream is not where it should be, so
  /// that nobody has to look at an answer before the commit is sent.
  private borrowing func append(_ envelopes: [EventEnvelope], to head: WantedHead) throws {
    let stale = StoreError.staleStream(head.stream)
    try open.runLater([
      WaitingStatement(try Self.holdLog),
      WaitingStatement(
        try Statement(
          Self.appendToOne,
          envelopes.columns + [
            .value(.text(head.stream.description)), .value(.integer(head.expected)),
            .value(.integer(head.added)),
          ]),
        rename: { failure in
          switch failure {
          // No payload: the head stands elsewhere. A fact that is there: so does the log.
          case .refused("23502", _), .refused("23505", _): stale
          default: failure
          }
        }),
    ])
  }

  /// What an append wants of one stream.
  private struct WantedHead {
    var stream: StreamID
    var expected: Int64
    var added: Int64
  }

  /// One wish for each stream, in the order in which streams are locked; several appends to one
  /// stream must follow one another.
  private borrowing func wantedHeads(_ appends: [StreamAppend]) throws -> [WantedHead] {
    var heads: [StreamID: WantedHead] = [:]
    for append in appends {
      let added = Int64(append.events.count)
      guard var head = heads[append.stream] else {
        heads[append.stream] = WantedHead(
          stream: append.stream, expected: append.expected, added: added)
        continue
      }
      guard head.expected + head.added == append.expected else {
        throw open.fail(.staleStream(append.stream))
      }
      head.added += added
      heads[append.stream] = head
    }
    return heads.values.sorted { $0.stream < $1.stream }
  }

  /// The first stream that was not where the caller thought.
  private borrowing func staleHead(_ heads: [WantedHead], advanced: Answer) throws -> StreamID? {
    var appendCounts: [String: Int64] = [:]
    for row in 0..<advanced.count {
      appendCounts[try advanced.text(row, 0)] = try advanced.integer(row, 1)
    }
    return heads.first { head in
      guard let count = appendCounts[head.stream.description] else { return true }
      // The very first append made the row, although the caller expected facts before it.
      return count == 1 && head.expected != 0
    }?.stream
  }

  /// Locks the heads in the order of their names and moves those forward that stand where the
  /// caller expects them.
  private static var advanceHeads: String {
    """
    insert into stream_head as head (stream, last_sequence, expected_sequence, append_count)
    select stream, expected + added, expected, 1
      from unnest($1::text[], $2::bigint[], $3::bigint[]) as wanted (stream, expected, added)
     order by stream collate "C"
    on conflict (stream) do update
       set last_sequence = excluded.last_sequence,
           expected_sequence = excluded.expected_sequence,
           append_count = head.append_count + 1
     where head.last_sequence = excluded.expected_sequence
    returning stream, append_count
    """
  }

  /// Moves one head forward and writes its facts; where the head is not where the caller expects
  /// it, the facts have no payload, which `event_log` refuses.
  private static var appendToOne: String {
    """
    with advanced as (
      insert into stream_head as head (stream, last_sequence, expected_sequence, append_count)
      values ($11, $12::bigint + $13::bigint, $12::bigint, 1)
      on conflict (stream) do update
         set last_sequence = excluded.last_sequence,
             expected_sequence = excluded.expected_sequence,
             append_count = head.append_count + 1
       where head.last_sequence = excluded.expected_sequence
      returning append_count
    ), head as materialized (
      -- The very first append made the row, although the caller may have expected facts before it.
      select exists (select from advanced where append_count > 1 or $12::bigint = 0) as is_right
    ),
    """
      + writing(
        // Taken from the head, so that nobody gets a number before the head is locked: inside a
        // stream, numbers follow sequences.
        facts: "head cross join", payload: "case when is_right then payload end")
  }

  /// Writes log and outbox from one copy of the facts, in their order.
  private static var writeFacts: String { "with " + writing(facts: "", payload: "payload") }

  private static func writing(facts source: String, payload: String) -> String {
    """
    fact as materialized (
      select *
        from \(source) unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[],
                    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
             with ordinality
          as fact (stream, sequence, event_type, data_version, recorded_at,
                   actor, correlation_id, causation_id, traceparent, payload, place)
    ), logged as (
      insert into event_log
             (recorded_year, stream, sequence, event_type, data_version, recorded_at,
              actor, correlation_id, causation_id, traceparent, payload)
      select extract(year from recorded_at at time zone 'UTC'), stream, sequence, event_type,
             data_version, recorded_at, actor, correlation_id, causation_id, traceparent,
             \(payload)
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

  // MARK: Reading the log

  borrowing func history(of streams: [StreamID]) throws -> [StreamID: [EventEnvelope]] {
    let wanted = Set(streams).map(\.description)
    guard let first = wanted.first else { return [:] }
    // A command reads one stream. Asked for a list, PostgreSQL plans all partitions anew at each
    // execution once the log has grown; asked for one, it keeps the plan.
    let isOne = wanted.count == 1
    let answer = try open.run(
      Statement(
        "select \(Envelope.columns) from event_log where stream = "
          + (isOne ? "$1" : "any($1::text[])") + " order by stream, sequence",
        isOne ? .text(first) : .texts(wanted)))
    return Dictionary(
      grouping: try (0..<answer.count).map { try answer.envelope($0, area: open.area) },
      by: \.stream)
  }

  borrowing func lastSequences(of streams: [StreamID]) throws -> [StreamID: Int64] {
    guard !streams.isEmpty else { return [:] }
    let answer = try open.run(
      Statement(
        """
        select stream, last_sequence from stream_head
         where stream = any($1::text[]) and last_sequence > 0
        """, .texts(streams.map(\.description))))
    var last: [StreamID: Int64] = [:]
    for row in 0..<answer.count { last[try answer.stream(row, 0)] = try answer.integer(row, 1) }
    return last
  }

  borrowing func log(after position: Int64, limit: Int) throws -> [LoggedEvent] {
    // A position is given out before its transaction commits, so a lower one may appear after a
    // higher one, and a reader that remembers the higher one would never see it. Appends hold the
    // lock in shared mode until they end: having it alone means that none is under way.
    let answers = try open.run([
      Statement("select pg_advisory_xact_lock(hashtextextended('event-log', 0))"),
      Statement(
        "select \(Envelope.columns), position from event_log where position > $1"
          + " order by position limit $2",
        .integer(position), .integer(Int64(limit))),
    ])
    let answer = answers[1]
    return try (0..<answer.count).map { row in
      LoggedEvent(
        position: try answer.integer(row, Envelope.columnCount),
        event: try answer.envelope(row, area: open.area))
    }
  }

  borrowing func log(of stream: StreamID, from sequence: Int64, limit: Int) throws
    -> [EventEnvelope]
  {
    let answer = try open.run(
      Statement(
        "select \(Envelope.columns) from event_log where stream = $1 and sequence >= $2"
          + " order by sequence limit $3",
        .text(stream.description), .integer(sequence), .integer(Int64(limit))))
    return try (0..<answer.count).map { try answer.envelope($0, area: open.area) }
  }
}
