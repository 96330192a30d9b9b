import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

private let key = IdempotencyKey(actor: "person/P1", route: "POST /reports", key: "k1")
private let answer = StoredAnswer(
  requestHash: "hash", status: 201, headers: ["ETag": "\"1\""], body: [1, 2, 3])

@Suite(.timeLimit(.minutes(3))) struct `What a command writes` {
  /// A table in which each name may stand once.
  private func withThings(_ body: (TestDatabase, PostgresStore) async throws -> Void) async throws {
    try await TestDatabase.with { database throws in
      try await database.inside("create table thing (name text primary key, size bigint)")
      try await database.withStore { store throws in try await body(database, store) }
    }
  }

  private func names(_ store: PostgresStore) async throws -> [String] {
    try await store.commit { transaction throws in
      try transaction.rows("select name from thing order by name", []).map { try $0.text(0) }
    }
  }

  // MARK: Order and failures

  @Test func `is there for its own questions, in its order`() async throws {
    try await withThings { _, store throws in
      let append = try StreamAppend.sample(.sample("R1"), after: 0)
      try await store.commitCommand { transaction throws in
        try transaction.add("a", 1)
        try transaction.run("update thing set size = size + 1", [])
        try transaction.append([append])
        let (sizes, heads) = try transaction.ask(
          Question("select size from thing", []) { try $0.map { try $0.integer(0) } },
          Question("select last_sequence from stream_head", []) { try $0[0].integer(0) })
        #expect(sizes == [2] && heads == 1)
        #expect(try transaction.history(of: append.stream).count == 1)
        try transaction.add("b", 3)
      }
      #expect(try await names(store) == ["a", "b"])
    }
  }

  @Test func `fails with the commit when it fails, and keeps nothing`() async throws {
    try await withThings { _, store throws in
      let append = try StreamAppend.sample(.sample("R1"), after: 0)
      let returned = Counter()
      await #expect {
        try await store.commitCommand { transaction throws in
          try transaction.append([append])
          try transaction.add("a", 1)
          try transaction.add("a", 2)
          returned.increase()
        }
      } throws: { ($0 as? StoreError)?.sqlState == "23505" }
      #expect(returned.value == 1)
      #expect(try await names(store).isEmpty)
      #expect(try await store.commit { try $0.history(of: append.stream) }.isEmpty)
    }
  }

  @Test func `fails with the next question, and a swallowed failure keeps nothing`() async throws {
    try await withThings { _, store throws in
      await #expect {
        try await store.commitCommand { transaction throws in
          try transaction.add("a", 1)
          try transaction.add("a", 2)
          #expect(transaction.pingFailure() is StoreError)
          #expect(transaction.addFailure("b") is StoreError)
        }
      } throws: { ($0 as? StoreError)?.sqlState == "23505" }
      #expect(try await names(store).isEmpty)
    }
  }

  @Test func `is not sent when the command refuses`() async throws {
    struct Refusal: Error {}
    try await withThings { _, store throws in
      await #expect(throws: Refusal.self) {
        try await store.commitCommand { transaction throws in
          try transaction.add("a", 1)
          throw Refusal()
        }
      }
      #expect(try await names(store).isEmpty)
    }
  }

  @Test func `fails at once outside commands`() async throws {
    try await withThings { _, store throws in
      await #expect(throws: StoreError.self) {
        try await store.commit { transaction throws in
          try transaction.add("a", 1)
          #expect(transaction.addFailure("a") is StoreError)
        }
      }
    }
  }

  @Test func `does not wait in any number, nor in any size`() async throws {
    try await withThings { _, store throws in
      let long = String(repeating: "đ", count: OpenTransaction.waitingBytesMax)
      await #expect(throws: StoreError.self) {
        try await store.commitCommand { transaction throws in
          for _ in 1..<OpenTransaction.waitingMax { try transaction.add("a", 1) }
          #expect(transaction.addFailure("b") is StoreError)
        }
      }
      await #expect(throws: StoreError.self) {
        try await store.commitCommand { transaction throws in
          try transaction.add("a", 1)
          try transaction.add("a", 1)
          #expect(transaction.addFailure(long) is StoreError)
        }
      }
      #expect(try await names(store).isEmpty)
    }
  }

  @Test func `runs again after a serialization failure that came with the commit`() async throws {
    try await withThings { _, store throws in
      let runs = Counter()
      try await store.commitCommand { transaction throws in
        try transaction.add("a", 1)
        if runs.increase() < 3 { try transaction.failLater("40001") }
      }
      #expect(runs.value == 3)
      #expect(try await names(store) == ["a"])
    }
  }

  // MARK: Outages

  @Test func `leaves the outcome open when the connection ends on the way to the commit`()
    async throws
  {
    try await withThings { _, store throws in
      await #expect {
        try await store.commitCommand { transaction throws in
          try transaction.add("a", 1)
          try transaction.run("select pg_terminate_backend(pg_backend_pid())", [])
        }
      } throws: { error in
        guard case .unavailable(let reason)? = error as? StoreError else { return false }
        return reason.contains("unknown")
      }
      #expect(try await names(store).isEmpty)
    }
  }

  @Test func `is known to be lost when the server had no room for it`() async throws {
    try await withThings { _, store throws in
      await #expect {
        try await store.commitCommand { transaction throws in
          try transaction.add("a", 1)
          try transaction.failLater("53100")
        }
      } throws: { error in
        guard case .unavailable(let reason)? = error as? StoreError else { return false }
        return !reason.contains("unknown")
      }
      #expect(try await names(store).isEmpty)
    }
  }

  // MARK: Streams

  @Test func `is refused when the stream is not where the command thought`() async throws {
    try await withThings { database, store throws in
      let stream = try StreamID.sample("R1")
      let never = try StreamAppend.sample(.sample("R2"), after: 5)
      let early = try StreamAppend.sample(stream, after: 0)
      let late = try StreamAppend.sample(stream, after: 2)
      let other = try StreamAppend.sample(.sample("R3"), after: 0)
      try await store.commitCommand { try $0.append([early]) }
      // A head that stands where it should while the log holds the fact already.
      let torn = try StreamAppend.sample(.sample("R4"), after: 0)
      try await store.commitCommand { try $0.append([torn]) }
      try await database.inside(
        "update stream_head set last_sequence = 0 where stream = 'report/R4'")
      for append in [never, early, late, torn] {
        await #expect(throws: StoreError.staleStream(append.stream)) {
          try await store.commitCommand { transaction throws in
            try transaction.append([other])
            try transaction.add("a", 1)
            try transaction.append([append])
          }
        }
      }
      #expect(try await names(store).isEmpty)
      let heads = try await store.commit {
        try $0.lastSequences(of: [never.stream, stream, other.stream])
      }
      #expect(heads == [stream: 1])
    }
  }

  @Test func `is refused although the older fact stands in another year`() async throws {
    try await withThings { _, store throws in
      let stream = try StreamID.sample("R1")
      let first = try StreamAppend.sample(stream, after: 0)
      var again = first
      again.origin = try .sample("2024-12-09T17:00:00.123Z")
      let second = again
      try await store.commitCommand { try $0.append([first]) }
      await #expect(throws: StoreError.staleStream(stream)) {
        try await store.commitCommand { try $0.append([second]) }
      }
      #expect(try await store.commit { try $0.history(of: stream) }.count == 1)
    }
  }

  @Test func `gets no number before the stream's head is its own`() async throws {
    try await TestDatabase.with { database throws in
      try await database.withStore { store throws in
        let stream = try StreamID.sample("R1")
        let first = try StreamAppend.sample(stream, after: 0)
        let second = try StreamAppend.sample(stream, after: 1)
        let (written, goOn) = (Gate(), Gate())
        async let earlier: Void = store.commitCommand { transaction throws in
          try transaction.append([first])
          try transaction.ping()
          written.open()
          #expect(goOn.pass())
        }
        try await waitUntil { written.isOpen }
        // It knows what comes after a fact that nobody can see yet.
        async let later: Void = store.commitCommand { try $0.append([second]) }
        try await database.eventually(
          "select exists (select from pg_stat_activity where wait_event = 'transactionid')")
        let given = try await store.commit { transaction throws in
          try transaction.rows(
            """
            select last_value from pg_sequences
             where sequencename in ('event_log_position_seq', 'outbox_id_seq')
            """, []
          ).map { try $0.integer(0) }
        }
        #expect(given == [1, 1])
        goOn.open()
        try await earlier
        try await later
        let published = try await store.commit { try $0.outbox(limit: 9).map(\.event.sequence) }
        #expect(published == [1, 2])
      }
    }
  }

  // MARK: Keys

  @Test func `is dropped when the request was answered before, even if nothing is asked`()
    async throws
  {
    try await withThings { _, store throws in
      try await store.commitCommand { transaction throws in
        try transaction.claimAhead(key, requestHash: "hash")
        try transaction.add("a", 1)
        try transaction.store(answer, for: key)
      }
      for asks in [false, true] {
        await #expect {
          try await store.commitCommand { transaction throws in
            try transaction.claimAhead(key, requestHash: "hash")
            if asks { #expect(transaction.pingFailure() is AnsweredBefore) }
            if !asks { try transaction.add("b", 1) }
          }
        } throws: { ($0 as? AnsweredBefore)?.answer == answer }
      }
      #expect(try await names(store) == ["a"])
    }
  }

  @Test func `waits for the twin of its request, for as long as it may`() async throws {
    try await TestDatabase.with({ $0.twinPatience = .milliseconds(300) }) { database throws in
      try await database.withStore { store throws in
        let (claimed, goOn) = (Gate(), Gate())
        async let twin: Void = store.commitCommand { transaction throws in
          try transaction.claimAhead(key, requestHash: "hash")
          try transaction.ping()
          claimed.open()
          #expect(goOn.pass())
          try transaction.store(answer, for: key)
        }
        try await waitUntil { claimed.isOpen }
        await #expect(throws: StoreError.keyInUse) {
          try await store.commitCommand { transaction throws in
            try transaction.claimAhead(key, requestHash: "hash")
            try transaction.ping()
          }
        }
        goOn.open()
        try await twin
        await #expect(throws: AnsweredBefore.self) {
          try await store.commitCommand { try $0.claimAhead(key, requestHash: "hash") }
        }
      }
    }
  }

  @Test func `leaves a key free that it claimed and did not answer`() async throws {
    try await withThings { _, store throws in
      for _ in 0..<2 {
        try await store.commitCommand { transaction throws in
          try transaction.claimAhead(key, requestHash: "hash")
          // Claimed twice by one and the same is no twin.
          try transaction.claimAhead(key, requestHash: "hash")
          #expect(try transaction.rows("show lock_timeout", [])[0].text(0) == "10s")
        }
      }
    }
  }
}

extension Transaction where Self: ~Copyable {
  borrowing fileprivate func add(_ name: String, _ size: Int64) throws {
    try run("insert into thing values ($1, $2)", [.text(name), .integer(size)])
  }

  /// Why a question is not answered.
  borrowing fileprivate func pingFailure() -> (any Error)? {
    do { try ping() } catch { return error }
    return nil
  }

  /// Why a thing cannot be added.
  borrowing fileprivate func addFailure(_ name: String) -> (any Error)? {
    do { try add(name, 2) } catch { return error }
    return nil
  }

  borrowing fileprivate func failLater(_ sqlState: String) throws {
    let statement: SQL =
      switch sqlState {
      case "40001": "do $$ begin raise exception using errcode = '40001'; end $$"
      default: "do $$ begin raise exception using errcode = '53100'; end $$"
      }
    try run(statement, [])
  }
}

extension StoreError {
  fileprivate var sqlState: String? {
    guard case .refused(let sqlState, _) = self else { return nil }
    return sqlState
  }
}
