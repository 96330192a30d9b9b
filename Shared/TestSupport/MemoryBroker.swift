public import EventStream
public import ReviewEvents
import Synchronization

/// A broker without a network: topics, groups and the ways in which a broker fails.
public final class MemoryBroker: Sendable {
  /// A record as it lies in a partition.
  public enum Content: Sendable, Hashable {
    /// An event, and whether it was marked as sent again.
    case event(EventEnvelope, isRepublished: Bool)
    /// Something that is no event.
    case malformed(MalformedRecord)
  }

  struct Partition: Sendable {
    /// The offset of the first record that is still there.
    var oldest: Int64 = 0
    var records: [Content] = []
    var end: Int64 { oldest + Int64(records.count) }
  }

  struct Group: Sendable {
    var members: [Int: [Topic]] = [:]
    /// Grows with every join and leave; a member that finds another one than it knows has lost
    /// its partitions.
    var generation = 0
  }

  struct State: Sendable {
    var clusterID: String
    var restarts = 0
    var isReachable = true
    var lastMember = 0
    var topics: [TopicPartition: Partition] = [:]
    var groups: [String: Group] = [:]
    var history: [Content] = []
  }

  private let state: Mutex<State>
  /// How many partitions each topic has.
  public let partitions: Int32

  /// A broker with empty topics.
  public init(partitions: Int32 = 3) {
    self.partitions = partitions
    state = Mutex(State(clusterID: "memory-0"))
  }

  func withState<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
    try state.withLock { state throws in try body(&state) }
  }

  // MARK: Failing

  /// Makes the broker answer, or not.
  public func setReachable(_ isReachable: Bool) { withState { $0.isReachable = isReachable } }

  /// Stops and starts a broker that keeps nothing: empty topics under a new cluster id.
  public func restartForgetting() {
    withState { state in
      state.restarts += 1
      state.clusterID = "memory-\(state.restarts)"
      state.topics = [:]
      for name in state.groups.keys { state.groups[name]?.generation += 1 }
    }
  }

  /// Drops the oldest records of a partition, up to `offset`.
  /// - Returns: how many there were to drop.
  @discardableResult
  public func truncate(_ partition: TopicPartition, before offset: Int64) -> Int {
    withState { state in
      guard var kept = state.topics[partition] else { return 0 }
      let dropped = max(0, min(offset, kept.end) - kept.oldest)
      kept.records.removeFirst(Int(dropped))
      kept.oldest += dropped
      state.topics[partition] = kept
      return Int(dropped)
    }
  }

  /// Takes every partition away from the members of `group` and gives them out again.
  public func rebalance(_ group: String) { withState { $0.groups[group]?.generation += 1 } }

  // MARK: Looking

  /// Whether the broker answers.
  public var isReachable: Bool { withState { $0.isReachable } }

  /// The present cluster.
  public var clusterID: String { withState { $0.clusterID } }

  /// The partitions of a topic.
  public func partitions(of topic: Topic) -> [TopicPartition] {
    (0..<partitions).map { TopicPartition(topic: topic, partition: $0) }
  }

  /// The partition that the records of `stream` go to.
  public func partition(of stream: StreamID, in topic: Topic) -> TopicPartition {
    TopicPartition(
      topic: topic, partition: Murmur2.partition(of: stream.description, among: partitions))
  }

  /// The records of a partition that are still there.
  public func records(in partition: TopicPartition) -> [Content] {
    withState { $0.topics[partition]?.records ?? [] }
  }

  /// The offset that the next record of a partition gets.
  public func end(of partition: TopicPartition) -> Int64 {
    withState { $0.topics[partition]?.end ?? 0 }
  }

  /// The events ever published, forgotten ones too, oldest first.
  public var published: [EventEnvelope] {
    withState { state in
      state.history.compactMap { if case .event(let event, _) = $0 { event } else { nil } }
    }
  }

  // MARK: Using

  /// Puts a record at the end of a partition.
  public func append(_ content: Content, to partition: TopicPartition) {
    withState { state in
      state.topics[partition, default: Partition()].records.append(content)
      state.history.append(content)
    }
  }

  /// A new member of `group`.
  public func join(_ group: String, topics: [Topic]) -> MemorySource {
    let member = withState { state in
      state.lastMember += 1
      state.groups[group, default: Group()].members[state.lastMember] = topics
      state.groups[group]?.generation += 1
      return state.lastMember
    }
    return MemorySource(broker: self, group: group, member: member)
  }

  func leave(_ group: String, _ member: Int) {
    withState { state in
      guard state.groups[group]?.members.removeValue(forKey: member) != nil else { return }
      state.groups[group]?.generation += 1
    }
  }

  /// What the eager `range` assignor gives to `member`.
  func assignment(_ group: Group, to member: Int) -> [TopicPartition] {
    let topics = group.members[member] ?? []
    return topics.sorted { $0.name < $1.name }.flatMap { topic in
      let readers = group.members.filter { $0.value.contains(topic) }.keys.sorted()
      guard let place = readers.firstIndex(of: member) else { return [TopicPartition]() }
      return partitions(of: topic).filter { Int($0.partition) % readers.count == place }
    }
  }
}
