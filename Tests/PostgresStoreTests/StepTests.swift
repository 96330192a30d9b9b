import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

@Suite(.timeLimit(.minutes(2))) struct `Steps that are known beforehand` {
  private static func with(_ body: (PostgresStore, any HeldLock) async throws -> Void) async throws
  {
    try await TestDatabase.with { database in
      try await database.inside(
        "create table thing (id bigint primary key, n bigint); insert into thing values (1, 0)")
      try await database.withStore { store in
        let held = try #require(try await store.tryLock(.relay))
        try await body(store, held)
        await held.release()
      }
    }
  }

  private static let increase: SQL =
    "update thing set n = n + 1 where id = $1 and n = $2 returning id"

  private func expect(
    _ store: PostgresStore, _ sum: Int64, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await store.commit {
      try $0.rows("select sum(n) from thing", [])[0].integer(0)
    }
    #expect(found == sum, sourceLocation: location)
  }

  @Test func `are one transaction of one round trip, again and again`() async throws {
    try await Self.with { store, held in
      for n in 0..<3 as Range<Int64> {
        let answers = try await held.commit([
          .change(Self.increase, [.integer(1), .integer(n)]),
          .rows("select n, pg_current_xact_id()::text from thing where id = 1", []),
          .rows(
            "insert into thing values ($1, 0) returning pg_current_xact_id()::text",
            [.integer(n + 2)]),
        ])
        #expect(answers[0].isEmpty)
        let number = try answers[1][0].integer(0)
        let (first, second) = (try answers[1][0].text(1), try answers[2][0].text(0))
        #expect(number == n + 1)
        #expect(first == second)
      }
      try await expect(store, 3)
    }
  }

  @Test func `keep nothing when a change finds no row`() async throws {
    try await Self.with { store, held in
      for _ in 0..<2 {
        await #expect(throws: StoreError.nothingChanged) {
          try await held.commit([
            .change(Self.increase, [.integer(1), .integer(0)]),
            .change(Self.increase, [.integer(1), .integer(77)]),
          ])
        }
      }
      try await expect(store, 0)
    }
  }

  @Test func `keep nothing when one of them is refused, and say by what`() async throws {
    try await Self.with { store, held in
      await #expect {
        try await held.commit([
          .change(Self.increase, [.integer(1), .integer(0)]),
          .rows("select 1 / (n - 1) from thing", []),
        ])
      } throws: { error in
        guard case .refused("22012", _)? = error as? StoreError else { return false }
        return true
      }
      try await expect(store, 0)
      _ = try await held.commit([.change(Self.increase, [.integer(1), .integer(0)])])
      try await expect(store, 1)
    }
  }

  @Test func `keep nothing when the lock was lost`() async throws {
    try await Self.with { store, held in
      let process = try await held.commit([.rows("select pg_backend_pid()", [])])[0][0].integer(0)
      try await store.commit {
        _ = try $0.rows("select pg_terminate_backend($1::integer)", [.integer(process)])
      }
      try await waitUntil { try await store.tryLock(.relay) != nil }
      await #expect {
        try await held.commit([.change(Self.increase, [.integer(1), .integer(0)])])
      } throws: { error in
        guard case .unavailable? = error as? StoreError else { return false }
        return true
      }
      try await expect(store, 0)
    }
  }
}
