import EventStream
import PostgresTestSupport
import ReviewEvents
import TestSupport

/// A member of a group that rests when there is nothing to read, as one with a network does.
struct PacedSource: RecordSource {
  let source: MemorySource

  func poll(upTo count: Int, within patience: Duration) async throws -> Polled {
    let polled = try await source.poll(upTo: count, within: patience)
    if case .nothing = polled { try await Task.sleep(for: .milliseconds(2)) }
    return polled
  }

  func start(_ starts: [TopicPartition: StartOffset]) async throws {
    try await source.start(starts)
  }
  func reportProgress(_ next: [TopicPartition: Int64]) async { await source.reportProgress(next) }
  func lag(behind next: [TopicPartition: Int64]) async -> [TopicPartition: Int64] {
    await source.lag(behind: next)
  }
  func clusterID(within: Duration) async -> String? { await source.clusterID(within: within) }
  func close() async { await source.close() }
}
