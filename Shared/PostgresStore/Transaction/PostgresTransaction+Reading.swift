import EventStream
import ReviewEvents

extension PostgresTransaction {
  // MARK: Positions

  borrowing func lockPositions(_ consumer: ConsumerName, _ partitions: [TopicPartition]) throws
    -> [TopicPartition: ReadPosition]
  {
    let answers = try open.run(try Self.locking(consumer, partitions))
    return try lockedPositions(answers)
  }

  borrowing func beginReading(
    _ consumer: ConsumerName, at partitions: [TopicPartition], of streams: [StreamID]
  ) throws -> ReadingState {
    // In one round trip: each statement sees what was committed before it began, so fences and
    // parked streams are read behind the locks.
    let locking = try Self.locking(consumer, partitions)
    let answers = try open.run(
      locking + [
        try Self.readingFences(consumer, of: streams),
        try Self.readingParkedStreams(consumer, among: streams),
      ])
    return ReadingState(
      positions: try lockedPositions(Array(answers.prefix(locking.count))),
      fences: try answers[locking.count].fences,
      parkedStreams: Set(try answers[locking.count + 1].streams))
  }

  /// Takes the locks of positions and reads them; ``lockedPositions(_:)`` reads the answers.
  private static func locking(
    _ consumer: ConsumerName, _ partitions: [TopicPartition]
  ) throws(StoreError) -> [Statement] {
    let places = Set(partitions).sorted()
    // In one round trip, and first whoever exchanges the consumer's tables, who holds the same
    // lock exclusively. A partition that nobody has read has no row that could be locked, so each
    // has a lock of its own, taken in the order of the list: without it two members could both
    // begin at the beginning.
    return [
      try Statement(
        "select pg_try_advisory_xact_lock_shared(hashtextextended($1, 0))",
        .text("lock:\(StoreLock.holding(consumer).name)")),
      try Statement(
        """
        select pg_advisory_xact_lock(hashtextextended(name, 0))
          from unnest($1::text[]) as place (name)
        """, .texts(places.map { "position:\(consumer)/\($0)" })),
      // The rows as well, for members that know no other lock.
      try Statement(
        """
        select topic, partition, next_offset, cluster_id, last_event_id from consumer_position
         where consumer = $1
           and (topic, partition) in (select * from unnest($2::text[], $3::bigint[]))
         order by topic, partition
           for update
        """, .text(consumer.description), .texts(places.map(\.topic.name)),
        .integers(places.map { Int64($0.partition) })),
    ]
  }

  private borrowing func lockedPositions(
    _ answers: [Answer]
  ) throws -> [TopicPartition: ReadPosition] {
    guard try answers[0].boolean(0, 0) else { throw open.fail(.busy) }
    return try answers[2].positions
  }

  borrowing func positions(of consumer: ConsumerName) throws -> [TopicPartition: ReadPosition] {
    let answer = try open.run(
      Statement(
        """
        select topic, partition, next_offset, cluster_id, last_event_id from consumer_position
         where consumer = $1
        """, .text(consumer.description)))
    return try answer.positions
  }

  borrowing func setPositions(
    _ consumer: ConsumerName, to positions: [TopicPartition: ReadPosition]
  ) throws {
    guard !positions.isEmpty else { return }
    let ordered = positions.sorted { $0.key < $1.key }
    try open.runLater(
      Statement(
        """
        insert into consumer_position
               (consumer, topic, partition, next_offset, cluster_id, last_event_id)
        select $1, reached.*
          from unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[]) as reached
        on conflict (consumer, topic, partition) do update
           set next_offset = excluded.next_offset, cluster_id = excluded.cluster_id,
               last_event_id = excluded.last_event_id, moved_at = excluded.moved_at
        """, .text(consumer.description), .texts(ordered.map(\.key.topic.name)),
        .integers(ordered.map { Int64($0.key.partition) }),
        .integers(ordered.map(\.value.nextOffset)), .texts(ordered.map(\.value.clusterID)),
        .texts(ordered.map(\.value.lastEventID))))
  }

  borrowing func forgetPosition(_ consumer: ConsumerName, _ partition: TopicPartition) throws {
    try open.runLater(
      Statement(
        "delete from consumer_position where consumer = $1 and topic = $2 and partition = $3",
        .text(consumer.description), .text(partition.topic.name),
        .integer(Int64(partition.partition))))
  }

  // MARK: Fences

  /// From so many streams on the plan is made anew each time: one that is kept may come from when
  /// the table fitted on a page, and would read all of it for every stream.
  private static var freshPlanStreamsMin: Int { 32 }

  borrowing func fences(_ consumer: ConsumerName, of streams: [StreamID]) throws
    -> [StreamID: Int64]
  {
    guard !streams.isEmpty else { return [:] }
    return try open.run(Self.readingFences(consumer, of: streams)).fences
  }

  private static func readingFences(
    _ consumer: ConsumerName, of streams: [StreamID]
  ) throws(StoreError) -> Statement {
    // A look into the key for each stream: a table that was never analysed has no statistics, and
    // a join with it is planned as if one consumer had a handful of fences, all read each time.
    let text = """
      select wanted.stream, reached.last_sequence
        from unnest($2::text[]) as wanted (stream)
       cross join lateral (
         select last_sequence from fence
          where consumer = $1 and stream = wanted.stream collate "C" offset 0) as reached
      """
    let values: [SQLValue] = [.text(consumer.description), .texts(streams.map(\.description))]
    return streams.count < freshPlanStreamsMin
      ? try Statement(text, values.map { .value($0) }) : try .once(text, values)
  }

  borrowing func setFences(_ consumer: ConsumerName, to fences: [StreamID: Int64]) throws {
    guard !fences.isEmpty else { return }
    let ordered = fences.sorted { $0.key < $1.key }
    try open.runLater(
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
    try open.runLater(
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
  /// Rows of topic, partition, offset, cluster and id.
  fileprivate var positions: [TopicPartition: ReadPosition] {
    get throws(StoreError) {
      var positions: [TopicPartition: ReadPosition] = [:]
      for row in 0..<count {
        positions[try partition(row, 0)] = ReadPosition(
          nextOffset: try integer(row, 2), clusterID: try text(row, 3),
          lastEventID: try text(row, 4))
      }
      return positions
    }
  }

  /// Rows of stream and sequence.
  fileprivate var fences: [StreamID: Int64] {
    get throws(StoreError) {
      var fences: [StreamID: Int64] = [:]
      fences.reserveCapacity(count)
      for row in 0..<count { fences[try stream(row, 0)] = try integer(row, 1) }
      return fences
    }
  }

  func partition(_ row: Int, _ column: Int) throws(StoreError) -> TopicPartition {
    guard let topic = Topic(name: try text(row, column)) else {
      throw .malformedRow("column \(column) does not hold a topic")
    }
    return TopicPartition(
      topic: topic, partition: Int32(clamping: try integer(row, column + 1)))
  }
}
