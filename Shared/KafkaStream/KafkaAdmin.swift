internal import CRdKafka
public import ReviewEvents
internal import Threads

/// Looks after the topics before anything is published or read.
@safe public actor KafkaAdmin {
  /// How long all of ``ensureTopics(_:within:)`` may take unless said otherwise.
  public static let durationMax = Duration.seconds(30)
  /// How long one look at the cluster may take.
  static let lookDurationMax = Duration.seconds(5)
  /// How long to wait before looking again.
  static let lookInterval = Duration.milliseconds(100)

  private let executor: ThreadExecutor
  private let settings: KafkaSettings
  var handle: ClientHandle

  /// The thread of this client.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Starts the client.
  public init(settings: KafkaSettings) throws(KafkaError) {
    executor = ThreadExecutor(name: "kafka-admin")
    self.settings = settings
    handle = try ClientHandle(
      RD_KAFKA_PRODUCER, settings.commonProperties(), events: RD_KAFKA_EVENT_ERROR)
  }

  /// Makes the topics that are missing and checks the partition count of all of them.
  ///
  /// A topic that exists is never changed: with another partition count every key would go to
  /// another partition, so that is an error which must stop the start (contract 1). The embedded
  /// broker makes its topics itself; there they are only waited for.
  /// - Throws: ``UnusableTopics``, or ``KafkaError`` when the broker did not answer in time.
  public func ensureTopics(
    _ topics: [Topic], within: Duration = KafkaAdmin.durationMax
  ) async throws {
    let deadline = ContinuousClock.now + within
    var hasCreated = false
    // What the last look that was answered missed: a look at the last moment may have no time left.
    var missing: [Topic] = []
    while true {
      guard handle.isOpen else { throw KafkaError.closed }
      let wait = max(.milliseconds(1), min(deadline - .now, Self.lookDurationMax))
      switch handle.partitionCounts(within: wait) {
      case .success(let counts):
        let problems = problems(of: topics, counts)
        if !problems.isEmpty { throw UnusableTopics(problems: problems) }
        missing = topics.filter { counts[$0.name] == nil }
        if missing.isEmpty { return }
        if !settings.isEmbedded, !hasCreated {
          try create(missing, until: deadline)
          hasCreated = true
          continue
        }
      case .failure(let error):
        guard error.isRetriable, .now < deadline || !missing.isEmpty else { throw error }
      }
      guard .now < deadline else {
        throw UnusableTopics(problems: missing.map { "\($0) does not exist" })
      }
      try await Task.sleep(for: Self.lookInterval)
    }
  }

  /// Ends the client.
  public func close() { handle.destroy() }

  private func problems(of topics: [Topic], _ counts: [String: Int32]) -> [String] {
    topics.compactMap { topic in
      guard let count = counts[topic.name], count != settings.partitions else { return nil }
      return "\(topic) has \(count) partitions and must have \(settings.partitions)"
    }
  }

  private func create(_ topics: [Topic], until deadline: ContinuousClock.Instant) throws {
    var requests = unsafe topics.map { topic in
      let request = unsafe rd_kafka_NewTopic_new(
        topic.name, settings.partitions, settings.replication, nil, 0)
      // The log in PostgreSQL is the truth; this keeps readers from having to go back to it.
      unsafe rd_kafka_NewTopic_set_config(request, "retention.ms", "-1")
      return unsafe request
    }
    defer { unsafe rd_kafka_NewTopic_destroy_array(&requests, requests.count) }
    let options = unsafe rd_kafka_AdminOptions_new(handle.client, RD_KAFKA_ADMIN_OP_CREATETOPICS)
    defer { unsafe rd_kafka_AdminOptions_destroy(options) }
    let wait = max(.seconds(1), deadline - .now).wholeMilliseconds
    unsafe rd_kafka_AdminOptions_set_request_timeout(options, wait, nil, 0)
    let answers = unsafe rd_kafka_queue_new(handle.client)
    defer { unsafe rd_kafka_queue_destroy(answers) }
    unsafe rd_kafka_CreateTopics(handle.client, &requests, requests.count, options, answers)
    guard let event = unsafe rd_kafka_queue_poll(answers, wait + 1_000) else {
      throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    let code = unsafe rd_kafka_event_error(event)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
    let problems = unsafe refusals(in: event)
    if !problems.isEmpty { throw UnusableTopics(problems: problems) }
  }

  @unsafe private func refusals(in event: OpaquePointer) -> [String] {
    var count = 0
    let result = unsafe rd_kafka_event_CreateTopics_result(event)
    let answers = unsafe rd_kafka_CreateTopics_result_topics(result, &count)
    return (0..<count).compactMap { index in
      let answer = unsafe answers?[index]
      let code = unsafe rd_kafka_topic_result_error(answer)
      // Another instance may have made it in the meantime; its count is looked at next.
      if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS {
        return nil
      }
      let name = unsafe String(cString: rd_kafka_topic_result_name(answer))
      return "\(name) cannot be created: \(KafkaError(code).message)"
    }
  }
}

/// Topics that cannot be worked with; the start must stop.
public struct UnusableTopics: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, all of it.
  public let problems: [String]

  /// The problems in one line.
  public var description: String { problems.joined(separator: "; ") }
}
