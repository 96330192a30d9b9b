import EventStream
import ReviewEvents
import Testing
import Threads

@testable import PostgresStore

@Suite(.timeLimit(.minutes(2))) struct `A lock that one process holds` {
  @Test func `has one holder, and is free again when released`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { first in
        try await database.withStore { second in
          let held = try #require(try await first.tryLock(.relay))
          #expect(try await second.tryLock(.relay) == nil)
          #expect(try await second.tryLock(.relay) == nil)
          #expect(try await second.tryLock(StoreLock("other")) != nil)
          try await held.commit { try $0.setPublishedCluster("a") }
          await held.release()
          try await waitUntil { try await second.tryLock(.relay) != nil }
          await #expect(throws: StoreError.self) { try await held.commit { try $0.ping() } }
        }
      }
    }
  }

  @Test func `commits on the thread of its holder, if the holder names one`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let thread = ThreadExecutor(name: "holder")
        let held = try #require(try await store.tryLock(.relay, on: thread))
        #expect(try await held.commit { _ in thread.isIsolatingCurrentContext() } == true)
        #expect(try await store.tryLock(.relay) == nil)
        await held.release()
        let own = try #require(try await store.tryLock(StoreLock("another")))
        #expect(try await own.commit { _ in thread.isIsolatingCurrentContext() } == false)
      }
    }
  }

  @Test func `passes to another process when its connection is terminated`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { first in
        try await database.withStore { second in
          let held = try #require(try await first.tryLock(.relay))
          let process = try await held.commit { transaction in
            try transaction.rows("select pg_backend_pid()", [])[0].integer(0)
          }
          _ = try await second.commit { transaction in
            try transaction.rows("select pg_terminate_backend($1::integer)", [.integer(process)])
          }
          try await waitUntil { try await second.tryLock(.relay) != nil }
          await #expect {
            try await held.commit { try $0.setPublishedCluster("stale") }
          } throws: { error in
            guard case .unavailable? = error as? StoreError else { return false }
            return true
          }
          #expect(try await second.commit { try $0.publishedCluster() } == nil)
        }
      }
    }
  }

  @Test func `a transaction under way fails when the lock is lost`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let held = try #require(try await store.tryLock(.relay))
        await #expect {
          try await held.commit { transaction in
            try transaction.setPublishedCluster("stale")
            try transaction.rows("select pg_terminate_backend(pg_backend_pid())", [])
          }
        } throws: { error in
          guard case .unavailable? = error as? StoreError else { return false }
          return true
        }
        #expect(try await store.commit { try $0.publishedCluster() } == nil)
      }
    }
  }

  @Test func `a forgotten lock is not held for ever`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        var held = try await store.tryLock(.relay)
        #expect(held != nil)
        held = nil
        try await waitUntil { try await store.tryLock(.relay) != nil }
      }
    }
  }
}
