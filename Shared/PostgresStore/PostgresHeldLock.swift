import EventStream

/// A lock that belongs to one connection: it lasts until the connection ends, however it ends.
///
/// Letting go of the last reference ends the connection, so a forgotten lock is not held for ever.
final class PostgresHeldLock: HeldLock {
  private let connection: PostgresConnection

  init(_ connection: PostgresConnection) { self.connection = connection }

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    // Not given up when cancelled: what its holder did must be written down before it stops, or
    // a graceful stop would leave a mail or a publication in doubt.
    try await connection.attemptRepeatedly(.forbidden, body).result.get()
  }

  /// One round trip, which ends with the commit; not given up when cancelled either.
  func commit(_ steps: [KnownStep]) async throws -> [[SQLRow]] {
    try await connection.attempt(steps).get()
  }

  /// One round trip and one commit for each batch of the relay.
  func relayWork(afterRemoving ids: [Int64], limit: Int) async throws -> RelayWork {
    do {
      return try await connection.attemptRelayWork(afterRemoving: ids, limit: limit).get()
    } catch let error as StoreError where error.isRetriable {
      return try await commit { try $0.relayWork(afterRemoving: ids, limit: limit) }
    }
  }

  /// Ends the connection instead of unlocking: what comes after it on this lock must fail.
  func release() async { await connection.close() }
}
