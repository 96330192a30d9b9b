internal import CRdKafka
internal import EventStream
internal import ReviewEvents

extension ClientHandle {
  /// Which offset of a partition is asked for.
  enum OffsetQuestion {
    /// That of its oldest record.
    case oldest
    /// The one behind its last record that may be read.
    case end
    /// That of its first record which the broker took at this time or later; negative without one.
    case takenSince(Instant)

    /// The protocol's own number for it.
    fileprivate var raw: Int64 {
      switch self {
      case .oldest: Int64(RD_KAFKA_OFFSET_BEGINNING)
      case .end: Int64(RD_KAFKA_OFFSET_END)
      case .takenSince(let time): max(0, time.milliseconds)  // below 0 it would mean the others
      }
    }
  }

  /// The partition count of every topic of the cluster.
  ///
  /// All topics are asked for: naming one that is missing would make a broker create it.
  func partitionCounts(within: Duration) -> Result<[String: Int32], KafkaError> {
    var metadata: UnsafePointer<rd_kafka_metadata>?
    let code = unsafe rd_kafka_metadata(client, 1, nil, &metadata, within.wholeMilliseconds)
    defer { unsafe rd_kafka_metadata_destroy(metadata) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found = unsafe metadata?.pointee else {
      return .failure(KafkaError(code))
    }
    var counts: [String: Int32] = [:]
    // By index: swift-format joins the words of `for unsafe topic in`.
    for index in 0..<Int(unsafe found.topic_cnt) {
      let topic = unsafe found.topics[index]
      guard unsafe topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
      unsafe counts[String(cString: topic.topic)] = topic.partition_cnt
    }
    return .success(counts)
  }

  /// Asks each partition's leader for an offset.
  ///
  /// Not with `rd_kafka_query_watermark_offsets`: before 2.3.0 it ignores its time limit. This one
  /// keeps it, asks for all partitions at once, and takes the two ends as times.
  func offsets(
    _ question: OffsetQuestion, of partitions: [TopicPartition], within: Duration
  ) -> Result<[TopicPartition: Int64], KafkaError> {
    Result { () throws(KafkaError) in
      let asked = Dictionary(uniqueKeysWithValues: partitions.map { ($0, question.raw) })
      return try unsafe PartitionList.with(asked) { list throws(KafkaError) in
        try Self.check(
          unsafe rd_kafka_offsets_for_times(client, list, within.wholeMilliseconds))
        // A partition without a leader keeps the question for an answer, and nothing else says so.
        if let refusal = unsafe PartitionList.refusal(in: list) { throw refusal }
        return unsafe PartitionList.offsets(in: list)
      }
    }
  }

  /// Reads these partitions from now on, and no other.
  func assign(_ starts: [TopicPartition: StartOffset]) throws(KafkaError) {
    try unsafe PartitionList.with(starts.mapValues(\.raw)) { list throws(KafkaError) in
      try Self.check(unsafe rd_kafka_assign(client, list))
    }
  }

  /// The cluster the client is connected to; asks when it is unknown or `isDoubtful`, which an
  /// answer ends.
  func clusterID(isDoubtful: inout Bool, within: Duration) -> String? {
    if isDoubtful || knownClusterID() == nil {
      guard askBroker(within: within) == nil else { return nil }
      isDoubtful = false
    }
    return knownClusterID()
  }

  /// What the client's group noted as read, `nil` where nothing was, for tests.
  func committedOffsets(
    of partitions: [TopicPartition], within: Duration
  ) throws(KafkaError) -> [TopicPartition: Int64?] {
    let asked = Dictionary(uniqueKeysWithValues: partitions.map { ($0, Int64(0)) })
    let noted = try unsafe PartitionList.with(asked) { list throws(KafkaError) in
      try Self.check(unsafe rd_kafka_committed(client, list, within.wholeMilliseconds))
      return unsafe PartitionList.offsets(in: list)
    }
    return noted.mapValues { $0 == Int64(RD_KAFKA_OFFSET_INVALID) ? nil : $0 }
  }

  /// How the client's group calls it, `nil` while it is no member, for tests.
  func memberID() -> String? {
    guard let text = unsafe rd_kafka_memberid(client) else { return nil }
    defer { unsafe rd_kafka_mem_free(client, text) }
    let id = unsafe String(cString: text)
    return id.isEmpty ? nil : id
  }

  /// Throws what the library refused.
  static func check(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
  }
}
