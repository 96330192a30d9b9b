import Dispatch
import PostgresTestSupport
import Synchronization

/// A gate between two threads: a body of a transaction cannot await, so it blocks its own thread.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let state = Mutex(false)
  /// For tasks, which must not block.
  var isOpen: Bool { state.withLock { $0 } }
  func open() {
    state.withLock { $0 = true }
    semaphore.signal()
  }
  /// For bodies of transactions: whether it was opened within twenty seconds.
  func pass() -> Bool { semaphore.wait(timeout: .now() + 20) == .success }
}

struct NeverHappened: Error {}

/// Waits for a condition, at most forty seconds.
func waitUntil(_ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(40)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(5))
  }
}
