public import EventStream
public import Logging
import ReviewEvents

/// Brings the tables of one service up to date and gives its run role what it needs (contract 13).
///
/// Runs under a lock, so any number of instances may start at once; whoever comes second finds
/// nothing to do.
public struct PostgresMigrator: Sendable {
  /// How long one migration may take.
  public static let migrationTimeout: Duration = .seconds(600)
  /// How long to wait for another instance that migrates at this moment.
  public static let turnPatience: Duration = .seconds(60)

  private let connection: PostgresConnection
  private let migrations: [Migration]
  private let readModels: [ReadModel]
  private let logger: Logger

  /// A migrator that connects as the owner of the tables, with the service's own migrations and
  /// the read models whose tables may be exchanged.
  public init(
    owner settings: PostgresSettings, service: [Migration], readModels: [ReadModel] = [],
    logger: Logger
  ) {
    var settings = settings
    settings.statementTimeout = Self.migrationTimeout
    settings.lockTimeout = Self.turnPatience
    settings.answerPatience = Self.migrationTimeout + .seconds(5)
    connection = PostgresConnection(settings, area: .intake, threadName: "migration")
    migrations = EngineMigrations.all + service.sorted { $0.number < $1.number }
    self.readModels = readModels
    self.logger = logger
    let numbers = migrations.map(\.number)
    precondition(Set(numbers).count == numbers.count, "every migration has its own number")
    precondition(
      service.allSatisfy { $0.number >= Migration.firstOfService },
      "a service's migrations count from \(Migration.firstOfService)")
  }

  /// Runs what has not run yet, in order, and grants `role` what it needs to run the service.
  /// - Returns: the numbers of the migrations that ran.
  /// - Throws: ``MigrationRefusal`` when the database does not fit this build; ``StoreError``.
  public func migrate(grantingTo role: String?) async throws -> [Int] {
    let applied = try await connection.withLink { link in
      try link.ask("select pg_advisory_lock(hashtextextended('schema-migration', 0))")
      defer { _ = try? link.ask("select pg_advisory_unlock_all()") }
      try link.script(Self.ledger)
      let pending = try pending(on: link)
      for migration in pending { try apply(migration, on: link) }
      try declareReadModels(on: link)
      if let role { try RunRole(role).grant(on: link) }
      return pending.map(\.number)
    }
    await connection.close()
    if !applied.isEmpty {
      logger.notice("Migrated.", metadata: ["numbers": .stringConvertible(applied)])
    }
    return applied
  }

  /// Keeps the list of exchangeable tables equal to what this build declares.
  private func declareReadModels(on link: ServerLink) throws {
    let tables = readModels.flatMap { model in
      model.tables.enumerated().map { (model.name.description, Int64($0), $1.name.text) }
    }
    let values: [SQLValue] = [
      .texts(tables.map(\.0)), .integers(tables.map(\.1)), .texts(tables.map(\.2)),
    ]
    try link.script("begin")
    do {
      // Two statements: the second must see what the first removed, or tables that change places
      // would be in each other's way.
      try link.ask(
        """
        delete from read_model_table as known
         where not exists (
           select from unnest($1::text[], $2::bigint[], $3::text[])
             as wanted (read_model, place, table_name)
            where wanted.read_model = known.read_model and wanted.place = known.place
              and wanted.table_name = known.table_name)
        """, values)
      try link.ask(
        """
        insert into read_model_table (read_model, place, table_name)
        select * from unnest($1::text[], $2::bigint[], $3::text[])
        on conflict (read_model, place) do nothing
        """, values)
      try link.script("commit")
    } catch {
      try? link.script("rollback")  // If even this fails, the connection ends, and with it all.
      throw error
    }
  }

  private static let ledger = """
    create table if not exists schema_migration (
        number     bigint      primary key,
        name       text        not null,
        sha256     text        not null,
        applied_at timestamptz not null default clock_timestamp()
    );
    comment on table schema_migration is
        'Which migrations ran, and the hash of each text: a text that ran is never changed.';
    """

  private func pending(on link: ServerLink) throws -> [Migration] {
    // The server computes the hashes; there is no need for a cryptography library here.
    let answer = try link.ask(
      """
      select wanted.number, applied.number is not null,
             applied.sha256 = encode(sha256(convert_to(wanted.sql, 'UTF8')), 'hex'),
             exists (select from schema_migration as later
                      where later.number > wanted.number
                        and (later.number < $3) = (wanted.number < $3))
        from unnest($1::bigint[], $2::text[]) as wanted (number, sql)
        left join schema_migration as applied on applied.number = wanted.number
       order by wanted.number
      """,
      .integers(migrations.map { Int64($0.number) }), .texts(migrations.map(\.sql)),
      .integer(Int64(Migration.firstOfService)))
    var pending: [Migration] = []
    for (row, migration) in migrations.enumerated() {
      if try answer.boolean(row, 1) {
        guard try answer.boolean(row, 2) else { throw MigrationRefusal(migration, .changed) }
      } else {
        guard try !answer.boolean(row, 3) else { throw MigrationRefusal(migration, .outOfOrder) }
        pending.append(migration)
      }
    }
    return pending
  }

  private func apply(_ migration: Migration, on link: ServerLink) throws {
    do {
      try link.script("begin")
      try link.script(migration.sql)
      guard link.isInTransaction else {
        throw MigrationRefusal(migration, .endedItsTransaction)
      }
      try link.ask(
        """
        insert into schema_migration (number, name, sha256)
        values ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))
        """,
        .integer(Int64(migration.number)), .text(migration.name), .text(migration.sql))
      try link.script("commit")
    } catch {
      try? link.script("rollback")  // If even this fails, the connection ends, and with it all.
      logger.error(
        "A migration failed; nothing of it was kept.",
        metadata: ["number": .stringConvertible(migration.number), "name": "\(migration.name)"])
      throw error
    }
  }
}

/// Why this build must not work on this database.
public struct MigrationRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with the migration.
  public enum Reason: String, Sendable {
    /// It ran with another text.
    case changed = "ran with another text"
    /// One with a higher number of the same owner ran already.
    case outOfOrder = "comes after one with a higher number"
    /// Its text holds transaction control.
    case endedItsTransaction = "ended its own transaction"
  }

  /// Which migration.
  public let number: Int
  /// What it is for.
  public let name: String
  /// What is wrong with it.
  public let reason: Reason

  init(_ migration: Migration, _ reason: Reason) {
    number = migration.number
    name = migration.name
    self.reason = reason
  }

  /// One sentence for the operator.
  public var description: String { "migration \(number) (\(name)) \(reason.rawValue)" }
}

extension ServerLink {
  /// Runs one statement outside any transaction of ours.
  @discardableResult
  func ask(_ text: String, _ values: SQLValue...) throws(StoreError) -> Answer {
    try ask(text, values)
  }

  /// Runs one statement outside any transaction of ours.
  @discardableResult
  func ask(_ text: String, _ values: [SQLValue]) throws(StoreError) -> Answer {
    let (answers, failure) = exchange([try Statement(text, values.map { .value($0) })])
    if let failure { throw failure }
    guard let answer = answers.first else { throw .malformedRow("a statement without an answer") }
    return answer
  }
}
