internal import EventStream
internal import ReviewEvents

/// One transaction of a ``MemoryStore``.
struct MemoryTransaction: ~Copyable, Transaction {
  private let scratch: MemoryScratch

  init(_ scratch: MemoryScratch) { self.scratch = scratch }

  // MARK: The log

  borrowing func append(_ appends: [StreamAppend]) throws {
    for append in appends.sorted(by: { $0.stream < $1.stream }) {
      let last = scratch.tables.histories[append.stream]?.last?.sequence ?? 0
      guard last == append.expected else { throw StoreError.staleStream(append.stream) }
      for event in append.envelopes(area: scratch.area) { scratch.add(event) }
    }
  }

  borrowing func history(of streams: [StreamID]) -> [StreamID: [EventEnvelope]] {
    var histories: [StreamID: [EventEnvelope]] = [:]
    for stream in streams { histories[stream] = scratch.tables.histories[stream] }
    return histories
  }

  borrowing func lastSequences(of streams: [StreamID]) -> [StreamID: Int64] {
    history(of: streams).compactMapValues { $0.last?.sequence }
  }

  borrowing func log(after position: Int64, limit: Int) throws -> [LoggedEvent] {
    // A fact with a lower number may still appear. A database waits for it; one thread cannot.
    guard !scratch.isAppendUnderWay else {
      throw StoreError.unavailable("an append is under way")
    }
    return Array(scratch.tables.log.drop { $0.position <= position }.prefix(limit))
  }

  borrowing func log(of stream: StreamID, from sequence: Int64, limit: Int) -> [EventEnvelope] {
    let history = scratch.tables.histories[stream] ?? []
    return Array(history.filter { $0.sequence >= sequence }.prefix(limit))
  }

  // MARK: The outbox

  borrowing func outbox(limit: Int) -> [OutboxRow] {
    scratch.tables.outbox.prefix(limit).map(\.row)
  }

  borrowing func deleteOutbox(_ ids: [Int64]) {
    let ids = Set(ids)
    scratch.tables.outbox.removeAll { ids.contains($0.row.id) }
  }

  borrowing func outboxBacklog(countingUpTo rowsMax: Int) -> Backlog {
    let waiting = scratch.tables.outbox
    return Backlog(
      rows: min(waiting.count, rowsMax), isAtLeast: waiting.count >= rowsMax,
      oldestAge: waiting.first.map { scratch.now - $0.since } ?? .zero)
  }

  borrowing func publishedCluster() -> String? { scratch.tables.publishedCluster }

  borrowing func setPublishedCluster(_ clusterID: String) {
    scratch.tables.publishedCluster = clusterID
  }

  borrowing func requestRepublication(_ requests: [RepublicationRequest]) {
    for var request in requests {
      let waits = scratch.tables.republications.contains {
        $0.stream == request.stream && $0.from == request.from
      }
      guard !waits else { continue }
      request.id = scratch.nextNumber()
      scratch.tables.republications.append(request)
    }
  }

  borrowing func nextRepublication() -> RepublicationRequest? {
    scratch.tables.republications.first
  }

  borrowing func advanceRepublication(_ id: Int64, to progress: RepublicationProgress) {
    guard let index = scratch.tables.republications.firstIndex(where: { $0.id == id }) else {
      return
    }
    switch progress {
    case .reached(let from): scratch.tables.republications[index].from = from
    case .finished: scratch.tables.republications.remove(at: index)
    }
  }

  // MARK: Commands

  borrowing func claim(_ key: IdempotencyKey, requestHash: String) -> StoredAnswer? {
    scratch.tables.answers[key]
  }

  borrowing func store(_ answer: StoredAnswer, for key: IdempotencyKey) {
    scratch.tables.answers[key] = answer
  }

  borrowing func rows(_ sql: SQL, _ parameters: [SQLValue]) throws -> [SQLRow] {
    guard var own = scratch.tables.own else { throw StoreError.noTables }
    // Not held twice, so that its tables are changed in place.
    scratch.tables.own = nil
    defer { scratch.tables.own = own }
    return try own.rows(sql, parameters)
  }

  // MARK: Reading

  borrowing func lockPositions(_ consumer: ConsumerName, _ partitions: [TopicPartition])
    -> [TopicPartition: ReadPosition]
  {
    var positions: [TopicPartition: ReadPosition] = [:]
    for partition in partitions {
      positions[partition] =
        scratch.tables.positions[.init(consumer: consumer, partition: partition)]
    }
    return positions
  }

  borrowing func positions(of consumer: ConsumerName) -> [TopicPartition: ReadPosition] {
    var positions: [TopicPartition: ReadPosition] = [:]
    for (place, position) in scratch.tables.positions where place.consumer == consumer {
      positions[place.partition] = position
    }
    return positions
  }

