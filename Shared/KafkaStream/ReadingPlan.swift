internal import EventStream

/// What is left to be read of a topic, of which the end was fixed beforehand.
struct ReadingPlan {
  /// For each partition what is left of it: from the next record to the end.
  private(set) var left: [TopicPartition: Range<Int64>]
  /// How many partitions have something left.
  private var unfinished: Int

  /// Reads from `starts`, or from the oldest record where none is named, to the end of what the
  /// broker holds.
  ///
  /// - Throws: ``TopicReadingError/lost(_:wanted:held:)`` when the broker does not hold a start.
  init(
    from starts: [TopicPartition: Int64], held: [TopicPartition: Range<Int64>]
  ) throws(TopicReadingError) {
    for (partition, start) in starts.sorted(by: { $0.key < $1.key }) {
      // The end is no record yet and may be waited for.
      guard let held = held[partition], held.lowerBound <= start, start <= held.upperBound else {
        throw .lost(partition, wanted: start, held: held[partition])
      }
    }
    left = [:]
    for (partition, held) in held {
      left[partition] = (starts[partition] ?? held.lowerBound)..<held.upperBound
    }
    unfinished = left.values.count { !$0.isEmpty }
  }

  var isComplete: Bool { unfinished == 0 }

  /// Where reading stands in each partition.
  var positions: [TopicPartition: Int64] { left.mapValues(\.lowerBound) }

  /// Where to begin in the partitions that have something left.
  var starts: [TopicPartition: StartOffset] {
    left.filter { !$0.value.isEmpty }.mapValues { .at($0.lowerBound) }
  }

  /// Whether something of the partition is still to be read.
  func wants(_ partition: TopicPartition) -> Bool { left[partition]?.isEmpty == false }

  /// Whether a record is one of those to be read; if so, reading goes on behind it.
  ///
  /// Refuses repeats and what lies behind the end, which proves that the end was passed.
  mutating func take(_ partition: TopicPartition, offset: Int64) -> Bool {
    guard let range = left[partition], range.contains(offset) else {
      reach(partition, offset)
      return false
    }
    move(partition, to: offset + 1, in: range)
    return true
  }

  /// Nothing that is to be read lies before `offset` any more.
  ///
  /// The last offsets before the end may hold no record: a transaction's marker, or one that was
  /// compacted away. An `offset` before the end says nothing, since a new leader's records may end
  /// earlier for a moment.
  mutating func reach(_ partition: TopicPartition, _ offset: Int64) {
    guard let range = left[partition], !range.isEmpty, offset >= range.upperBound else { return }
    move(partition, to: range.upperBound, in: range)
  }

  private mutating func move(
    _ partition: TopicPartition, to offset: Int64, in range: Range<Int64>
  ) {
    left[partition] = offset..<range.upperBound
    if offset == range.upperBound { unfinished -= 1 }
  }
}
