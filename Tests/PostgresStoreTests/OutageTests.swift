import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

@Suite(.timeLimit(.minutes(3)), .serialized) struct `A server that goes away` {
  @Test func `callers are told at once, and served again when it is back`() async throws {
    try await OwnCluster.with { cluster in
      let store = PostgresStore(cluster.settings, area: .intake, logger: .silent)
      try await fill(store)
      #expect(store.use.open == 3)
      try await cluster.stop()
      for _ in 0..<20 {
        let elapsed = await ContinuousClock().measure {
          await expectUnavailable { try await store.commit { try $0.ping() } }
        }
        #expect(elapsed < .seconds(2))
      }
      try await cluster.start()
      // Once it is back and the pause is over nobody meets one of the connections that died.
      try await waitUntil {
        do { try await store.commit { try $0.ping() } } catch StoreError.unavailable {
          return false
        }
        return true
      }
      try await fill(store)
      await store.close()
    }
  }

  @Test func `after a restart that nobody noticed no caller meets a dead connection`()
    async throws
  {
    try await OwnCluster.with { cluster in
      let store = PostgresStore(cluster.settings, area: .intake, logger: .silent)
      try await fill(store)
      try await cluster.stop()
      try await cluster.start()
      try await fill(store)
      await store.close()
    }
  }

  @Test func `a frozen server counts as away after the patience for answers`() async throws {
    try await OwnCluster.with { cluster in
      var settings = cluster.settings
      settings.answerPatience = .milliseconds(300)
      let store = PostgresStore(settings, area: .intake, logger: .silent)
      try await store.commit { try $0.ping() }
      try await cluster.signalAll("STOP")
      let elapsed = await ContinuousClock().measure {
        await expectUnavailable { try await store.commit { try $0.ping() } }
      }
      #expect(elapsed >= .milliseconds(300) && elapsed < .seconds(2))
      // A new connection is accepted by the kernel and answered by nobody.
      let second = await ContinuousClock().measure {
        await expectUnavailable { try await store.commit { try $0.ping() } }
      }
      #expect(second < .seconds(4))
      try await cluster.signalAll("CONT")
      try await waitUntil {
        do { try await store.commit { try $0.ping() } } catch StoreError.unavailable {
          return false
        }
        return true
      }
      await store.close()
    }
  }

  @Test func `a connection that ends inside a transaction keeps nothing`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let append = try StreamAppend.sample(.sample("R1"), after: 0)
        await expectUnavailable {
          try await store.commit { transaction in
            try transaction.append([append])
            try transaction.rows("select pg_terminate_backend(pg_backend_pid())", [])
          }
        }
        let history = try await store.commit { try $0.history(of: append.stream) }
        #expect(history == [])
      }
    }
  }

  @Test func `a connection that ends during commit leaves the outcome open and says so`()
    async throws
  {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        // A deferred trigger runs inside the commit.
        try await store.commit { transaction in
          try transaction.rows("create table thing (a integer)", [])
          try transaction.rows(
            """
            create function end_myself() returns trigger language plpgsql as $$
            begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$
            """, [])
          try transaction.rows(
            """
            create constraint trigger at_commit after insert on thing
            deferrable initially deferred for each row execute function end_myself()
            """, [])
        }
        await #expect {
          try await store.commit { try $0.rows("insert into thing values (1)", []) }
        } throws: { error in
          guard case .unavailable(let reason)? = error as? StoreError else { return false }
          return reason.contains("unknown")
        }
      }
    }
  }

  /// Uses every connection of the pool at the same time.
  private func fill(_ store: PostgresStore) async throws {
    let inside = Counter()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          try await store.commit { transaction in
            try transaction.ping()
            inside.increase()
            while inside.value < 3 { try transaction.ping() }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func expectUnavailable(_ body: () async throws -> Void) async {
    do {
      try await body()
      Issue.record("it was available")
    } catch {
      guard case .unavailable? = error as? StoreError else {
        Issue.record("\(error)")
        return
      }
    }
  }
}
