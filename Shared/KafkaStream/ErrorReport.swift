internal import CRdKafka
internal import EventStream
internal import ReviewEvents

/// What a client's error event says.
struct ErrorReport {
  let error: KafkaError
  /// The partition of this system that it is about; `nil` when it is about the whole client.
  let partition: TopicPartition?
  /// Where reading stood there.
  let offset: Int64
  /// Whether the broker does not have the offset that was asked for.
  ///
  /// A look-up that failed for another reason is reported with the same code, only with another
  /// text.
  let isOffsetMissing: Bool

  /// Reads the event, which must be an error.
  @unsafe init(_ event: OpaquePointer) {
    error = unsafe KafkaError(
      rd_kafka_event_error(event), isFatal: rd_kafka_event_error_is_fatal(event) != 0)
    let reason = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) } ?? ""
    isOffsetMissing =
      ClientTrouble(error) == .offsetMissing
      && reason.contains(KafkaError(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE).message)
    guard let entry = unsafe rd_kafka_event_topic_partition(event) else {
      (partition, offset) = (nil, Int64(RD_KAFKA_OFFSET_INVALID))
      return
    }
    defer { unsafe rd_kafka_topic_partition_destroy(entry) }
    partition = unsafe Topic(name: String(cString: entry.pointee.topic)).map {
      unsafe TopicPartition(topic: $0, partition: entry.pointee.partition)
    }
    offset = unsafe entry.pointee.offset
  }

  /// Whether a partition was read to where its broker's records end now.
  var isEndOfPartition: Bool { error.code == RD_KAFKA_RESP_ERR__PARTITION_EOF.rawValue }
}
