internal import EventStream
internal import Logging
internal import PostgresStore

/// What must hold before a service may serve: every migration has run, and the server has enough
/// connections for all processes (contract 14).
struct StartCheck: Sendable {
  /// How often a database that is away is asked again.
  static let pause: Duration = .milliseconds(500)
  /// How long a database that is away is waited for.
  static let patience: Duration = .seconds(60)

  let store: PostgresStore
  let migrations: [Migration]
  let processes: Int
  let pool: Int
  let log: Logger

  /// - Throws: ``Refusal``, ``CapacityShortage``, or `StoreError` after ``patience``.
  func run() async throws {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      do {
        try await check()
        return
      } catch let error as StoreError {
        guard case .unavailable = error, .now < deadline else { throw error }
        log.warning("waits for PostgreSQL")
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  private func check() async throws {
    let pending = try await store.pendingMigrations(migrations)
    guard pending.isEmpty else {
      let numbers = pending.map(String.init).joined(separator: ", ")
      throw Refusal(description: "migrations \(numbers) have not run: run `migrate` first")
    }
    try await store.checkCapacity(
      expectedTotal: processes * PostgresStore.connectionsMax(poolSize: pool))
  }
}
