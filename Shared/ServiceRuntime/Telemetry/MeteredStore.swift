package import EventStream
internal import Metrics

/// A store whose transactions are timed.
package struct MeteredStore: Store {
  private let store: any Store
  private let metrics: any MetricsFactory

  package init(_ store: any Store) {
    self.store = store
    metrics = MetricsSystem.factory
  }

  package func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    try await measure { try await store.commit(body) }
  }

  package func commitCommand<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    try await measure { try await store.commitCommand(body) }
  }

  package func commitBatch<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    try await measure { try await store.commitBatch(body) }
  }

  private func measure<Value>(_ commit: () async throws -> Value) async throws -> Value {
    let start = ContinuousClock.now
    do {
      let value = try await commit()
      note("committed", since: start)
      return value
    } catch {
      note(error is StoreError ? "failed" : "refused", since: start)
      throw error
    }
  }

  package func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? {
    try await store.tryLock(lock)
  }

  package func tryLock(
    _ lock: StoreLock, on executor: any SerialExecutor
  ) async throws -> (any HeldLock)? { try await store.tryLock(lock, on: executor) }

  private func note(_ result: String, since start: ContinuousClock.Instant) {
    Timer(
      label: "review_postgres_transaction", dimensions: [("result", result)], factory: metrics
    ).recordNanoseconds((ContinuousClock.now - start).nanoseconds)
  }
}
