public import EventStream
public import ReviewEvents

/// Where reading a topic begins.
public enum ReadingStart: Hashable, Sendable {
  /// At the oldest record of every partition.
  case oldest
  /// At these offsets; partitions that are not named begin at their oldest record.
  case offsets([TopicPartition: Int64])
  /// At the first record that the broker took at this time or later.
  ///
  /// That is when the record was published, not its `ce_time`, and an event that was published
  /// again is as old as that. The embedded broker keeps no times.
  case takenSince(Instant)
}
