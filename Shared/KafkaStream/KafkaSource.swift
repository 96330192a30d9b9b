internal import CRdKafka
public import EventStream
public import ReviewEvents
private import Synchronization
internal import Threads

/// A member of a consumer group, on its own thread.
///
/// Records are handed out only when asked for, and rebalances are answered only while being
/// asked. Between two calls of ``poll(upTo:within:)`` the assignment cannot change, so what was
/// applied and kept before the next call never belongs to somebody else.
///
/// ``poll(upTo:within:)`` must be called at least once a minute, or the group gives the partitions
/// to another member.
@safe public actor KafkaSource: RecordSource {
  /// The most records of one batch.
  public static let batchRecordsMax = 10_000
  /// How long leaving the group may take; then the member is left to time out.
  public static let closeDurationMax = Duration.seconds(10)
  /// How often a wait looks whether its task was cancelled.
  static let cancellationInterval = Duration.milliseconds(100)
  /// How long a move waits for others: partitions are lost together, one notice each.
  static let moveGatheringDuration = Duration.milliseconds(500)
  /// How long one sign of life is waited for.
  static let probeDurationMax = Duration.milliseconds(250)

  private let executor: ThreadExecutor
  private let topics: [Topic]
  private let observer: KafkaObserver
  private let shared = Mutex(Reachability.unknown)
  private var handle: ClientHandle
  private var assignment = ConsumerAssignment()
  /// What ended a batch before its turn came; the next poll returns it.
  private var pending: Notice?
  private var watch = ReachabilityWatch()
  /// Whether the group waits for our answer to a rebalance.
  ///
  /// Without a question there must be no answer: once the group has ended, nobody takes it, and
  /// librdkafka waits for ever.
  private var owesAnswer = false
  /// Whether this assignment was started.
  private var isStarted = false
  /// Since when a partition waits to be moved, which only a new client can do.
  private var movedAt: ContinuousClock.Instant?
  /// A connection was lost since the cluster's id was last heard: another cluster may be there now.
  private var isClusterDoubtful = false

  /// The thread of this member.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Whether the broker answers, as of the last poll.
  public nonisolated var reachability: Reachability { shared.withLock { $0 } }

  /// Joins `group` and reads `topics`; nothing is read before the first ``start(_:)``.
  ///
  /// `mayBeLate` spares wake-ups where nobody waits for what is read.
  public init(
    settings: KafkaSettings, group: ConsumerName, topics: [Topic], mayBeLate: Bool = false,
    observer: @escaping KafkaObserver = { _ in }
  ) throws(KafkaError) {
    try self.init(
      properties: settings.consumerProperties(group: group.description, mayBeLate: mayBeLate),
      topics: topics, observer: observer)
  }

  init(
    properties: [String: String], topics: [Topic], observer: @escaping KafkaObserver
  ) throws(KafkaError) {
    executor = ThreadExecutor(name: "kafka-in")
    self.topics = topics
    self.observer = observer
    handle = try ClientHandle(
      RD_KAFKA_CONSUMER, properties,
      events: RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_FETCH
        | RD_KAFKA_EVENT_OFFSET_COMMIT)
    let list = unsafe rd_kafka_topic_partition_list_new(Int32(topics.count))
    defer { unsafe rd_kafka_topic_partition_list_destroy(list) }
    for topic in topics {
      unsafe rd_kafka_topic_partition_list_add(list, topic.name, RD_KAFKA_PARTITION_UA)
    }
    let code = unsafe rd_kafka_subscribe(handle.client, list)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
  }

  // MARK: Asking

  /// Waits for something to do, at most `within`; cancelling ends the wait.
  ///
  /// The first record ends the waiting; the batch then takes what is already here. Whatever else
  /// happens ends the batch and is returned by the next call.
  /// - Throws: ``KafkaError`` when this client is at its end and a new one is needed.
  public func poll(upTo count: Int, within: Duration) throws -> Polled {
    precondition((1...Self.batchRecordsMax).contains(count))
    guard handle.isOpen else { throw KafkaError.closed }
    if let notice = pending {
      pending = nil
      return try answer(notice)
    }
    if let movedAt, movedAt + Self.moveGatheringDuration <= .now { throw KafkaError.moved }
    var records: [ConsumedRecord] = []
    let deadline = ContinuousClock.now + within
    while records.count < count {
      let wait = records.isEmpty ? min(deadline - .now, Self.cancellationInterval) : .zero
      guard let event = unsafe rd_kafka_queue_poll(handle.queue, wait.wholeMilliseconds) else {
        if !records.isEmpty || Task.isCancelled || deadline <= .now { break }
        continue
      }
      defer { unsafe rd_kafka_event_destroy(event) }
      if unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH {
        unsafe gather(event, into: &records)
      } else if let notice = unsafe notice(of: event) {
        if records.isEmpty { return try answer(notice) }
        pending = notice
        break
      }
    }
    return records.isEmpty ? lookForBroker() : hand(out: records)
  }

  /// Answers an assignment.
  ///
  /// Partitions that this member does not own are left out. Moving a partition that was started
  /// already ends this client: librdkafka 2.0.2 aborts the process when partitions are assigned
  /// again while they are still stopping (`rd_kafka_assignment_partition_stopped`). A moment
  /// later, so that several moves are one, the next poll throws ``KafkaError/moved``.
  public func start(_ starts: [TopicPartition: StartOffset]) throws {
    guard handle.isOpen else { throw KafkaError.closed }
    guard !isStarted else {
      for partition in starts.keys where assignment.owned.contains(partition) {
        assignment.lose(partition)
        movedAt = movedAt ?? .now
      }
      return
    }
    assignment.start(starts)
    // With a revocation waiting, an assignment would answer the wrong question.
    guard pending?.isRebalance != true else { return }
    isStarted = true
    try handle.assign(assignment.next)
    owesAnswer = false
  }

  /// The cluster that is read from; `nil` while the broker cannot be reached.
  public func clusterID(within: Duration) -> String? {
    guard handle.isOpen else { return nil }
    return handle.clusterID(isDoubtful: &isClusterDoubtful, within: within)
  }

  // MARK: Telling

  /// Tells the broker how far the group is, for tools only; the answer is not waited for, and a
  /// refusal is told to the observer.
  public func reportProgress(_ next: [TopicPartition: Int64]) {
    let owned = next.filter { assignment.owned.contains($0.key) && $0.value >= 0 }
    guard handle.isOpen, !owned.isEmpty else { return }
    do throws(KafkaError) {
      try unsafe PartitionList.with(owned) { list throws(KafkaError) in
        try ClientHandle.check(unsafe rd_kafka_commit(handle.client, list, 1))
      }
    } catch {
      observer(.progressRefused(error, partitions: owned.count))
    }
  }

  /// How many records lie between `next` and the end of each partition, as of the last fetch.
  ///
  /// Partitions that were not fetched yet are missing; the broker is never asked.
  public func lag(behind next: [TopicPartition: Int64]) -> [TopicPartition: Int64] {
    guard handle.isOpen else { return [:] }
    var lags: [TopicPartition: Int64] = [:]
    for (partition, next) in next where assignment.owned.contains(partition) {
      var oldest: Int64 = -1
      var end: Int64 = -1
      let code = unsafe rd_kafka_get_watermark_offsets(
        handle.client, partition.topic.name, partition.partition, &oldest, &end)
      if code == RD_KAFKA_RESP_ERR_NO_ERROR, end >= 0 { lags[partition] = max(0, end - next) }
    }
    return lags
  }

  /// Leaves the group, answering every rebalance that this causes, and ends the client.
  ///
  /// Takes at most ``closeDurationMax``, also while the broker is away.
  public func close() {
    guard handle.isOpen else { return }
    pending = nil
    assignment.end()
    let deadline = ContinuousClock.now + Self.closeDurationMax
    let failure = unsafe rd_kafka_consumer_close_queue(handle.client, handle.queue)
    if let failure = unsafe failure { unsafe rd_kafka_error_destroy(failure) }
    // Whatever was asked before or is asked now is answered in the same way: nothing is kept.
    if owesAnswer { unsafe rd_kafka_assign(handle.client, nil) }
    while unsafe rd_kafka_consumer_closed(handle.client) == 0, ContinuousClock.now < deadline {
      guard let event = unsafe rd_kafka_queue_poll(handle.queue, 100) else { continue }
      defer { unsafe rd_kafka_event_destroy(event) }
      if unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE {
        unsafe rd_kafka_assign(handle.client, nil)
      }
    }
    handle.destroy()
  }

  // MARK: Records

  @unsafe private func gather(_ event: OpaquePointer, into records: inout [ConsumedRecord]) {
    while let message = unsafe rd_kafka_event_message_next(event) {
      guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR,
        let topic = unsafe topic(of: message.pointee.rkt)
      else { continue }
      let partition = unsafe TopicPartition(topic: topic, partition: message.pointee.partition)
      let offset = unsafe message.pointee.offset
      guard assignment.take(partition, offset: offset) else { continue }
      records.append(
        ConsumedRecord(
          partition: partition, offset: offset, content: unsafe message.event(topic: topic)))
    }
  }

  @unsafe private func topic(of handle: OpaquePointer?) -> Topic? {
    guard let name = unsafe rd_kafka_topic_name(handle) else { return nil }
    return topics.first { unsafe String(cString: name) == $0.name }
  }

  private func hand(out records: [ConsumedRecord]) -> Polled {
    if isClusterDoubtful, handle.askBroker(within: Self.probeDurationMax) == nil {
      isClusterDoubtful = false
    }
    watch.succeeded()
    publishReachability()
    return .records(records, clusterID: isClusterDoubtful ? nil : handle.knownClusterID())
  }

  // MARK: Notices

  /// What happened besides records.
  private enum Notice {
    case assigned([TopicPartition])
    case revoked
    case lost(TopicPartition)
    case unreachable(String)
    case failed(KafkaError)

    var isRebalance: Bool {
      switch self {
      case .assigned, .revoked: true
      default: false
      }
    }
  }

  /// Returns a notice to the engine; only here does the assignment change.
  private func answer(_ notice: Notice) throws -> Polled {
    switch notice {
    case .assigned(let partitions):
      assignment.begin(partitions)
      (isStarted, movedAt) = (false, nil)
      watch.succeeded()
      publishReachability()
      return .assigned(partitions)
    case .revoked:
      assignment.end()
      (isStarted, movedAt) = (false, nil)
      try ClientHandle.check(unsafe rd_kafka_assign(handle.client, nil))
      owesAnswer = false
      return .revoked
    case .lost(let partition): return .lost(partition)
    case .unreachable(let reason): return .unreachable(reason)
    case .failed(let error): throw error
    }
  }

  @unsafe private func notice(of event: OpaquePointer) -> Notice? {
    switch unsafe rd_kafka_event_type(event) {
    case RD_KAFKA_EVENT_REBALANCE:
      owesAnswer = true
      guard unsafe rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS else {
        return .revoked
      }
      let list = unsafe rd_kafka_event_topic_partition_list(event)
      return unsafe .assigned(PartitionList.offsets(in: list).keys.sorted())
    case RD_KAFKA_EVENT_OFFSET_COMMIT:
      let code = unsafe rd_kafka_event_error(event)
      // Without offsets to note there is nothing to refuse.
      if code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR__NO_OFFSET {
        let count = unsafe rd_kafka_event_topic_partition_list(event)?.pointee.cnt ?? 0
        observer(.progressRefused(KafkaError(code), partitions: Int(count)))
      }
      return nil
    case RD_KAFKA_EVENT_ERROR: return notice(of: unsafe ErrorReport(event))
    default: return nil
    }
  }

  private func notice(of report: ErrorReport) -> Notice? {
    observer(.clientError(report.error))
    if report.error.isFatal { return .failed(handle.fatalError() ?? report.error) }
    switch ClientTrouble(report.error) {
    case .none: return nil
    case .offsetMissing: return missingOffset(report)
    case .connectionLost:
      isClusterDoubtful = true
      watch.suspect()
      return nil
    case .away:
      isClusterDoubtful = true
      return failed(report.error, isRefusal: false)
    case .refused: return failed(report.error, isRefusal: true)
    }
  }

  /// Tells a missing offset from a look-up that failed, after which only a new client reads the
  /// partition again.
  private func missingOffset(_ report: ErrorReport) -> Notice? {
    guard let partition = report.partition, assignment.next[partition] != nil else {
      return nil  // taken away, or told of already
    }
    assignment.lose(partition)
    if report.isOffsetMissing { return .lost(partition) }
    movedAt = movedAt ?? .now
    return failed(report.error, isRefusal: false)
  }

  private func failed(_ error: KafkaError, isRefusal: Bool) -> Notice? {
    let isNews = watch.failed(error.message, isRefusal: isRefusal, at: .now)
    publishReachability()
    return isNews ? .unreachable(error.message) : nil
  }

  /// With nothing else to return: asks a broker that seemed away whether it is back.
  private func lookForBroker() -> Polled {
    guard !Task.isCancelled, watch.probeIsDue(at: .now) else { return .nothing }
    guard let error = handle.askBroker(within: Self.probeDurationMax) else {
      isClusterDoubtful = false
      watch.answeredProbe()
      publishReachability()
      return .nothing
    }
    guard case .unreachable(let reason)? = failed(error, isRefusal: false) else { return .nothing }
    return .unreachable(reason)
  }

  private func publishReachability() {
    let state = watch.state
    shared.withLock { $0 = state }
  }
}
