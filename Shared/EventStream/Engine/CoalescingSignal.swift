import Synchronization

/// A wake-up call inside one process: many calls before somebody listens count as one.
public final class CoalescingSignal: Sendable {
  private struct State {
    var isPending = false
    var nextWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  /// A signal that nobody has given yet.
  public init() {}

  /// Wakes whoever waits, or else the next one who would.
  public func signal() {
    let waiting = state.withLock { state in
      guard !state.waiters.isEmpty else {
        state.isPending = true
        return [CheckedContinuation<Void, Never>]()
      }
      defer { state.waiters.removeAll() }
      return Array(state.waiters.values)
    }
    for waiter in waiting { waiter.resume() }
  }

  /// Waits for the signal, at most `limit`.
  /// - Throws: `CancellationError` when the task is cancelled meanwhile.
  public func wait(upTo limit: Duration, pace: any Pace) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.waitForSignal() }
      group.addTask { try await pace.pause(for: limit) }
      defer { group.cancelAll() }
      try await group.next()
    }
    guard Task.isCancelled else { return }
    // This waiter may have taken a call that it will not answer: the next one gets it. A call too
    // many only costs a look.
    signal()
    throw CancellationError()
  }

  private func waitForSignal() async {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          // Checked under the lock: the handler below takes it too, so it either finds the
          // continuation or ran before this line, when the task already counts as cancelled.
          if state.isPending || Task.isCancelled {
            // A cancelled waiter must leave the call for the next one.
            if !Task.isCancelled { state.isPending = false }
            return true
          }
          state.waiters[waiter] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
    }
  }
}
