import EventStream
import Synchronization
import TestSupport

/// A member of a group as its process sees it: every partition in order, but some of them late,
/// some before others, and some records twice.
final class ProcessSource: RecordSource {
  private struct State {
    /// Records that came and were not handed on yet.
    var waiting: [TopicPartition: [ConsumedRecord]] = [:]
    var clusterID: String?
    /// What was handed on last, as long as the partitions stay.
    var last: [ConsumedRecord] = []
  }

  let base: MemorySource
  private let dice: Dice
  private let lifeline: Lifeline
  private let state = Mutex(State())

  init(_ base: MemorySource, dice: Dice, lifeline: Lifeline) {
    self.base = base
    self.dice = dice
    self.lifeline = lifeline
  }

  func poll(upTo count: Int, within: Duration) async throws -> Polled {
    await lifeline.wait()
    guard lifeline.isAlive else { throw Lifeline.Dead() }
    let polled = try await base.poll(upTo: count, within: within)
    // Here and not when the reader says so, which is beside its transaction: at no certain moment.
    if case .records = polled { await base.readAhead(upTo: count) { _ in } }
    let answer = state.withLock { state in
      switch polled {
      case .records(let records, let clusterID):
        for record in records { state.waiting[record.partition, default: []].append(record) }
        state.clusterID = clusterID
        return handOn(&state)
      case .nothing: return handOn(&state)
      case .unreachable: return polled
      case .assigned, .revoked, .lost:
        (state.waiting, state.last) = ([:], [])
        return polled
      }
    }
    try lifeline.pass(.crashAfterPoll)
    return answer
  }

  private func handOn(_ state: inout State) -> Polled {
    if !state.last.isEmpty, dice.strikes(.recordsRedelivered) {
      return .records(state.last, clusterID: state.clusterID)
    }
    var partitions = state.waiting.keys.sorted()
    guard !partitions.isEmpty else { return .nothing }
    if partitions.count > 1, dice.strikes(.partitionsReordered) { partitions.reverse() }
    var records: [ConsumedRecord] = []
    for partition in partitions {
      let waiting = state.waiting[partition] ?? []
      let handed = dice.strikes(.partitionDelayed) ? dice.pick(waiting.count) : waiting.count
      records += waiting.prefix(handed)
      state.waiting[partition] = handed < waiting.count ? Array(waiting.dropFirst(handed)) : nil
    }
    guard !records.isEmpty else { return .nothing }
    state.last = records
    return .records(records, clusterID: state.clusterID)
  }

  func start(_ starts: [TopicPartition: StartOffset]) async throws {
    state.withLock { state in
      state.last.removeAll { starts[$0.partition] != nil }
      for partition in starts.keys { state.waiting[partition] = nil }
    }
    guard lifeline.isAlive else { throw Lifeline.Dead() }
    try await base.start(starts)
  }

  func reportProgress(_ next: [TopicPartition: Int64]) async {
    if lifeline.isAlive { await base.reportProgress(next) }
  }

  func lag(behind next: [TopicPartition: Int64]) async -> [TopicPartition: Int64] {
    await base.lag(behind: next)
  }

  func clusterID(within: Duration) async -> String? { await base.clusterID(within: within) }

  func close() async { await base.close() }
}
