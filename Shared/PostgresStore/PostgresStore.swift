public import EventStream
public import Logging
public import ReviewEvents
import Synchronization

/// The store of one service in PostgreSQL.
///
/// Transactions run on connections of a bounded pool, each on its own thread. While the server is
/// away, callers get ``StoreError/unavailable(_:)`` at once.
public final class PostgresStore: Store {
  /// How often a body runs before a serialization failure or a deadlock is given up.
  public static let runsMax = 5
  /// The most idempotency keys that one call forgets.
  public static let expiredKeysMax = 10_000

  private let settings: PostgresSettings
  private let area: ServiceArea
  private let pool: ConnectionPool
  /// A connection that found its lock taken; the next attempt uses it again.
  private let spare = Mutex<PostgresConnection?>(nil)

  /// A store that connects when it is first used.
  public init(_ settings: PostgresSettings, area: ServiceArea, logger: Logger) {
    self.settings = settings
    self.area = area
    pool = ConnectionPool(settings, area: area, logger: logger)
  }

  /// How many connections one store opens at most: its pool, and those of locks.
  ///
  /// The relay holds one; a sender of mail holds another and tries a third to see who is dead. An
  /// operator who rebuilds a read model through the admin port needs eight more.
  public static func connectionsMax(poolSize: Int) -> Int { poolSize + 3 + 8 }

  /// How the pool is used at this moment, for metrics.
  public var use: PoolUse { pool.use }

  /// Runs `body` in one transaction; what it did is kept only if it returns.
  ///
  /// - Throws: what `body` throws; ``StoreError``; `CancellationError` when the caller was cancelled
  ///   before its turn came. A transaction that has begun is finished even if its caller is
  ///   cancelled.
  public func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await commit(.none, body) }

  /// Runs a command's `body` in one transaction; what it writes travels with the next question or
  /// with the commit.
  ///
  /// - Throws: as ``commit(_:)``, and ``AnsweredBefore``.
  public func commitCommand<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await commit(.writes, body) }

  /// Runs the `body` of a batch in one transaction; the server works on what it writes while it
  /// goes on.
  ///
  /// - Throws: as ``commit(_:)``.
  public func commitBatch<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await commit(.answers, body) }

  private func commit<Value: Sendable>(
    _ waiting: OpenTransaction.Waiting,
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    let lease = try await pool.acquire()
    let attempt = await lease.connection.attemptRepeatedly(.allowed, waiting: waiting, body)
    pool.release(lease, attempt.condition)
    return try attempt.result.get()
  }

  /// Tries to become the one holder of `lock` among all processes that use this database.
  public func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? {
    if let reason = pool.outageReason { throw reason }
    let kept = spare.withLock { spare in
      defer { spare = nil }
      return spare
    }
    let connection =
      kept ?? PostgresConnection(settings, area: area, threadName: "lock-\(lock.name)")
    guard try await connection.tryLock(lock) else {
      spare.withLock { $0 = connection }
      return nil
    }
    return PostgresHeldLock(connection)
  }

  /// As ``tryLock(_:)``; the connection of the lock blocks the thread of `executor`.
  public func tryLock(
    _ lock: StoreLock, on executor: any SerialExecutor
  ) async throws -> (any HeldLock)? {
    if let reason = pool.outageReason { throw reason }
    let connection = PostgresConnection(settings, area: area, executor: executor)
    return try await connection.tryLock(lock) ? PostgresHeldLock(connection) : nil
  }

  /// Turns new callers away and returns when every transaction under way has ended.
  public func close() async {
    spare.withLock { $0 = nil }
    await pool.close()
  }
}

// MARK: Upkeep

extension PostgresStore {
  /// Forgets answers older than `age` by the real clock (contract 16: 30 days), at most
  /// ``expiredKeysMax`` of them.
  /// - Returns: how many; call again while it is ``expiredKeysMax``.
  public func expireIdempotencyKeys(olderThan age: Duration) async throws -> Int {
    try await commit { transaction in
      try transaction.rows(
        """
        with old as (
          select actor, route, key from idempotency
           where created_at < statement_timestamp() - $1::bigint * interval '1 millisecond'
           order by created_at
           limit $2
             for update skip locked
        )
        delete from idempotency using old
         where idempotency.actor = old.actor and idempotency.route = old.route
           and idempotency.key = old.key
        returning 1
        """,
        [.integer(age.wholeMilliseconds), .integer(Int64(Self.expiredKeysMax))]
      ).count
    }
  }

  /// Refuses when all pools of all services together would need more connections than the server
  /// has (contract 14).
  /// - Throws: ``CapacityShortage``, or ``StoreError``.
  public func checkCapacity(expectedTotal: Int) async throws {
    let available = try await commit { transaction in
      Int(
        try transaction.rows(
          """
          select current_setting('max_connections')::bigint
                 - current_setting('superuser_reserved_connections')::bigint
          """, [])[0].integer(0))
    }
    guard expectedTotal <= available else {
      throw CapacityShortage(expected: expectedTotal, available: available)
    }
  }

  /// The numbers of migrations, the engine's and `service`'s, that have not run yet.
  public func pendingMigrations(_ service: [Migration]) async throws -> [Int] {
    let numbers = (EngineMigrations.all + service).map(\.number)
    let recorded = try await commit { transaction -> Set<Int64> in
      guard
        try transaction.rows("select to_regclass('schema_migration') is not null", [])[0]
          .boolean(0)
      else { return [] }
      return Set(
        try transaction.rows("select number from schema_migration", []).map { try $0.integer(0) })
    }
    return numbers.filter { !recorded.contains(Int64($0)) }.sorted()
  }
}

/// The server has fewer connections than the pools would open.
public struct CapacityShortage: Error, Hashable, Sendable, CustomStringConvertible {
  /// How many connections all pools together would open.
  public let expected: Int
  /// How many connections the server gives to ordinary roles.
  public let available: Int
  /// What to change.
  public var description: String {
    "all pools together would open \(expected) connections, the server has \(available):"
      + " make the pools smaller or raise max_connections"
  }
}

// MARK: The calendar clock of the local profile

/// How far the calendar clock is from the real one (contract 19).
public struct CalendarSetting: Hashable, Sendable {
  /// Only grows.
  public var version: Int64
  /// What to add to the real clock.
  public var offsetMilliseconds: Int64
  /// Puts the parts together.
  public init(version: Int64, offsetMilliseconds: Int64) {
    self.version = version
    self.offsetMilliseconds = offsetMilliseconds
  }
}

extension PostgresStore {
  /// How the calendar clock is set; `nil` when it was never set.
  public func calendar() async throws -> CalendarSetting? {
    try await commit { try Self.storedCalendar($0) }
  }

  /// Sets the calendar clock, unless it was set with the same or a higher version.
  /// - Returns: how it is set now.
  public func setCalendar(_ setting: CalendarSetting) async throws -> CalendarSetting {
    try await commit { transaction in
      try transaction.rows(
        """
        insert into calendar (version, offset_ms) values ($1, $2)
        on conflict (is_only_row) do update
           set version = excluded.version, offset_ms = excluded.offset_ms
         where calendar.version < excluded.version
        """, [.integer(setting.version), .integer(setting.offsetMilliseconds)])
      return try Self.storedCalendar(transaction) ?? setting
    }
  }

  private static func storedCalendar(_ transaction: borrowing AnyTransaction) throws
    -> CalendarSetting?
  {
    try transaction.rows("select version, offset_ms from calendar", []).first.map { row in
      CalendarSetting(version: try row.integer(0), offsetMilliseconds: try row.integer(1))
    }
  }
}
