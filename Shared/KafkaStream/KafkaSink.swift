internal import CRdKafka
public import EventStream
internal import ReviewEvents
private import Synchronization
internal import Threads

/// Publishes batches on its own thread and waits for the broker's word on every record.
@safe public actor KafkaSink: RecordSink {
  /// The most records of one batch.
  public static let batchRecordsMax = 1_000
  /// How often a wait looks whether its task was cancelled.
  static let cancellationInterval = Duration.milliseconds(100)
  /// After this long without any answer the broker counts as unreachable; waiting goes on.
  static let patience = Duration.seconds(5)

  private let executor: ThreadExecutor
  private let properties: [String: String]
  private let observer: KafkaObserver
  private let shared = Mutex(Reachability.unknown)
  private var handle: ClientHandle
  private var isClosed = false
  private var batchNumber: UInt32 = 0
  private var watch = ReachabilityWatch()

  /// The thread of this sink.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Whether the broker answers, also while a publication waits for it.
  ///
  /// It is as old as the last publication or the last ``clusterID(within:)``.
  public nonisolated var reachability: Reachability { shared.withLock { $0 } }

  /// Starts the client; it connects when it has something to publish.
  public init(
    settings: KafkaSettings, observer: @escaping KafkaObserver = { _ in }
  ) throws(KafkaError) {
    try self.init(properties: settings.producerProperties(), observer: observer)
  }

  init(properties: [String: String], observer: @escaping KafkaObserver) throws(KafkaError) {
    executor = ThreadExecutor(name: "kafka-out")
    self.properties = properties
    self.observer = observer
    handle = try Self.open(properties)
  }

  private static func open(_ properties: [String: String]) throws(KafkaError) -> ClientHandle {
    try ClientHandle(
      RD_KAFKA_PRODUCER, properties, events: RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
  }

  private func openIfNeeded() throws(KafkaError) {
    if isClosed { throw KafkaError.closed }
    if !handle.isOpen { handle = try Self.open(properties) }
  }

  // MARK: Publishing

  /// Publishes `records` in order and returns when every one of them has its answer.
  ///
  /// A broker that is away makes this wait, not fail; only cancelling ends that wait: it withdraws
  /// what the broker did not acknowledge. Nothing lingers in the client after this returns, to be
  /// delivered later or credited to another batch. What was withdrawn or refused may have reached
  /// the broker nevertheless, and has to be sent again.
  public func publish(_ records: [OutgoingRecord]) -> PublishOutcome {
    precondition(records.count <= Self.batchRecordsMax)
    batchNumber &+= 1
    var ledger = PublishLedger(number: batchNumber, count: records.count)
    do throws(KafkaError) {
      try openIfNeeded()
      serve(&ledger, within: .zero)  // what came since the last batch
      enqueue(records, &ledger)
      collect(&ledger)
    } catch {
      for index in records.indices { ledger.refuse(index, error) }
    }
    if let fatal = fatalError() {
      observer(.rebuilding(fatal))
      handle.destroy()
    }
    return ledger.outcome(of: records.map(\.event.stream))
  }

  /// The cluster that would be published to, asked for now; `nil` while no broker answers.
  public func clusterID(within: Duration) -> String? {
    do throws(KafkaError) {
      try openIfNeeded()
      var nobody = PublishLedger(number: 0, count: 0)
      serve(&nobody, within: .zero)
      if let error = handle.askBroker(within: within) { throw error }
      succeeded()
      return handle.knownClusterID()
    } catch {
      failed(error.message)
      return nil
    }
  }

  /// Ends the client for good; what is published later is refused.
  public func close() {
    isClosed = true
    handle.destroy()
  }

  /// See ``ClientHandle/provokeFatalError()``.
  func provokeFatalError() { handle.provokeFatalError() }

  /// Hands records to the client until one is refused, so that none overtakes it.
  private func enqueue(_ records: [OutgoingRecord], _ ledger: inout PublishLedger) {
    var headers = OutgoingHeaders()
    for (index, record) in records.enumerated() {
      headers.write(record)
      var failure = ledger.refusal ?? handle.produce(record, headers, mark: ledger.mark(of: index))
      while failure?.code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue {
        if Task.isCancelled { break }
        serve(&ledger, within: Self.cancellationInterval)
        failure = ledger.refusal ?? handle.produce(record, headers, mark: ledger.mark(of: index))
      }
      if let failure { ledger.refuse(index, failure) } else { ledger.handedOver() }
    }
  }

  /// Waits until nothing of the batch is left in the client.
  private func collect(_ ledger: inout PublishLedger) {
    var withdrawn: Int32 = 0
    var lastAnswer = ContinuousClock.now
    while ledger.awaited > 0 {
      let needed = withdrawal(ledger)
      if needed & ~withdrawn != 0 {
        withdrawn |= needed
        unsafe rd_kafka_purge(handle.client, withdrawn)
      }
      let awaited = ledger.awaited
      serve(&ledger, within: Self.cancellationInterval)
      if ledger.awaited < awaited {
        lastAnswer = .now
      } else if ContinuousClock.now - lastAnswer > Self.patience {
        failed("no answer")
      }
    }
  }

  /// What has to leave the client at once.
  private func withdrawal(_ ledger: PublishLedger) -> Int32 {
    if Task.isCancelled || fatalError() != nil {
      return RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT
    }
    // What is not sent yet must not overtake a refused record of its stream.
    return ledger.isBroken ? RD_KAFKA_PURGE_F_QUEUE : 0
  }

  /// Waits for the next event, then takes those that are here.
  private func serve(_ ledger: inout PublishLedger, within: Duration) {
    var wait = within.wholeMilliseconds
    while let event = unsafe rd_kafka_queue_poll(handle.queue, wait) {
      defer { unsafe rd_kafka_event_destroy(event) }
      wait = 0
      switch unsafe rd_kafka_event_type(event) {
      case RD_KAFKA_EVENT_DR: unsafe serveReports(event, &ledger)
      case RD_KAFKA_EVENT_ERROR: unsafe serveError(event)
      default: break
      }
    }
  }

  @unsafe private func serveReports(_ event: OpaquePointer, _ ledger: inout PublishLedger) {
    let before = ledger.acknowledged
    while let message = unsafe rd_kafka_event_message_next(event) {
      let code = unsafe message.pointee.err
      let error = code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
      if !ledger.report(unsafe UInt(bitPattern: message.pointee._private), error) {
        observer(.lateReport)
      }
    }
    if ledger.acknowledged > before { succeeded() }
  }

  @unsafe private func serveError(_ event: OpaquePointer) {
    let isFatal = unsafe rd_kafka_event_error_is_fatal(event) != 0
    let error = unsafe KafkaError(rd_kafka_event_error(event), isFatal: isFatal)
    observer(.clientError(error))
    switch ClientTrouble(error) {
    case .away, .refused: failed(error.message)
    case .connectionLost, .offsetMissing, .none: break
    }
  }

  private func fatalError() -> KafkaError? { handle.isOpen ? handle.fatalError() : nil }

  private func failed(_ reason: String) {
    _ = watch.failed(reason, isRefusal: false, at: .now)
    publishReachability()
  }

  private func succeeded() {
    watch.succeeded()
    publishReachability()
  }

  private func publishReachability() {
    let state = watch.state
    shared.withLock { $0 = state }
  }
}
