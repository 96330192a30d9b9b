import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

private let key = IdempotencyKey(actor: "person/P1", route: "POST /reports", key: "k'1\"")
private let answer = StoredAnswer(
  requestHash: "hash", status: 201, headers: ["Location": "/báo-cáo/1", "ETag": "\"1\""],
  body: [0, 1, 0x5C, 0x27, 0xFF])

@Suite(.timeLimit(.minutes(2))) struct `A repeated request` {
  @Test func `gets the stored answer, byte for byte`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        try await store.commit { transaction in
          #expect(try transaction.claim(key, requestHash: "hash") == nil)
          try transaction.store(answer, for: key)
        }
        let again = try await store.commit { try $0.claim(key, requestHash: "other") }
        #expect(again == answer)
      }
    }
  }

  @Test func `waits for its twin and gets the twin's answer`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let (claimed, goOn) = (Gate(), Gate())
        async let twin: Void = store.commit { transaction in
          #expect(try transaction.claim(key, requestHash: "hash") == nil)
          claimed.open()
          #expect(goOn.pass())
          try transaction.store(answer, for: key)
        }
        try await waitUntil { claimed.isOpen }
        async let second = store.commit { try $0.claim(key, requestHash: "hash") }
        try await database.eventually(
          "select exists (select from pg_stat_activity where wait_event = 'transactionid')")
        goOn.open()
        try await twin
        #expect(try await second == answer)
      }
    }
  }

  @Test func `takes over when its twin fails`() async throws {
    struct Mistake: Error {}
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let (claimed, goOn) = (Gate(), Gate())
        let twin = Task {
          try await store.commit { transaction in
            _ = try transaction.claim(key, requestHash: "hash")
            claimed.open()
            #expect(goOn.pass())
            throw Mistake()
          }
        }
        try await waitUntil { claimed.isOpen }
        async let second = store.commit { try $0.claim(key, requestHash: "hash") }
        try await database.eventually(
          "select exists (select from pg_stat_activity where wait_event = 'transactionid')")
        goOn.open()
        await #expect(throws: Mistake.self) { try await twin.value }
        #expect(try await second == nil)
      }
    }
  }

  @Test func `is told that the key is in use when its twin takes too long`() async throws {
    try await TestDatabase.with({ $0.twinPatience = .milliseconds(50) }) { database in
      try await database.withStore { store in
        let (claimed, goOn) = (Gate(), Gate())
        async let twin: Void = store.commit { transaction in
          _ = try transaction.claim(key, requestHash: "hash")
          claimed.open()
          #expect(goOn.pass())
        }
        try await waitUntil { claimed.isOpen }
        await #expect(throws: StoreError.keyInUse) {
          try await store.commit { try $0.claim(key, requestHash: "hash") }
        }
        goOn.open()
        try await twin
      }
    }
  }

  @Test func `other locks wait as long as ever after a claim`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let timeout = try await store.commit { transaction in
          _ = try transaction.claim(key, requestHash: "hash")
          return try transaction.rows("show lock_timeout", [])[0].text(0)
        }
        #expect(timeout == "10s")
      }
    }
  }

  @Test func `may try again after a claim that got no answer`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        for _ in 0..<2 {
          let stored = try await store.commit { try $0.claim(key, requestHash: "hash") }
          #expect(stored == nil)
        }
      }
    }
  }

  @Test func `is new again when its answer has expired`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        try await store.commit { transaction in
          _ = try transaction.claim(key, requestHash: "hash")
          try transaction.store(answer, for: key)
        }
        let ages: [Duration] = [.seconds(30 * 86_400), .zero]
        var expired: [Int] = []
        for age in ages { expired.append(try await store.expireIdempotencyKeys(olderThan: age)) }
        #expect(expired == [0, 1])
        let stored = try await store.commit { try $0.claim(key, requestHash: "hash") }
        #expect(stored == nil)
      }
    }
  }
}