  borrowing func setPositions(
    _ consumer: ConsumerName, to positions: [TopicPartition: ReadPosition]
  ) {
    for (partition, position) in positions {
      scratch.tables.positions[.init(consumer: consumer, partition: partition)] = position
    }
  }

  borrowing func forgetPosition(_ consumer: ConsumerName, _ partition: TopicPartition) {
    scratch.tables.positions[.init(consumer: consumer, partition: partition)] = nil
  }

  borrowing func fences(_ consumer: ConsumerName, of streams: [StreamID]) -> [StreamID: Int64] {
    var fences: [StreamID: Int64] = [:]
    for stream in streams {
      fences[stream] = scratch.tables.fences[.init(consumer: consumer, stream: stream)]
    }
    return fences
  }

  borrowing func setFences(_ consumer: ConsumerName, to fences: [StreamID: Int64]) {
    for (stream, fence) in fences {
      scratch.tables.fences[.init(consumer: consumer, stream: stream)] = fence
    }
  }

  borrowing func parkedStreams(_ consumer: ConsumerName, among streams: [StreamID])
    -> Set<StreamID>
  {
    Set(
      streams.filter {
        scratch.tables.parked[.init(consumer: consumer, stream: $0)]?.isEmpty == false
      })
  }

  borrowing func park(_ consumer: ConsumerName, _ events: [ParkedEvent]) {
    for event in events {
      let lane = MemoryTables.Lane(consumer: consumer, stream: event.event.stream)
      var parked = scratch.tables.parked[lane] ?? []
      guard !parked.contains(where: { $0.event.sequence == event.event.sequence }) else { continue }
      parked.append(event)
      scratch.tables.parked[lane] = parked.sorted { $0.event.sequence < $1.event.sequence }
    }
  }

  borrowing func parked(_ consumer: ConsumerName, limit: Int) -> [ParkedEvent] {
    let lanes = scratch.tables.parked.filter { $0.key.consumer == consumer }
    return Array(
      lanes.sorted { $0.key.stream < $1.key.stream }.flatMap(\.value).prefix(limit))
  }

  borrowing func parked(_ consumer: ConsumerName, of stream: StreamID, limit: Int)
    -> [ParkedEvent]
  {
    Array((scratch.tables.parked[.init(consumer: consumer, stream: stream)] ?? []).prefix(limit))
  }

  borrowing func amendParked(_ consumer: ConsumerName, _ event: ParkedEvent) {
    let lane = MemoryTables.Lane(consumer: consumer, stream: event.event.stream)
    let parked = scratch.tables.parked[lane]
    scratch.tables.parked[lane] = parked?.map { known in
      guard known.event.sequence == event.event.sequence else { return known }
      var amended = known
      (amended.cause, amended.attempts) = (event.cause, event.attempts)
      return amended
    }
  }

  borrowing func unpark(
    _ consumer: ConsumerName, _ stream: StreamID, through sequence: Int64
  ) {
    let lane = MemoryTables.Lane(consumer: consumer, stream: stream)
    let left = scratch.tables.parked[lane]?.filter { $0.event.sequence > sequence } ?? []
    scratch.tables.parked[lane] = left.isEmpty ? nil : left
  }

  borrowing func discardedEvents(_ consumer: ConsumerName) -> Set<String> {
    scratch.tables.discarded[consumer] ?? []
  }

  borrowing func parkedTotals() -> ParkedTotals {
    ParkedTotals(
      streams: scratch.tables.parked.count,
      events: scratch.tables.parked.values.reduce(0) { $0 + $1.count })
  }

  borrowing func noteGap(
    _ consumer: ConsumerName, _ stream: StreamID, missing: Int64, patience: Duration
  ) -> Bool {
    let lane = MemoryTables.Lane(consumer: consumer, stream: stream)
    guard var gap = scratch.tables.gaps[lane] else {
      scratch.tables.gaps[lane] = .init(missing: missing, askedAt: scratch.now)
      return true
    }
    let asks = scratch.now - gap.askedAt > patience
    gap.missing = max(gap.missing, missing)
    if asks { gap.askedAt = scratch.now }
    scratch.tables.gaps[lane] = gap
    return asks
  }

  borrowing func closeGaps(_ consumer: ConsumerName, upTo fences: [StreamID: Int64]) {
    for (stream, fence) in fences {
      let lane = MemoryTables.Lane(consumer: consumer, stream: stream)
      if let gap = scratch.tables.gaps[lane], fence >= gap.missing {
        scratch.tables.gaps[lane] = nil
      }
    }
  }

  borrowing func openGaps() -> Int { scratch.tables.gaps.count }

  borrowing func progress() -> StreamProgress {
    var heard: [String: Int64] = [:]
    for (lane, sequence) in scratch.tables.fences where lane.stream.kind != .repair {
      heard[lane.consumer.description, default: 0] += sequence
    }
    let told = scratch.tables.log.count { $0.event.stream.kind != .repair }
    return StreamProgress(told: Int64(told), heard: heard)
  }
}
