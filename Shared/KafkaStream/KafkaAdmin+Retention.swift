internal import CRdKafka
public import ReviewEvents

extension KafkaAdmin {
  /// How long the broker keeps records.
  public enum Retention: Sendable, Hashable {
    /// For ever, whatever room they take.
    case unlimited
    /// So long at most.
    case limited(Duration)
    /// Until they take too much room, whenever that is.
    case limitedBySize
  }

  /// How long answering may take.
  public static let retentionPatience = Duration.seconds(10)

  /// Asks how long records of each topic are kept; a topic that the broker says nothing of is
  /// missing from the answer.
  /// - Throws: ``KafkaError`` when the broker did not answer in time.
  public func retention(
    of topics: [Topic], within: Duration = KafkaAdmin.retentionPatience
  ) throws -> [Topic: Retention] {
    guard handle.isOpen else { throw KafkaError.closed }
    var requests = unsafe topics.map {
      unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0.name)
    }
    defer { unsafe rd_kafka_ConfigResource_destroy_array(&requests, requests.count) }
    let options = unsafe rd_kafka_AdminOptions_new(
      handle.client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
    defer { unsafe rd_kafka_AdminOptions_destroy(options) }
    let wait = max(.seconds(1), within).wholeMilliseconds
    unsafe rd_kafka_AdminOptions_set_request_timeout(options, wait, nil, 0)
    let answers = unsafe rd_kafka_queue_new(handle.client)
    defer { unsafe rd_kafka_queue_destroy(answers) }
    unsafe rd_kafka_DescribeConfigs(handle.client, &requests, requests.count, options, answers)
    guard let event = unsafe rd_kafka_queue_poll(answers, wait + 1_000) else {
      throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    let code = unsafe rd_kafka_event_error(event)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
    return unsafe Self.retentions(in: event)
  }

  @unsafe private static func retentions(in event: OpaquePointer) -> [Topic: Retention] {
    var count = 0
    let result = unsafe rd_kafka_event_DescribeConfigs_result(event)
    let resources = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count)
    var found: [Topic: Retention] = [:]
    for index in 0..<count {
      guard let resource = unsafe resources?[index],
        unsafe rd_kafka_ConfigResource_error(resource) == RD_KAFKA_RESP_ERR_NO_ERROR,
        let topic = Topic(name: unsafe String(cString: rd_kafka_ConfigResource_name(resource)))
      else { continue }
      var size = 0
      let entries = unsafe rd_kafka_ConfigResource_configs(resource, &size)
      var values: [String: String] = [:]
      for place in 0..<size {
        guard let entry = unsafe entries?[place],
          let value = unsafe rd_kafka_ConfigEntry_value(entry)
        else { continue }
        let name = unsafe String(cString: rd_kafka_ConfigEntry_name(entry))
        values[name] = unsafe String(cString: value)
      }
      found[topic] = retention(values)
    }
    return found
  }

  /// Without all three values nothing is said.
  static func retention(_ values: [String: String]) -> Retention? {
    guard let time = values["retention.ms"].flatMap({ Int64($0) }),
      let size = values["retention.bytes"].flatMap({ Int64($0) }),
      let policy = values["cleanup.policy"]
    else { return nil }
    // Compaction keeps the last record of each key only: to a consumer the others are gone.
    guard policy == "delete" else { return .limited(.zero) }
    if time >= 0 { return .limited(.milliseconds(time)) }
    return size >= 0 ? .limitedBySize : .unlimited
  }
}
