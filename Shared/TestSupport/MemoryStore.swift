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
    /// The store goes away before the commit: the body ran, and nothing is kept.
    case rolledBack
    /// The store goes away at the end: everything is kept, and the caller is not told.
    case after
  }

  /// Says what is left behind by a transaction that made `changed` of `former`.
  ///
  /// A simulation that wants to see broken promises noticed breaks them here.
  typealias Ending =
    @Sendable (_ former: MemoryTables, _ changed: MemoryTables, _ isCommitted: Bool) ->
    MemoryTables

  private struct Shared {
    var tables = MemoryTables()
    var holders: [StoreLock: Int] = [:]
    var locksGiven = 0
    /// Numbers given out to appends that are still under way.
    var drawn: Set<Int64> = []
  }

  private let shared: Mutex<Shared>
  private let area: ServiceArea
  private let pace: any Pace
  private let fault: @Sendable () -> Fault?
  private let meanwhile: @Sendable () async -> Void
  private let ending: Ending?

  /// An empty store of the service that writes `area`.
  ///
  /// `fault` is asked before each transaction. `meanwhile` runs before each transaction too, at a
  /// place where other processes get on. Without `own` tables the twin refuses the service's
  /// statements.
  public convenience init(
    area: ServiceArea, pace: any Pace = RealPace(), own: (any OwnTables)? = nil,
    fault: @escaping @Sendable () -> Fault? = { nil },
    meanwhile: @escaping @Sendable () async -> Void = {}
  ) {
    self.init(
      area: area, pace: pace, own: own, fault: fault, meanwhile: meanwhile, ending: nil)
  }

  init(
    area: ServiceArea, pace: any Pace, own: (any OwnTables)?,
    fault: @escaping @Sendable () -> Fault?, meanwhile: @escaping @Sendable () async -> Void,
    ending: Ending?
  ) {
    self.area = area
    self.pace = pace
    self.fault = fault
    self.meanwhile = meanwhile
    self.ending = ending
    shared = Mutex(Shared(tables: MemoryTables(own: own)))
  }

  /// Runs `body` on a copy that replaces the original if it returns.
  public func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    await meanwhile()
    return try commit(holding: nil, body)
  }

  /// Gives out `count` numbers to an append that is under way: its facts become visible when
  /// ``commit(using:_:)`` ends, behind others with higher numbers.
  ///
  /// The caller keeps other appends away from its streams meanwhile, as the lock of a stream's head
  /// does.
  public func draw(_ count: Int) -> [Int64] {
    shared.withLock { shared in
      let first = shared.tables.lastNumber + 1
      shared.tables.lastNumber += Int64(count)
      let numbers = Array(first...shared.tables.lastNumber)
      shared.drawn.formUnion(numbers)
      return numbers
    }
  }

  /// Ends an append that was under way since `numbers` were drawn.
  public func commit<Value: Sendable>(
    using numbers: [Int64], _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    await meanwhile()
    shared.withLock { $0.drawn.subtract(numbers) }
    return try commit(holding: nil, using: numbers, body)
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
      shared.withLock { $0.tables }, area: area, now: pace.elapsed, drawn: [],
      isAppendUnderWay: false)
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
    holding held: MemoryLock?, using numbers: [Int64] = [],
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) throws -> Value {
    try Task.checkCancellation()
    let fault = fault()
    if fault == .before { throw StoreError.unavailable("fault before") }
    let value = try shared.withLock { shared in
      if let held, shared.holders[held.lock] != held.number {
        throw StoreError.unavailable("the lock was lost")
      }
      let scratch = MemoryScratch(
        shared.tables, area: area, now: pace.elapsed, drawn: numbers,
        isAppendUnderWay: !shared.drawn.isEmpty)
      do {
        let value = try body(MemoryTransaction(scratch))
        if fault == .rolledBack { throw StoreError.unavailable("fault at commit") }
        end(&shared, with: scratch, isCommitted: true)
        return value
      } catch {
        end(&shared, with: scratch, isCommitted: false)
        throw error
      }
    }
    if fault == .after { throw StoreError.unavailable("fault after") }
    return value
  }

  private func end(_ shared: inout Shared, with scratch: MemoryScratch, isCommitted: Bool) {
    if let ending {
      shared.tables = ending(shared.tables, scratch.tables, isCommitted)
    } else if isCommitted {
      shared.tables = scratch.tables
    }
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
