internal import EventStream
internal import ReviewEvents

/// What one look into the client's queue brought.
struct Gathering {
  private(set) var records: [ConsumedRecord] = []
  /// How many records were taken out of the queue.
  private(set) var taken = 0
  /// The cluster the records came from; `nil` while unknown.
  var clusterID: String?
  /// The last record of each partition, if it was not wanted: what stands before it is done with,
  /// and only its id can tell that later.
  private var last: [TopicPartition: FetchedRecord] = [:]

  var isEmpty: Bool { taken == 0 }

  mutating func keep(_ record: FetchedRecord, in partition: TopicPartition) {
    taken += 1
    if !last.isEmpty { last[partition] = nil }
    records.append(record.record(in: partition))
  }

  mutating func passOver(_ record: FetchedRecord, in partition: TopicPartition) {
    taken += 1
    last[partition] = record
  }

  /// Reads what was kept back; to be called when nothing more is added.
  mutating func finish() {
    for (partition, record) in last.sorted(by: { $0.key < $1.key }) {
      records.append(record.record(in: partition))
    }
    last = [:]
  }

  /// Has each record prepared.
  mutating func prepare(_ prepare: (inout ConsumedRecord) -> Void) {
    for index in records.indices { prepare(&records[index]) }
  }

  /// Drops records of partitions that are read from elsewhere now.
  mutating func forget(_ partition: TopicPartition) {
    records.removeAll { $0.partition == partition }
  }
}
