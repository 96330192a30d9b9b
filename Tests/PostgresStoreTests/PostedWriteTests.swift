import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

@Suite(.timeLimit(.minutes(3))) struct `What a batch writes` {
  private struct Refusal: Error {}

  /// A table in which each name may stand once.
  private func withThings(_ body: (TestDatabase, PostgresStore) async throws -> Void) async throws {
    try await TestDatabase.with { database throws in
      try await database.inside("create table thing (name text primary key, size bigint)")
      try await database.withStore({ $0.poolSize = 1 }) { store throws in
        try await body(database, store)
      }
    }
  }

  private func names(_ store: PostgresStore) async throws -> [String] {
    try await store.commit { transaction throws in
      try transaction.rows("select name from thing order by name", []).map { try $0.text(0) }
    }
  }

  private func server(_ store: PostgresStore) async throws -> Int64 {
    try await store.commit { transaction throws in
      try transaction.rows("select pg_backend_pid()", [])[0].integer(0)
    }
  }

  @Test func `is worked on while the body goes on`() async throws {
    try await withThings { database, store throws in
      let (written, goOn) = (Gate(), Gate())
      async let batch: Void = store.commitBatch { transaction throws in
        try transaction.add("a")
        written.open()
        #expect(goOn.pass())
        try transaction.add("b")
      }
      try await waitUntil { written.isOpen }
      try await database.eventually(
        """
        select exists (select from pg_locks where relation = 'thing'::regclass
                          and mode = 'RowExclusiveLock')
        """)
      goOn.open()
      try await batch
      #expect(try await names(store) == ["a", "b"])
    }
  }

  @Test func `is there for its own questions, in its order`() async throws {
    try await withThings { _, store throws in
      try await store.commitBatch { transaction throws in
        try transaction.add("a")
        try transaction.run("update thing set size = size + 1", [])
        #expect(try transaction.rows("select size from thing", [])[0].integer(0) == 2)
        try transaction.add("b")
      }
      #expect(try await names(store) == ["a", "b"])
    }
  }

  @Test(arguments: [false, true])
  func `fails with what comes later, keeps nothing and spares the connection`(
    asks: Bool
  ) async throws {
    try await withThings { _, store throws in
      let before = try await server(store)
      await #expect {
        try await store.commitBatch { transaction throws in
          try transaction.add("a")
          try transaction.add("a")
          try transaction.add("b")
          if asks { #expect(transaction.askFailure() is StoreError) }
        }
      } throws: { error in
        guard case .refused("23505", _)? = error as? StoreError else { return false }
        return true
      }
      #expect(try await names(store).isEmpty)
      #expect(try await server(store) == before)
    }
  }

  @Test func `is undone when the body refuses, even after a failure nobody has heard of`()
    async throws
  {
    try await withThings { _, store throws in
      let before = try await server(store)
      for second in ["b", "a"] {
        await #expect(throws: Refusal.self) {
          try await store.commitBatch { transaction throws in
            try transaction.add("a")
            try transaction.add(second)
            throw Refusal()
          }
        }
      }
      #expect(try await names(store).isEmpty)
      #expect(try await server(store) == before)
    }
  }

  @Test func `is kept in any number and in any size`() async throws {
    try await withThings { _, store throws in
      let long = String(repeating: "đ", count: OpenTransaction.unansweredBytesMax / 5)
      let count = OpenTransaction.waitingMax * 2 + 1
      try await store.commitBatch { transaction throws in
        for number in 0..<count { try transaction.add("\(number)") }
        for number in 0..<5 {
          try transaction.run(
            "insert into thing values ($1, octet_length($2))",
            [.text("long \(number)"), .text(long)])
        }
      }
      #expect(try await names(store).count == count + 5)
    }
  }

  @Test func `runs again after a serialization failure`() async throws {
    try await withThings { _, store throws in
      let runs = Counter()
      try await store.commitBatch { transaction throws in
        runs.increase()
        try transaction.add("a")
        if runs.value == 1 {
          try transaction.run("do $$ begin raise exception using errcode = '40001'; end $$", [])
        }
      }
      #expect(runs.value == 2)
      #expect(try await names(store) == ["a"])
    }
  }
}

extension Transaction where Self: ~Copyable {
  borrowing fileprivate func add(_ name: String) throws {
    try run("insert into thing values ($1, 1)", [.text(name)])
  }

  /// Why a question is not answered.
  borrowing fileprivate func askFailure() -> (any Error)? {
    do { try rows("select 1", []) } catch { return error }
    return nil
  }
}
