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
  /// The most records that are passed over before what was found is handed out.
  static let passedOverMax = 10_000
  /// How long leaving the group may take; then the member is left to time out.
  public static let closeDurationMax = Duration.seconds(10)
  /// How often a wait looks whether its task was cancelled.
  static let cancellationInterval = Duration.milliseconds(100)
  /// How long a move waits for others: partitions are lost together, one notice each.
  static let moveGatheringDuration = Duration.milliseconds(500)
  /// How long one sign of life is waited for.
  static let probeDurationMax = Duration.milliseconds(250)

  private let executor: ThreadExecutor
  private let topics: [(name: [CChar], topic: Topic)]
  /// How the keys of wanted records begin; `nil` when all are wanted.
  private let wanted: [UInt8]?
  private let observer: KafkaObserver
  private let shared = Mutex(Reachability.unknown)
  private var handle: ClientHandle
  private var assignment = ConsumerAssignment()
  /// Partitions of which nothing was handed out since they were started.
  private var untouched: Set<TopicPartition> = []
  /// What was read before it was asked for; the next poll returns it first.
  private var ahead = Gathering()
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
  /// - Parameters:
  ///   - kind: the one kind of streams whose records are wanted. Of the others, only the first
  ///     record after a start and the last one of each poll and partition are handed out, so that a
  ///     position can be checked and kept; the rest is not even read.
  ///   - mayBeLate: spares wake-ups where nobody waits for what is read.
  public init(
    settings: KafkaSettings, group: ConsumerName, topics: [Topic], only kind: StreamKind? = nil,
    mayBeLate: Bool = false, observer: @escaping KafkaObserver = { _ in }
  ) throws(KafkaError) {
    try self.init(
      properties: settings.consumerProperties(group: group.description, mayBeLate: mayBeLate),
      topics: topics, only: kind, observer: observer)
  }

  init(
    properties: [String: String], topics: [Topic], only kind: StreamKind? = nil,
    observer: @escaping KafkaObserver
  ) throws(KafkaError) {
    executor = ThreadExecutor(name: "kafka-in")
    self.topics = topics.map { (name: Array($0.name.utf8CString), topic: $0) }
    wanted = kind.map { Array("\($0.rawValue)/".utf8) }
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
    if let movedAt, movedAt + Self.moveGatheringDuration <= .now { throw KafkaError.moved }
    // In the order in which it came: what was read ahead, then what ended the reading.
    if !ahead.records.isEmpty {
      defer { ahead = Gathering() }
      return hand(out: ahead, from: ahead.clusterID)
    }
    var found = Gathering()
    if pending == nil { gather(upTo: count, into: &found, within: within) }
    if !found.records.isEmpty { return hand(out: found, from: currentCluster()) }
    if let notice = pending {
      pending = nil
      return try answer(notice)
    }
    return lookForBroker()
  }

  /// Reads what has arrived already, for the next poll to return; never waits.
  ///
  /// Nothing that happens meanwhile is answered: it waits for the next poll as well.
  public func readAhead(
    upTo count: Int, preparing prepare: @Sendable (inout ConsumedRecord) -> Void
  ) {
    guard handle.isOpen, isStarted, movedAt == nil, pending == nil, ahead.records.isEmpty,
      !isClusterDoubtful
    else { return }
    ahead = Gathering()
    gather(upTo: count, into: &ahead, within: .zero)
    // Of this moment: by the next poll the broker may be another one.
    ahead.clusterID = isClusterDoubtful ? nil : handle.knownClusterID()
    ahead.prepare(prepare)
  }

  /// Takes records out of the queue up to `count`, or up to whatever else happened, which is kept.
  private func gather(upTo count: Int, into found: inout Gathering, within: Duration) {
    let deadline = ContinuousClock.now + within
    while found.records.count < count, found.taken < Self.passedOverMax {
      let wait = found.isEmpty ? min(deadline - .now, Self.cancellationInterval) : .zero
      guard let event = unsafe rd_kafka_queue_poll(handle.queue, wait.wholeMilliseconds) else {
        if !found.isEmpty || Task.isCancelled || deadline <= .now { break }
        continue
      }
      if unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH {
        if let record = unsafe FetchedRecord(owning: event) { take(record, into: &found) }
        continue
      }
      defer { unsafe rd_kafka_event_destroy(event) }
      pending = unsafe notice(of: event)
      if pending != nil { break }
    }
    found.finish()
  }

  private func take(_ record: FetchedRecord, into found: inout Gathering) {
    guard let partition = record.partition(in: topics),
      assignment.take(partition, offset: record.offset)
    else { return }
    guard let wanted, !untouched.contains(partition), !record.hasKey(beginningWith: wanted) else {
      if !untouched.isEmpty { untouched.remove(partition) }
      return found.keep(record, in: partition)
    }
    found.passOver(record, in: partition)
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
        ahead.forget(partition)
        movedAt = movedAt ?? .now
      }
      return
    }
    assignment.start(starts)
    untouched = Set(starts.keys)
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
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, end >= 0 else { continue }
      lags[partition] = max(0, end - next)
    }
    return lags
  }

  /// Leaves the group, answering every rebalance that this causes, and ends the client.
  ///
  /// Takes at most ``closeDurationMax``, also while the broker is away.
  public func close() {
    guard handle.isOpen else { return }
    (pending, ahead) = (nil, Gathering())
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

  private func currentCluster() -> String? {
    if isClusterDoubtful, handle.askBroker(within: Self.probeDurationMax) == nil {
      isClusterDoubtful = false
    }
    return isClusterDoubtful ? nil : handle.knownClusterID()
  }

  private func hand(out found: Gathering, from clusterID: String?) -> Polled {
    watch.succeeded()
    publishReachability()
    return .records(found.records, clusterID: clusterID)
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
