import EventStream
import ReviewEvents

/// A store as one process sees it: others get on before each transaction, and the process may die
/// around it.
struct ProcessStore: Store {
  let base: any Store
  let area: ServiceArea
  let lifeline: Lifeline
  let witness: Witness
  let ledger: RelayLedger

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    await lifeline.wait()
    try lifeline.pass(.crashBeforeTransaction)
    let value = try await base.commit(body)
    try lifeline.pass(.crashAfterCommit)
    return value
  }

  func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? {
    guard lifeline.isAlive else { throw Lifeline.Dead() }
    guard let held = try await base.tryLock(lock) else {
      witness.count(.relayStoodBy)
      return nil
    }
    return ProcessLock(
      base: held, area: area, tenure: ledger.take(area), lifeline: lifeline, ledger: ledger)
  }
}

/// A relay's lock as its process sees it.
struct ProcessLock: HeldLock {
  let base: any HeldLock
  let area: ServiceArea
  let tenure: Int
  let lifeline: Lifeline
  let ledger: RelayLedger

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    await lifeline.wait()
    try lifeline.pass(.crashBeforeTransaction)
    let value = try await base.commit(body)
    ledger.note(.worked(area, tenure: tenure))
    try lifeline.pass(.crashAfterCommit)
    return value
  }

  /// Also what the server does when it notices that the process is gone.
  func release() async {
    ledger.note(.gaveUp(area, tenure: tenure))
    await base.release()
  }
}
