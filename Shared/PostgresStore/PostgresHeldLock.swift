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

  /// Ends the connection instead of unlocking: what comes after it on this lock must fail.
  func release() async { await connection.close() }
}
