public import EventStream
internal import ReviewEvents
import Synchronization

/// A member of a group of a ``MemoryBroker``.
///
/// A member learns of a rebalance only when it asks for more, as one that was slow does: until
/// then it may still apply what it holds, while the new owner reads the same records.
public final class MemorySource: RecordSource {
  private struct State {
    var generation = -1
    var isAssigned = false
    var cursors: [TopicPartition: Int64] = [:]
    var isLeft = false
    /// What was read before it was asked for.
    var ahead: Polled?
    var holdsAhead: Bool { if case .records = ahead { true } else { false } }
    var reported: [TopicPartition: Int64] = [:]
  }

  private let broker: MemoryBroker
  private let group: String
  private let member: Int
  private let state = Mutex(State())

  init(broker: MemoryBroker, group: String, member: Int) {
    self.broker = broker
    self.group = group
    self.member = member
  }

  /// Answers at once, whatever it waits for.
  public func poll(upTo count: Int, within: Duration) async throws -> Polled {
    try Task.checkCancellation()
    let polled = broker.withState { broker in state.withLock { poll(count, &$0, broker) } }
    // Who finds nothing asks again at once, and never waits: everybody else would.
    if case .nothing = polled { await Task.yield() }
    return polled
  }

  private func poll(
    _ count: Int, _ state: inout State, _ remote: MemoryBroker.State
  ) -> Polled {
    guard remote.isReachable else { return .unreachable("switched off") }
    guard !state.isLeft, let group = remote.groups[group] else { return .nothing }
    if let ahead = state.ahead {
      state.ahead = nil
      return ahead
    }
    if state.generation != group.generation {
      defer { (state.isAssigned, state.cursors) = (false, [:]) }
      if state.isAssigned { return .revoked }
      state.generation = group.generation
      return .assigned(broker.assignment(group, to: member))
    }
    state.isAssigned = true
    var found: [ConsumedRecord] = []
    for (partition, cursor) in state.cursors.sorted(by: { $0.key < $1.key }) {
      let log = remote.topics[partition] ?? MemoryBroker.Partition()
      guard (log.oldest...log.end).contains(cursor) else {
        // A position that does not exist is told once, then waits for a start.
        if found.isEmpty {
          state.cursors[partition] = nil
          return .lost(partition)
        }
        continue
      }
      let read = log.records.dropFirst(Int(cursor - log.oldest)).prefix(count - found.count)
      for (index, content) in read.enumerated() {
        found.append(consumed(content, in: partition, at: cursor + Int64(index)))
      }
      state.cursors[partition] = cursor + Int64(read.count)
    }
    return found.isEmpty ? .nothing : .records(found, clusterID: remote.clusterID)
  }

  /// Reads what is there; a rebalance is answered by the next poll.
  public func readAhead(
    upTo count: Int, preparing prepare: @Sendable (inout ConsumedRecord) -> Void
  ) async {
    broker.withState { remote in
      state.withLock { state in
        guard state.isAssigned, !state.holdsAhead, remote.isReachable,
          state.generation == remote.groups[group]?.generation
        else { return }
        let cursors = state.cursors
        let polled = poll(count, &state, remote)
        // Anything else is told when it is asked for.
        guard case .records(var records, let clusterID) = polled else {
          state.cursors = cursors
          return
        }
        for index in records.indices { prepare(&records[index]) }
        state.ahead = .records(records, clusterID: clusterID)
      }
    }
  }

  private func consumed(
    _ content: MemoryBroker.Content, in partition: TopicPartition, at offset: Int64
  ) -> ConsumedRecord {
    switch content {
    case .event(let event, _):
      ConsumedRecord(partition: partition, offset: offset, content: .success(event))
    case .malformed(let problem):
      ConsumedRecord(partition: partition, offset: offset, content: .failure(problem))
    }
  }

  /// Moves to the starts asked for.
  public func start(_ starts: [TopicPartition: StartOffset]) async throws {
    broker.withState { remote in
      state.withLock { state in
        state.isAssigned = true
        if case .records(let records, let clusterID) = state.ahead {
          let left = records.filter { starts[$0.partition] == nil }
          state.ahead = left.isEmpty ? nil : .records(left, clusterID: clusterID)
        }
        for (partition, start) in starts {
          switch start {
          case .oldest: state.cursors[partition] = remote.topics[partition]?.oldest ?? 0
          case .at(let offset): state.cursors[partition] = offset
          }
        }
      }
    }
  }

  /// Keeps what was reported, for tests.
  public func reportProgress(_ next: [TopicPartition: Int64]) async {
    state.withLock { $0.reported.merge(next) { $1 } }
  }

  /// What was reported last.
  public var reported: [TopicPartition: Int64] { state.withLock { $0.reported } }

  /// The records behind `next`.
  public func lag(behind next: [TopicPartition: Int64]) async -> [TopicPartition: Int64] {
    broker.withState { remote in
      var lags: [TopicPartition: Int64] = [:]
      for (partition, next) in next {
        lags[partition] = max(0, (remote.topics[partition]?.end ?? 0) - next)
      }
      return lags
    }
  }

  /// The broker's cluster.
  public func clusterID(within: Duration) async -> String? {
    broker.withState { $0.isReachable ? $0.clusterID : nil }
  }

  /// Leaves the group; also what happens to a member that died.
  public func close() async {
    let isFirst = state.withLock { state in
      defer { state.isLeft = true }
      return !state.isLeft
    }
    if isFirst { broker.leave(group, member) }
  }
}
