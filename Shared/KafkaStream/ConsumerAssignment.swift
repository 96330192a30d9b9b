internal import EventStream

/// What the group gave to a consumer, and how far each partition was handed out.
struct ConsumerAssignment {
  /// What the group gave.
  private(set) var owned: Set<TopicPartition> = []
  /// Where reading goes on, for each owned partition that was started.
  private(set) var next: [TopicPartition: StartOffset] = [:]

  /// The group gave these partitions; none of them is read before it is started.
  mutating func begin(_ partitions: [TopicPartition]) {
    owned = Set(partitions)
    next = [:]
  }

  /// The group took every partition away.
  mutating func end() { begin([]) }

  /// Moves partitions; others stay where they are, and partitions not owned are left out.
  mutating func start(_ starts: [TopicPartition: StartOffset]) {
    for (partition, start) in starts where owned.contains(partition) { next[partition] = start }
  }

  /// The partition's offset is not there; it rests until it is started again, so that moving
  /// another one does not ask for the same offset once more.
  mutating func lose(_ partition: TopicPartition) { next[partition] = nil }

  /// Whether a record may be handed out; if so, reading goes on behind it.
  ///
  /// Refuses records of partitions that were taken away and repeats of what was handed out, which
  /// the client may hold from before a move.
  mutating func take(_ partition: TopicPartition, offset: Int64) -> Bool {
    guard let place = next.index(forKey: partition) else { return false }
    if case .at(let expected) = next.values[place], offset < expected { return false }
    next.values[place] = .at(offset + 1)
    return true
  }
}
