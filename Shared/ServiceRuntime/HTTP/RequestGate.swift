import Synchronization

/// Lets a bounded number of requests in; the rest is told to come back (contract: every queue has
/// a maximum).
package final class RequestGate: Sendable {
  private let inside = Mutex(0)
  private let max: Int

  package init(max: Int) { self.max = max }

  /// How many are inside.
  package var count: Int { inside.withLock { $0 } }

  /// Runs `work` if there is room.
  /// - Throws: 503 `overloaded`.
  func pass<Value>(_ work: () async throws(Problem) -> Value) async throws(Problem) -> Value {
    let isIn = inside.withLock { count in
      guard count < max else { return false }
      count += 1
      return true
    }
    guard isIn else { throw Problem(.overloaded, retryAfter: .seconds(1)) }
    defer { inside.withLock { $0 -= 1 } }
    return try await work()
  }
}
