import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

private let first = Migration(100, "things", sql: "create table thing (a integer); select 1;")
private let second = Migration(101, "more", sql: "alter table thing add column b text")

@Suite(.timeLimit(.minutes(2))) struct `Migrations` {
  @Test func `run once, in order, the engine's first`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        var ran: [[Int]] = []
        var pending = [try await store.pendingMigrations([second, first])]
        for migrations in [[first], [second, first], [second, first]] {
          ran.append(try await database.migrate(migrations))
          pending.append(try await store.pendingMigrations([second, first]))
        }
        #expect(ran == [[1, 2, 3, 4, 5, 6, 100], [101], []])
        #expect(pending == [[1, 2, 3, 4, 5, 6, 100, 101], [101], [], []])
      }
    }
  }

  @Test func `one that was changed after it ran stops the start`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.migrate([first])
      let changed = Migration(100, "things", sql: first.sql + " ")
      await #expect(throws: MigrationRefusal(changed, .changed)) {
        try await database.migrate([changed])
      }
    }
  }

  @Test func `one that comes after a higher number stops the start`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.migrate([Migration(102, "later", sql: "select 1")])
      await #expect(throws: MigrationRefusal(first, .outOfOrder)) {
        try await database.migrate([first, Migration(102, "later", sql: "select 1")])
      }
    }
  }

  @Test func `one that fails leaves nothing behind and does not hide those before it`()
    async throws
  {
    try await TestDatabase.with(migrated: false) { database in
      let broken = Migration(101, "broken", sql: "create table half (a integer); select 1/0;")
      await #expect(throws: StoreError.self) { try await database.migrate([first, broken]) }
      try await database.eventually("select to_regclass('half') is null")
      let ran = try await database.migrate([first, second])
      #expect(ran == [101])
    }
  }

  @Test func `one that ends its own transaction is refused`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      let rude = Migration(100, "rude", sql: "create table thing (a integer); commit;")
      await #expect(throws: MigrationRefusal(rude, .endedItsTransaction)) {
        try await database.migrate([rude])
      }
    }
  }

  @Test func `two instances at once do the work once`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      let ran = try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 0..<4 { group.addTask { try await database.migrate([first, second]) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(ran.sorted() == [1, 2, 3, 4, 5, 6, 100, 101])
    }
  }

  @Test func `the run role works, changes no table and nothing that was recorded`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      let role = "run_\(UInt32.random(in: 0...UInt32.max))"
      try await database.outside("create role \"\(role)\" login password '\(role)'")
      let tables = Migration(
        100, "tables",
        sql: """
          create table thing (id bigint generated always as identity, a integer);
          create table audit_decision (a integer);
          """)
      // Twice: granting again changes nothing.
      for _ in 0..<2 { try await database.migrate([tables], grantingTo: role) }
      try await database.withStore({
        $0.connectionString += " user=\(role) password=\(role)"
      }) { store in
        let append = try StreamAppend.sample(.sample("R1"), after: 0)
        try await store.commit { transaction in
          try transaction.append([append])
          let row = try #require(try transaction.outbox(limit: 1).first)
          try transaction.deleteOutbox([row.id])
          try transaction.rows("insert into thing (a) values (1)", [])
          try transaction.rows("update thing set a = 2", [])
          try transaction.rows("delete from thing", [])
          try transaction.rows("insert into audit_decision values (1)", [])
        }
        let pending = try await store.pendingMigrations([tables])
        #expect(pending.isEmpty)
        let forbidden: [SQL] = [
          "update event_log set payload = ''", "delete from event_log", "truncate event_log",
          "delete from event_log_2021", "update audit_decision set a = 2",
          "delete from audit_decision", "create table other (a integer)", "drop table thing",
          "alter table thing add column b text", "delete from schema_migration",
        ]
        for statement in forbidden {
          await #expect("\(statement.text)") {
            try await store.commit { try $0.rows(statement, []) }
          } throws: { error in
            guard case .refused("42501", _)? = error as? StoreError else { return false }
            return true
          }
        }
      }
      try await database.inside("drop owned by \"\(role)\"")
      try await database.outside("drop role \"\(role)\"")
    }
  }

  @Test func `the owner is refused as run role`() async throws {
    try await TestDatabase.with { database in
      let owner = try await PostgresConnection(
        database.settings, area: .intake, threadName: "owner"
      ).withLink { link in try link.ask("select current_user").text(0, 0) }
      await #expect(
        throws: StoreError.refused(sqlState: "0LP01", message: "the run role owns the tables")
      ) { try await database.migrate(grantingTo: owner) }
    }
  }
}
