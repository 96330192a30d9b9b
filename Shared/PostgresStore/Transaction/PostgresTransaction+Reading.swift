import EventStream
import ReviewEvents

extension PostgresTransaction {
  // MARK: Positions

  borrowing func lockPosition(_ consumer: ConsumerName, _ partition: TopicPartition) throws
    -> ReadPosition?
  {
    // In one round trip: whoever exchanges the consumer's tables holds the same lock exclusively.
    let answers = try open.run([
      try Statement(
        "select pg_try_advisory_xact_lock_shared(hashtextextended($1, 0))",
        .text("lock:\(StoreLock.holding(consumer).name)")),
      try Self.storedPosition(consumer, partition),
    ])
    guard try answers[0].boolean(0, 0) else { throw open.fail(.busy) }
    if answers[1].count > 0 { return try answers[1].position(0, 0) }
    // There is no row to lock yet: without this two members could both begin at the beginning.
    _ = try open.run(
      Statement(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        .text("position:\(consumer)/\(partition)")))
    return try lockStoredPosition(consumer, partition)
  }

  private borrowing func lockStoredPosition(
    _ consumer: ConsumerName, _ partition: TopicPartition
  ) throws -> ReadPosition? {
    let answer = try open.run(try Self.storedPosition(consumer, partition))
    return answer.count == 0 ? nil : try answer.position(0, 0)
  }

  private static func storedPosition(
    _ consumer: ConsumerName, _ partition: TopicPartition
  ) throws(StoreError) -> Statement {
    try Statement(
      """
      select next_offset, cluster_id, last_event_id from consumer_position
       where consumer = $1 and topic = $2 and partition = $3
         for update
      """, .text(consumer.description), .text(partition.topic.name),
      .integer(Int64(partition.partition)))
  }

  borrowing func positions(of consumer: ConsumerName) throws -> [TopicPartition: ReadPosition] {
    let answer = try open.run(
      Statement(
        """
        select topic, partition, next_offset, cluster_id, last_event_id from consumer_position
         where consumer = $1
        """, .text(consumer.description)))
    var positions: [TopicPartition: ReadPosition] = [:]
    for row in 0..<answer.count {
      positions[try answer.partition(row, 0)] = try answer.position(row, 2)
    }
    return positions
  }

  borrowing func setPosition(
    _ consumer: ConsumerName, _ partition: TopicPartition, to position: ReadPosition
  ) throws {
    _ = try open.run(
      Statement(
        """
        insert into consumer_position
               (consumer, topic, partition, next_offset, cluster_id, last_event_id)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (consumer, topic, partition) do update
           set next_offset = excluded.next_offset, cluster_id = excluded.cluster_id,
               last_event_id = excluded.last_event_id, moved_at = excluded.moved_at
        """, .text(consumer.description), .text(partition.topic.name),
        .integer(Int64(partition.partition)), .integer(position.nextOffset),
        .text(position.clusterID), .text(position.lastEventID)))
  }

  borrowing func forgetPosition(_ consumer: ConsumerName, _ partition: TopicPartition) throws {
    _ = try open.run(
      Statement(
        "delete from consumer_position where consumer = $1 and topic = $2 and partition = $3",
        .text(consumer.description), .text(partition.topic.name),
        .integer(Int64(partition.partition))))
  }

  // MARK: Fences

  borrowing func fences(_ consumer: ConsumerName, of streams: [StreamID]) throws
    -> [StreamID: Int64]
  {
    guard !streams.isEmpty else { return [:] }
    // A join, so that a table that was never analysed is not read from one end to the other.
    let answer = try open.run(
      Statement(
        """
        select fence.stream, fence.last_sequence
          from unnest($2::text[]) as wanted (stream)
          join fence on fence.consumer = $1 and fence.stream = wanted.stream collate "C"
        """, .text(consumer.description), .texts(streams.map(\.description))))
    var fences: [StreamID: Int64] = [:]
    for row in 0..<answer.count { fences[try answer.stream(row, 0)] = try answer.integer(row, 1) }
    return fences
  }

  borrowing func setFences(_ consumer: ConsumerName, to fences: [StreamID: Int64]) throws {
    guard !fences.isEmpty else { return }
    let ordered = fences.sorted { $0.key < $1.key }
    _ = try open.run(
      Statement(
        """
        insert into fence (consumer, stream, last_sequence)
        select $1, stream, last_sequence
          from unnest($2::text[], $3::bigint[]) as reached (stream, last_sequence)
         order by stream collate "C"
        on conflict (consumer, stream) do update set last_sequence = excluded.last_sequence
        """, .text(consumer.description), .texts(ordered.map(\.key.description)),
        .integers(ordered.map(\.value))))
  }

  // MARK: Gaps

  borrowing func noteGap(
    _ consumer: ConsumerName, _ stream: StreamID, missing: Int64, patience: Duration
  ) throws -> Bool {
    let answer = try open.run(
      Statement(
        """
        insert into gap (consumer, stream, missing_sequence, noted_at, requested_at)
        values ($1, $2, $3, statement_timestamp(), statement_timestamp())
        on conflict (consumer, stream) do update
           set missing_sequence = greatest(gap.missing_sequence, excluded.missing_sequence),
               requested_at = case
                 when gap.requested_at
                      < excluded.requested_at - $4::bigint * interval '1 millisecond'
                 then excluded.requested_at else gap.requested_at end
        returning requested_at = statement_timestamp()
        """, .text(consumer.description), .text(stream.description), .integer(missing),
        .integer(patience.wholeMilliseconds)))
    return try answer.boolean(0, 0)
  }

  borrowing func closeGaps(_ consumer: ConsumerName, upTo fences: [StreamID: Int64]) throws {
    guard !fences.isEmpty else { return }
    let ordered = fences.sorted { $0.key < $1.key }
    _ = try open.run(
      Statement(
        """
        delete from gap
         using unnest($2::text[], $3::bigint[]) as reached (stream, last_sequence)
         where gap.consumer = $1 and gap.stream = reached.stream
           and gap.missing_sequence <= reached.last_sequence
        """, .text(consumer.description), .texts(ordered.map(\.key.description)),
        .integers(ordered.map(\.value))))
  }

  borrowing func openGaps() throws -> Int {
    Int(try open.run(Statement("select count(*) from gap")).integer(0, 0))
  }

  borrowing func progress() throws -> StreamProgress {
    let told = try open.run(
      Statement(
        """
        select coalesce(sum(last_sequence), 0)::bigint from stream_head
        where stream not like 'repair/%'
        """)
    ).integer(0, 0)
    let sums = try open.run(
      Statement(
        """
        select consumer, sum(last_sequence)::bigint from fence
        where stream not like 'repair/%' group by consumer
        """))
    var heard: [String: Int64] = [:]
    for row in 0..<sums.count { heard[try sums.text(row, 0)] = try sums.integer(row, 1) }
    return StreamProgress(told: told, heard: heard)
  }
}

extension Answer {
  fileprivate func position(_ row: Int, _ column: Int) throws(StoreError) -> ReadPosition {
    ReadPosition(
      nextOffset: try integer(row, column), clusterID: try text(row, column + 1),
      lastEventID: try text(row, column + 2))
  }

  func partition(_ row: Int, _ column: Int) throws(StoreError) -> TopicPartition {
    guard let topic = Topic(name: try text(row, column)) else {
      throw .malformedRow("column \(column) does not hold a topic")
    }
    return TopicPartition(
      topic: topic, partition: Int32(clamping: try integer(row, column + 1)))
  }
}
