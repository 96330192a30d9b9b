internal import CRdKafka

/// Owns one librdkafka client and the queue its events come from, and destroys both exactly once.
///
/// `@unchecked Sendable`: "The API is completely thread-safe and the calling application may call
/// any of the API functions from any of its own threads at any time" (librdkafka's INTRODUCTION,
/// *Threads and callbacks*); destroying, the exception, happens where no other reference is left.
@safe struct ClientHandle: ~Copyable, @unchecked Sendable {
  private(set) var client: OpaquePointer?
  private(set) var queue: OpaquePointer?

  /// Starts a client whose events of the kinds `events` are to be polled from its queue.
  init(
    _ kind: rd_kafka_type_t, _ properties: [String: String], events: Int32
  ) throws(KafkaError) {
    guard let configuration = unsafe rd_kafka_conf_new() else {
      throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
    }
    for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
      guard unsafe rd_kafka_conf_set(configuration, name, value, nil, 0) == RD_KAFKA_CONF_OK else {
        unsafe rd_kafka_conf_destroy(configuration)
        throw KafkaError(
          RD_KAFKA_RESP_ERR__INVALID_ARG, message: "the value of \(name) is not allowed")
      }
    }
    unsafe rd_kafka_conf_set_events(configuration, events)
    // Its own log lines hold addresses; what matters arrives as error events.
    unsafe rd_kafka_conf_set_log_cb(configuration, nil)
    var reason = [CChar](repeating: 0, count: 512)
    guard
      let client = unsafe rd_kafka_new(kind, configuration, &reason, reason.count)
    else {
      unsafe rd_kafka_conf_destroy(configuration)
      let text = String(
        decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, message: text)
    }
    unsafe self.client = client
    if kind == RD_KAFKA_CONSUMER {
      unsafe rd_kafka_poll_set_consumer(client)
      unsafe queue = rd_kafka_queue_get_consumer(client)
    } else {
      unsafe queue = rd_kafka_queue_get_main(client)
    }
  }

  var isOpen: Bool { unsafe client != nil }

  /// Ends the client's threads; what is still queued in it is lost.
  mutating func destroy() {
    unsafe Self.destroy(client: client, queue: queue)
    unsafe client = nil
    unsafe queue = nil
  }

  deinit { unsafe Self.destroy(client: client, queue: queue) }

  private static func destroy(client: OpaquePointer?, queue: OpaquePointer?) {
    // Leaving a group is `close()`'s work and bounded there; here it could wait without end.
    if let queue = unsafe queue { unsafe rd_kafka_queue_destroy(queue) }
    if let client = unsafe client {
      unsafe rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }
  }

  /// The cluster the client is connected to, as far as it heard; never waits.
  func knownClusterID() -> String? {
    guard let text = unsafe rd_kafka_clusterid(client, 0) else { return nil }
    defer { unsafe rd_kafka_mem_free(client, text) }
    return unsafe String(cString: text)
  }

  /// Asks some broker for a sign of life, and by that for the cluster's id, at most `within`.
  func askBroker(within: Duration) -> KafkaError? {
    var metadata: UnsafePointer<rd_kafka_metadata>?
    let code = unsafe rd_kafka_metadata(client, 0, nil, &metadata, within.wholeMilliseconds)
    if let metadata = unsafe metadata { unsafe rd_kafka_metadata_destroy(metadata) }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
  }

  /// Brings the client to the end that only a faulty broker could bring it to, for tests.
  func provokeFatalError() {
    unsafe rd_kafka_test_fatal_error(
      client, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "provoked")
  }

  /// The error that ended the client, if one did.
  func fatalError() -> KafkaError? {
    let code = unsafe rd_kafka_fatal_error(client, nil, 0)
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code, isFatal: true)
  }
}

extension Duration {
  /// At least this long in whole milliseconds, never negative.
  var wholeMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < Int64(Int32.max) / 1_000 else { return Int32.max }
    return Int32(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
