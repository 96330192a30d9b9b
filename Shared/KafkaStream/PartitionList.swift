internal import CRdKafka
internal import EventStream
internal import ReviewEvents

/// Partitions with an offset each, as the library takes and gives them.
enum PartitionList {
  typealias Pointer = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  /// Lends a list of these partitions to `body`, and takes it back.
  static func with<Answer>(
    _ offsets: [TopicPartition: Int64], _ body: (Pointer?) throws(KafkaError) -> Answer
  ) throws(KafkaError) -> Answer {
    let list = unsafe rd_kafka_topic_partition_list_new(Int32(offsets.count))
    defer { unsafe rd_kafka_topic_partition_list_destroy(list) }
    for (partition, offset) in offsets {
      let entry = unsafe rd_kafka_topic_partition_list_add(
        list, partition.topic.name, partition.partition)
      unsafe entry?.pointee.offset = offset
    }
    return unsafe try body(list)
  }

  /// The partitions of this system's topics in `list`, and their offsets.
  static func offsets(in list: Pointer?) -> [TopicPartition: Int64] {
    var offsets: [TopicPartition: Int64] = [:]
    unsafe each(in: list) { entry in
      guard let topic = unsafe Topic(name: String(cString: entry.topic)) else { return }
      unsafe offsets[TopicPartition(topic: topic, partition: entry.partition)] = entry.offset
    }
    return offsets
  }

  /// What was refused for a single partition of `list`, the first of it.
  static func refusal(in list: Pointer?) -> KafkaError? {
    var refusal: KafkaError?
    unsafe each(in: list) { entry in
      guard unsafe entry.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
      refusal = unsafe refusal ?? KafkaError(entry.err)
    }
    return refusal
  }

  @unsafe private static func each(
    in list: Pointer?, _ body: (rd_kafka_topic_partition_t) -> Void
  ) {
    guard let list = unsafe list else { return }
    unsafe UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
      .forEach(body)
  }
}

extension StartOffset {
  /// What the library takes for it.
  var raw: Int64 {
    switch self {
    case .oldest: Int64(RD_KAFKA_OFFSET_BEGINNING)
    case .at(let offset): offset
    }
  }
}
