public import EventStream
public import ReviewEvents
import Synchronization

/// A store without a database: the same promises, kept by one lock and a copy.
///
/// A transaction works on a copy, which replaces the original only if its body returns.
public final class MemoryStore: Store {
  /// What goes wrong with a transaction.
  public enum Fault: Sendable {
    /// The store is away; nothing is kept.
    case before
    /// The store goes away at the end: everything is kept, and the caller is not told.
    case after
  }

  private struct Shared {
    var tables = MemoryTables()
    var holders: [StoreLock: Int] = [:]
    var locksGiven = 0
  }

  private let shared = Mutex(Shared())
  private let area: ServiceArea
  private let pace: any Pace
  private let fault: @Sendable () -> Fault?
  private let meanwhile: @Sendable () async -> Void

  /// An empty store of the service that writes `area`.
  ///
  /// `fault` is asked before each transaction. `meanwhile` runs before each transaction too, at a
  /// place where other processes get on.
  public init(
    area: ServiceArea, pace: any Pace = RealPace(),
    fault: @escaping @Sendable () -> Fault? = { nil },
    meanwhile: @escaping @Sendable () async -> Void = {}
  ) {
    self.area = area
    self.pace = pace
    self.fault = fault
    self.meanwhile = meanwhile
  }

  /// Runs `body` on a copy that replaces the original if it returns.
  public func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    await meanwhile()
    return try commit(holding: nil, body)
  }

  /// Tries to become the one holder of `lock`.
  public func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? {
    try Task.checkCancellation()
    return shared.withLock { shared in
      guard shared.holders[lock] == nil else { return nil }
      shared.locksGiven += 1
      shared.holders[lock] = shared.locksGiven
      return MemoryLock(store: self, lock: lock, number: shared.locksGiven)
    }
  }

  /// Takes `lock` away from whoever holds it, as a lost connection does.
  public func breakLock(_ lock: StoreLock) { shared.withLock { $0.holders[lock] = nil } }

  /// Looks at the store without faults.
  public func look<Value>(_ body: (borrowing AnyTransaction) throws -> Value) rethrows -> Value {
    let scratch = MemoryScratch(
      shared.withLock { $0.tables }, area: area, now: pace.elapsed)
    return try body(MemoryTransaction(scratch))
  }

  fileprivate func meanwhileAndCommit<Value: Sendable>(
    holding held: MemoryLock, _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    await meanwhile()
    return try commit(holding: held, body)
  }

  fileprivate func release(_ held: MemoryLock) {
    shared.withLock { shared in
      if shared.holders[held.lock] == held.number { shared.holders[held.lock] = nil }
    }
  }

  private func commit<Value: Sendable>(
    holding held: MemoryLock?, _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) throws -> Value {
    try Task.checkCancellation()
    let fault = fault()
    if fault == .before { throw StoreError.unavailable("fault before") }
    let value = try shared.withLock { shared in
      if let held, shared.holders[held.lock] != held.number {
        throw StoreError.unavailable("the lock was lost")
      }
      let scratch = MemoryScratch(shared.tables, area: area, now: pace.elapsed)
      let value = try body(MemoryTransaction(scratch))
      shared.tables = scratch.tables
      return value
    }
    if fault == .after { throw StoreError.unavailable("fault after") }
    return value
  }
}

private struct MemoryLock: HeldLock {
  let store: MemoryStore
  let lock: StoreLock
  let number: Int

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    try await store.meanwhileAndCommit(holding: self, body)
  }

  func release() async { store.release(self) }
}
