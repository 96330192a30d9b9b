import EventStream
import ReviewEvents

extension PostgresTransaction {
  borrowing func parkedStreams(_ consumer: ConsumerName, among streams: [StreamID]) throws
    -> Set<StreamID>
  {
    guard !streams.isEmpty else { return [] }
    return Set(try open.run(Self.readingParkedStreams(consumer, among: streams)).streams)
  }

  static func readingParkedStreams(
    _ consumer: ConsumerName, among streams: [StreamID]
  ) throws(StoreError) -> Statement {
    try Statement(
      "select distinct stream from parked where consumer = $1 and stream = any($2::text[])",
      .text(consumer.description), .texts(streams.map(\.description)))
  }

  borrowing func park(_ consumer: ConsumerName, _ events: [ParkedEvent]) throws {
    guard !events.isEmpty else { return }
    let envelopes = events.map(\.event)
    let place: [Parameter] = [
      .blobs(envelopes.map(\.payload)),
      .value(.texts(envelopes.map(\.area.rawValue))),
      .value(.texts(events.map(\.partition.topic.name))),
      .value(.integers(events.map { Int64($0.partition.partition) })),
      .value(.integers(events.map(\.offset))),
      .value(.texts(events.map(\.cause.columns.cause))),
      .value(.optionalTexts(events.map(\.cause.columns.problem))),
      .value(.integers(events.map { Int64($0.attempts) })),
    ]
    try open.runLater(
      Statement(
        """
        insert into parked
               (consumer, \(Envelope.columns), area, topic, partition, record_offset,
                cause, problem, attempts)
        select $1, event.*
          from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::timestamptz[],
                      $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[],
                      $12::text[], $13::text[], $14::bigint[], $15::bigint[],
                      $16::text[], $17::text[], $18::bigint[]) as event
        on conflict (consumer, stream, sequence) do nothing
        """,
        [.value(.text(consumer.description))] + envelopes.headColumns + place))
  }

  borrowing func parked(_ consumer: ConsumerName, limit: Int) throws -> [ParkedEvent] {
    let answer = try open.run(
      Statement(
        """
        select \(Envelope.columns), area, topic, partition, record_offset, cause, problem, attempts
          from parked
         where consumer = $1
         order by stream, sequence
         limit $2
        """, .text(consumer.description), .integer(Int64(limit))))
    return try (0..<answer.count).map { try answer.parkedEvent($0) }
  }

  borrowing func parked(_ consumer: ConsumerName, of stream: StreamID, limit: Int) throws
    -> [ParkedEvent]
  {
    let answer = try open.run(
      Statement(
        """
        select \(Envelope.columns), area, topic, partition, record_offset, cause, problem, attempts
          from parked
         where consumer = $1 and stream = $2
         order by sequence
         limit $3
        """, .text(consumer.description), .text(stream.description), .integer(Int64(limit))))
    return try (0..<answer.count).map { try answer.parkedEvent($0) }
  }

  borrowing func amendParked(_ consumer: ConsumerName, _ event: ParkedEvent) throws {
    let (cause, problem) = event.cause.columns
    try open.runLater(
      Statement(
        """
        update parked set cause = $4, problem = $5, attempts = $6
         where consumer = $1 and stream = $2 and sequence = $3
        """, .text(consumer.description), .text(event.event.stream.description),
        .integer(event.event.sequence), .text(cause), .optional(problem),
        .integer(Int64(event.attempts))))
  }

  borrowing func unpark(
    _ consumer: ConsumerName, _ stream: StreamID, through sequence: Int64
  ) throws {
    try open.runLater(
      Statement(
        "delete from parked where consumer = $1 and stream = $2 and sequence <= $3",
        .text(consumer.description), .text(stream.description), .integer(sequence)))
  }

  borrowing func discardedEvents(_ consumer: ConsumerName) throws -> Set<String> {
    let answer = try open.run(
      Statement(
        "select event_id from discarded where consumer = $1", .text(consumer.description)))
    return Set(try (0..<answer.count).map { try answer.text($0, 0) })
  }

  borrowing func parkedTotals() throws -> ParkedTotals {
    let answer = try open.run(
      Statement("select count(distinct (consumer, stream)), count(*) from parked"))
    return ParkedTotals(
      streams: Int(try answer.integer(0, 0)), events: Int(try answer.integer(0, 1)))
  }
}

extension Answer {
  /// Rows of a stream.
  var streams: [StreamID] {
    get throws(StoreError) {
      var streams: [StreamID] = []
      for row in 0..<count { streams.append(try stream(row, 0)) }
      return streams
    }
  }

  fileprivate func parkedEvent(_ row: Int) throws(StoreError) -> ParkedEvent {
    guard let area = ServiceArea(rawValue: try text(row, 10)) else {
      throw .malformedRow("column 10 does not hold an area")
    }
    let cause: ParkedEvent.Cause
    switch (try text(row, 14), optionalText(row, 15)) {
    case ("behind", _): cause = .behind
    case ("failed", let problem?): cause = .failed(problem)
    case ("undecodable", let problem?):
      guard let problem = UndecodableEvent.Problem(rawValue: problem) else { fallthrough }
      cause = .undecodable(problem)
    default: throw .malformedRow("column 14 does not hold a cause")
    }
    return ParkedEvent(
      event: try envelope(row, area: area, payload: try blob(row, 9)),
      partition: try partition(row, 11), offset: try integer(row, 13), cause: cause,
      attempts: Int(try integer(row, 16)))
  }
}

extension ParkedEvent.Cause {
  fileprivate var columns: (cause: String, problem: String?) {
    switch self {
    case .undecodable(let problem): ("undecodable", problem.rawValue)
    case .failed(let description): ("failed", description)
    case .behind: ("behind", nil)
    }
  }
}
