import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

@Suite(.timeLimit(.minutes(2))) struct `The pool of connections` {
  @Test func `a caller without a connection waits a bounded time and is told it is busy`()
    async throws
  {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore({
        $0.poolSize = 1
        $0.turnPatience = .milliseconds(30)
      }) { store in
        try await holdingAConnection(of: store) {
          await #expect(throws: StoreError.busy) { try await store.commit { try $0.ping() } }
        }
        try await store.commit { try $0.ping() }
      }
    }
  }

  @Test func `one caller too many is turned away at once`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore({
        $0.poolSize = 1
        $0.waitersMax = 1
        $0.turnPatience = .seconds(9)
      }) { store in
        try await holdingAConnection(of: store) {
          let waiting = Task { try await store.commit { try $0.ping() } }
          try await waitUntil { store.use.waiting == 1 }
          await #expect(throws: StoreError.busy) { try await store.commit { try $0.ping() } }
          waiting.cancel()
        }
      }
    }
  }

  @Test func `callers get their turn in the order in which they came`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore({ $0.poolSize = 1 }) { store in
        let turns = Counter()
        try await withThrowingTaskGroup(of: (place: Int, turn: Int).self) { group in
          try await holdingAConnection(of: store) {
            for place in 1...5 {
              group.addTask { (place, try await store.commit { _ in turns.increase() }) }
              try await waitUntil { store.use.waiting == place }
            }
          }
          for try await (place, turn) in group { #expect(place == turn) }
        }
      }
    }
  }

  @Test func `a cancelled caller leaves the queue`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore({ $0.poolSize = 1 }) { store in
        try await holdingAConnection(of: store) {
          let waiting = Task { try await store.commit { try $0.ping() } }
          try await waitUntil { store.use.waiting == 1 }
          waiting.cancel()
          await #expect(throws: CancellationError.self) { try await waiting.value }
          #expect(store.use.waiting == 0)
        }
      }
    }
  }

  @Test func `closing turns waiting callers away and lets running ones finish`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      let store = PostgresStore(database.settings, area: .intake, logger: .silent)
      let (begun, goOn) = (Gate(), Gate())
      async let running: Void = store.commit { transaction in
        try transaction.ping()
        begun.open()
        #expect(goOn.pass())
        try transaction.ping()
      }
      try await waitUntil { begun.isOpen }
      async let closing: Void = store.close()
      await #expect {
        while true { try await store.commit { try $0.ping() } }
      } throws: { error in
        error as? StoreError == .unavailable("the store is closed")
      }
      goOn.open()
      try await running
      await closing
      #expect(store.use == PoolUse(open: 0, lent: 0, waiting: 0))
    }
  }

  @Test func `a serialization failure runs the body again, a bounded number of times`()
    async throws
  {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        let runs = Counter()
        try await store.commit { transaction in
          if runs.increase() < 3 { try transaction.failToSerialize() }
        }
        #expect(runs.value == 3)
        await #expect {
          try await store.commit { transaction in
            runs.increase()
            // Swallowing the error does not keep the transaction.
            do { try transaction.failToSerialize() } catch {}
          }
        } throws: { error in
          guard case .refused("40001", _)? = error as? StoreError else { return false }
          return true
        }
        #expect(runs.value == 3 + PostgresStore.runsMax)
      }
    }
  }

  @Test func `a real serialization conflict loses nothing`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        try await store.commit { transaction in
          try transaction.rows("create table tally (count bigint)", [])
          try transaction.rows("insert into tally values (0)", [])
        }
        let met = (Gate(), Gate())
        let runs = Counter()
        let count: @Sendable (borrowing AnyTransaction, Gate?, Gate?) throws -> Void = {
          transaction, mine, other in
          try transaction.rows("set transaction isolation level serializable", [])
          let seen = try transaction.rows("select count from tally", [])[0].integer(0)
          mine?.open()
          if let other { #expect(other.pass()) }
          try transaction.rows("update tally set count = $1", [.integer(seen + 1)])
        }
        async let first: Void = store.commit { transaction in
          let isFirst = runs.increase() <= 2
          try count(transaction, isFirst ? met.0 : nil, isFirst ? met.1 : nil)
        }
        try await store.commit { transaction in
          let isFirst = runs.increase() <= 2
          try count(transaction, isFirst ? met.1 : nil, isFirst ? met.0 : nil)
        }
        try await first
        let total = try await store.commit { transaction in
          try transaction.rows("select count from tally", [])[0].integer(0)
        }
        #expect(total == 2)
        #expect(runs.value > 2)
      }
    }
  }

  @Test func `a body that ends the transaction itself is refused`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        await #expect {
          try await store.commit { try $0.rows("commit", []) }
        } throws: { error in
          guard case .refused("2D000", _)? = error as? StoreError else { return false }
          return true
        }
        try await store.commit { try $0.ping() }
      }
    }
  }

  @Test func `pools larger than the server stop the start`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        try await store.checkCapacity(expectedTotal: 10)
        await #expect(throws: CapacityShortage.self) {
          try await store.checkCapacity(expectedTotal: 100_000)
        }
      }
    }
  }

  @Test func `every limit and form is set on the connection`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        let row = try await store.commit { transaction in
          try transaction.rows(
            """
            select current_setting('TimeZone'), current_setting('DateStyle'),
                   current_setting('client_encoding'), current_setting('statement_timeout'),
                   current_setting('idle_in_transaction_session_timeout'),
                   current_setting('lock_timeout'), current_setting('client_min_messages')
            """, [])[0]
        }
        #expect(row == SQLRow(["UTC", "ISO, MDY", "UTF8", "15s", "30s", "10s", "warning"]))
      }
    }
  }
}

/// Occupies one connection while `body` runs.
private func holdingAConnection(
  of store: PostgresStore, _ body: () async throws -> Void
) async throws {
  let (held, goOn) = (Gate(), Gate())
  async let holder: Void = store.commit { transaction in
    try transaction.ping()
    held.open()
    #expect(goOn.pass())
  }
  try await waitUntil { held.isOpen }
  do { try await body() } catch {
    goOn.open()
    throw error
  }
  goOn.open()
  try await holder
}

extension Transaction where Self: ~Copyable {
  /// One round trip.
  borrowing func ping() throws { try rows("select 1", []) }

  borrowing fileprivate func failToSerialize() throws {
    try rows("do $$ begin raise exception using errcode = '40001'; end $$", [])
  }
}
