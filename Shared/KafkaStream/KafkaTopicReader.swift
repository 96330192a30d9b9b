internal import CRdKafka
public import EventStream
public import ReviewEvents
internal import Threads

/// Reads one topic from a start to an end that is fixed when reading begins, on its own thread.
///
/// It belongs to no group, never commits and stores no offset: whoever reads for a service is not
/// disturbed by it, and nothing of it is left in the broker.
///
/// An error that is retriable leaves it as it was; what is asked again goes on.
@safe public actor KafkaTopicReader {
  /// What is read of each partition: from the first offset to before the end.
  public typealias Ranges = [TopicPartition: Range<Int64>]

  /// The most records of one batch.
  public static let batchRecordsMax = 10_000
  /// How often a wait looks whether its task was cancelled.
  static let cancellationInterval = Duration.milliseconds(100)
  /// How long one question to the cluster may take before cancelling is looked for.
  static let lookDurationMax = Duration.seconds(2)
  /// How long to look for what is left of a partition, only to say so.
  static let explanationDurationMax = Duration.seconds(1)

  private let executor: ThreadExecutor
  private let settings: KafkaSettings
  private let topic: Topic
  private let observer: KafkaObserver
  private var handle: ClientHandle
  /// Whether the client was told what to read, which may happen only once: librdkafka 2.0.2 aborts
  /// the process when partitions are assigned again while they are still stopping.
  private var isAssigned = false
  private var plan: ReadingPlan?
  /// The cluster that the plan is about.
  private var cluster: String?
  /// A connection was lost since the cluster's id was last heard: another cluster may be there now.
  private var isClusterDoubtful = false
  /// A partition that does not have the record that comes next.
  private var lost: TopicPartition?
  /// What ended the reading for good.
  private var failure: (any Error)?
  /// What the client said last about why nothing comes.
  private var trouble: KafkaError?

  /// The thread of this reader.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Starts the client; nothing is read before ``fix(from:within:)``.
  public init(
    settings: KafkaSettings, topic: Topic, observer: @escaping KafkaObserver = { _ in }
  ) throws(KafkaError) {
    executor = ThreadExecutor(name: "kafka-replay")
    self.settings = settings
    self.topic = topic
    self.observer = observer
    handle = try Self.open(settings)
  }

  private static func open(_ settings: KafkaSettings) throws(KafkaError) -> ClientHandle {
    try ClientHandle(
      RD_KAFKA_CONSUMER, settings.readerProperties(),
      events: RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_FETCH)
  }

  // MARK: What to read

  /// Fixes what is read, which is everything from `start` to where the partitions end now.
  ///
  /// Asked again, it begins anew.
  /// - Throws: ``TopicReadingError`` when the topic does not have the start, ``UnusableTopics`` when
  ///   there is no such topic, ``KafkaError`` when the broker did not answer in time, and
  ///   `CancellationError`.
  public func fix(from start: ReadingStart = .oldest, within: Duration) throws -> Ranges {
    guard handle.isOpen else { throw KafkaError.closed }
    (plan, cluster, failure, lost) = (nil, nil, nil, nil)
    return try plan(from: start, until: .now + within)
  }

  /// Fixes new ends, so that reading goes on from where it stands; returns what is left now.
  ///
  /// It may be asked at any time, not only at the end.
  /// - Throws: As ``fix(from:within:)``. When the error is retriable, the old ends still hold.
  public func extend(within: Duration) throws -> Ranges {
    guard handle.isOpen else { throw KafkaError.closed }
    if let failure { throw failure }
    guard let plan else { throw KafkaError.nothingFixed }
    return try self.plan(from: .offsets(plan.positions), until: .now + within)
  }

  /// The cluster that is read from; `nil` while the broker cannot be reached.
  public func clusterID(within: Duration) -> String? {
    guard handle.isOpen else { return nil }
    // Doubt stays: only ``settle(until:)`` compares the answer with the plan.
    var isDoubtful = isClusterDoubtful
    return handle.clusterID(isDoubtful: &isDoubtful, within: within)
  }

  /// Ends the client; leaves nothing behind and asks nobody.
  public func close() { handle.destroy() }

  /// See ``ClientHandle/committedOffsets(of:within:)``.
  func committedOffsets(within: Duration) throws(KafkaError) -> [TopicPartition: Int64?] {
    try handle.committedOffsets(of: plan.map { Array($0.left.keys) } ?? [], within: within)
  }

  /// See ``ClientHandle/memberID()``.
  func memberID() -> String? { handle.memberID() }

  private func plan(
    from start: ReadingStart, until deadline: ContinuousClock.Instant
  ) throws -> Ranges {
    trouble = nil
    if isAssigned || handle.fatalError() != nil {
      handle = try Self.open(settings)
      isAssigned = false
    }
    lost = nil
    let held = try held(until: deadline)
    isClusterDoubtful = false
    try compareCluster()
    let plan = try ReadingPlan(from: try starts(start, held: held, until: deadline), held: held)
    self.plan = plan
    return plan.left
  }

  /// What the broker has of every partition.
  private func held(until deadline: ContinuousClock.Instant) throws -> Ranges {
    let counts = try ask(until: deadline) { handle.partitionCounts(within: $0) }
    guard let count = counts[topic.name] else {
      throw UnusableTopics(problems: ["\(topic) does not exist"])
    }
    let partitions = (0..<count).map { TopicPartition(topic: topic, partition: $0) }
    // The oldest first: with the end first, both could have moved past it.
    let oldest = try ask(until: deadline) { handle.offsets(.oldest, of: partitions, within: $0) }
    let ends = try ask(until: deadline) { handle.offsets(.end, of: partitions, within: $0) }
    return Dictionary(
      uniqueKeysWithValues: oldest.map { partition, oldest in
        (partition, oldest..<max(oldest, ends[partition] ?? oldest))
      })
  }

  private func starts(
    _ start: ReadingStart, held: Ranges, until deadline: ContinuousClock.Instant
  ) throws -> [TopicPartition: Int64] {
    switch start {
    case .oldest: return [:]
    case .offsets(let offsets): return offsets
    case .takenSince(let time):
      // It would answer that there is no such record, whatever the time.
      guard !settings.isEmbedded else { throw TopicReadingError.timesUnknown(topic) }
      let partitions = Array(held.keys)
      let found = try ask(until: deadline) {
        handle.offsets(.takenSince(time), of: partitions, within: $0)
      }
      return held.reduce(into: [:]) { starts, entry in
        let end = entry.value.upperBound
        let offset = found[entry.key] ?? end
        // What came in the meantime lies behind the end.
        starts[entry.key] = offset < 0 ? end : min(offset, end)
      }
    }
  }

  // MARK: Reading

  /// The next records, those of each partition in its order; `nil` when all were handed out.
  ///
  /// The first record ends the waiting; the batch then takes what is already here. Offsets without
  /// a record, as compaction and transactions leave them, are passed over.
  /// - Throws: ``TopicReadingError`` when a record is not there any more, ``KafkaError`` when
  ///   nothing came within `within`, and `CancellationError`.
  public func next(upTo count: Int, within: Duration) throws -> [ConsumedRecord]? {
    precondition((1...Self.batchRecordsMax).contains(count))
    guard handle.isOpen else { throw KafkaError.closed }
    if let failure { throw failure }
    try assignIfNeeded()
    trouble = nil
    var records: [ConsumedRecord] = []
    let deadline = ContinuousClock.now + within
    while records.count < count, plan?.isComplete == false {
      if isInterrupted {
        if !records.isEmpty { break }
        try settle(until: deadline)
      }
      let wait = records.isEmpty ? min(deadline - .now, Self.cancellationInterval) : .zero
      if let event = unsafe rd_kafka_queue_poll(handle.queue, wait.wholeMilliseconds) {
        defer { unsafe rd_kafka_event_destroy(event) }
        unsafe serve(event, into: &records)
      } else if !records.isEmpty {
        break
      }
      // Also with events at hand: they may all be of records behind the end.
      if records.isEmpty { try check(deadline) }
    }
    return records.isEmpty ? nil : records
  }

  private func assignIfNeeded() throws(KafkaError) {
    guard let plan else { throw KafkaError.nothingFixed }
    guard !isAssigned, !plan.isComplete else { return }
    isAssigned = true
    try handle.assign(plan.starts)
  }

  private func check(_ deadline: ContinuousClock.Instant) throws {
    try Task.checkCancellation()
    guard failure != nil || plan?.isComplete == true || .now < deadline else {
      throw trouble ?? KafkaError.timedOut
    }
  }

  @unsafe private func serve(_ event: OpaquePointer, into records: inout [ConsumedRecord]) {
    switch unsafe rd_kafka_event_type(event) {
    case RD_KAFKA_EVENT_FETCH: unsafe gather(event, into: &records)
    case RD_KAFKA_EVENT_ERROR: notice(unsafe ErrorReport(event))
    default: break
    }
  }

  @unsafe private func gather(_ event: OpaquePointer, into records: inout [ConsumedRecord]) {
    while let message = unsafe rd_kafka_event_message_next(event) {
      guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
      // No other topic is assigned.
      let partition = unsafe TopicPartition(topic: topic, partition: message.pointee.partition)
      let offset = unsafe message.pointee.offset
      guard plan?.take(partition, offset: offset) == true else { continue }
      records.append(
        ConsumedRecord(
          partition: partition, offset: offset, content: unsafe message.event(topic: topic)))
    }
  }

  private func notice(_ report: ErrorReport) {
    if report.isEndOfPartition {
      if let partition = report.partition { plan?.reach(partition, report.offset) }
      return
    }
    observer(.clientError(report.error))
    if report.error.isFatal {
      failure = handle.fatalError() ?? report.error
    } else if let partition = report.partition {
      // What lies behind the end does not matter.
      guard plan?.wants(partition) == true else { return }
      if report.isOffsetMissing {
        lost = partition
      } else if report.error.isRetriable {
        trouble = report.error
      } else {
        failure = report.error  // records that cannot be read must not be passed over
      }
    } else {
      switch ClientTrouble(report.error) {
      case .connectionLost, .away:
        isClusterDoubtful = true
        trouble = report.error
      case .refused: trouble = report.error
      case .offsetMissing, .none: break
      }
    }
  }

  // MARK: What interrupts it

  /// Whether something has to be cleared up before further records are handed out.
  private var isInterrupted: Bool { isClusterDoubtful || lost != nil || failure != nil }

  /// Returns when the cluster is still the same one and nothing is lost.
  private func settle(until deadline: ContinuousClock.Instant) throws {
    if let failure { throw failure }
    try ask(until: deadline) { wait in
      handle.askBroker(within: wait).map { .failure($0) } ?? .success(())
    }
    isClusterDoubtful = false
    try compareCluster()
    guard let lost, let wanted = plan?.positions[lost] else { return }
    let error = TopicReadingError.lost(lost, wanted: wanted, held: remains(of: lost))
    failure = error
    throw error
  }

  private func compareCluster() throws {
    let known = handle.knownClusterID()
    if let cluster, let known, cluster != known {
      let error = TopicReadingError.otherCluster(topic)
      failure = error
      throw error
    }
    cluster = cluster ?? known
  }

  /// What the broker has of a partition, if it says so soon.
  private func remains(of partition: TopicPartition) -> Range<Int64>? {
    let wait = Self.explanationDurationMax
    guard
      let oldest = try? handle.offsets(.oldest, of: [partition], within: wait).get()[partition],
      let end = try? handle.offsets(.end, of: [partition], within: wait).get()[partition],
      (0...end).contains(oldest)
    else { return nil }  // the error is reported all the same
    return oldest..<end
  }

  /// Asks until there is an answer, an error that does not pass, or no time left.
  private func ask<Answer>(
    until deadline: ContinuousClock.Instant, _ question: (Duration) -> Result<Answer, KafkaError>
  ) throws -> Answer {
    while true {
      try Task.checkCancellation()
      let wait = max(.milliseconds(1), min(deadline - .now, Self.lookDurationMax))
      switch question(wait) {
      case .success(let answer): return answer
      case .failure(let error):
        if !isAssigned { serveErrors() }
        if let failure { throw failure }
        guard error.isRetriable, .now < deadline else { throw trouble ?? error }
      }
    }
  }

  /// Waits a moment for what the client says by itself, which names the cause of what fails.
  private func serveErrors() {
    guard
      let event = unsafe rd_kafka_queue_poll(
        handle.queue, Self.cancellationInterval.wholeMilliseconds)
    else { return }
    defer { unsafe rd_kafka_event_destroy(event) }
    if unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR {
      notice(unsafe ErrorReport(event))
    }
  }
}
