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
      let append = try SingleAppend(
        envelopes, to: heads[0].stream, expected: heads[0].expected)
      return try open.runLater([
        WaitingStatement(append.statement, rename: append.meaning(of:))
      ])
    }
    var statements = [
      try Statement(Facts.holdingLog),
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
      statements.append(try Statement(Facts.writing, envelopes[start..<end].columns))
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
    return Dictionary(grouping: try answer.envelopes(area: open.area), by: \.stream)
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
    return try answer.envelopes(area: open.area).enumerated().map { row, event in
      LoggedEvent(position: try answer.integer(row, Envelope.columnCount), event: event)
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
    return try answer.envelopes(area: open.area)
  }
}
