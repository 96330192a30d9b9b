import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

@Suite(.timeLimit(.minutes(2))) struct `The event log in PostgreSQL` {
  @Test func `facts come back exactly as they were appended`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let append = try StreamAppend.sample(.sample("R1"), after: 0, count: 3)
        try await store.commit { try $0.append([append]) }
        let history = try await store.commit { try $0.history(of: append.stream) }
        #expect(history == append.envelopes(area: .intake))
      }
    }
  }

  @Test func `log and outbox hold the same facts in the same order`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let appends = try ["B", "A"].map { name in
          try StreamAppend.sample(.sample(name), after: 0, count: 2)
        }
        try await store.commit { try $0.append(appends) }
        let (log, outbox) = try await store.commit { transaction in
          (try transaction.log(after: 0, limit: 10), try transaction.outbox(limit: 10))
        }
        #expect(log.map(\.event) == outbox.map(\.event))
        #expect(Set(log.map(\.event)) == Set(appends.flatMap { $0.envelopes(area: .intake) }))
        try await store.commit { try $0.deleteOutbox([outbox[1].id, outbox[2].id]) }
        let left = try await store.commit { try $0.outbox(limit: 10) }
        #expect(left == [outbox[0], outbox[3]])
      }
    }
  }

  @Test func `a fact takes nothing from its neighbour that is not its own as well`() async throws {
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    let base = try EventOrigin.sample()
    func other(_ change: (inout EventOrigin) throws -> Void) rethrows -> EventOrigin {
      var origin = base
      try change(&origin)
      return origin
    }
    let origins = try [
      base, base, other { $0.time = try Instant("2021-12-09T17:00:00.124Z") }, base,
      other { $0.actor = try ActorContext("person/P1;on-behalf-of=unit/U11") }, base,
      other { $0.trace.correlationID = "request-11" }, base,
      other { $0.trace.causationID = "request-10" }, base,
      other { $0.trace.traceparent = nil }, other { $0.trace.traceparent = nil }, base,
      other { $0.trace.traceparent = trace.replacing("b7", with: "b8") },
      other { $0.trace.traceparent = nil }, base,
    ]
    var appends = try origins.enumerated().map { place, origin in
      let stream = try StreamID.sample("R\(place)")
      let event = ReportReturned(
        reportID: try ReportID(stream.id), cycleID: try CycleID("2021"),
        subjectID: try SubjectID("person/P1"), version: 1, reasons: [])
      return StreamAppend(stream: stream, expected: 0, events: [event], origin: origin)
    }
    let person = try PersonID("P1")
    let registration = PersonRegistered(
      personID: person, fullName: "Nguyễn Văn Mẫu", memberOfID: try UnitID("G1"),
      managingUnitID: try UnitID("D1"), managingLevel: try LevelCode("DISTRICT"), role: .head,
      peerGroup: try PeerGroupCode("MEMBERS"), channel: .paper)
    appends.insert(
      StreamAppend(stream: .person(person), expected: 0, events: [registration], origin: base),
      at: 1)
    try await TestDatabase.with { database in
      try await database.withStore { store in
        for append in appends { try await store.commit { try $0.append([append]) } }
        // The events stand in rows below each other, in the order in which they were appended.
        let expected = appends.flatMap { $0.envelopes(area: .intake) }
        let (log, outbox) = try await store.commit { transaction in
          (try transaction.log(after: 0, limit: 99), try transaction.outbox(limit: 99))
        }
        #expect(log.map(\.event) == expected)
        #expect(outbox.map(\.event) == expected)
      }
    }
  }

  @Test func `a large append crosses several statements and keeps its order`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let append = try StreamAppend.sample(.sample("R1"), after: 0, count: 2_500)
        try await store.commit { try $0.append([append]) }
        let outbox = try await store.commit { try $0.outbox(limit: 3_000) }
        #expect(outbox.map(\.event.sequence) == Array(1...2_500))
      }
    }
  }

  @Test(arguments: [(stored: 2, expected: 1), (2, 3), (0, 1), (2, 0)])
  func `an append that expects another sequence is stale`(stored: Int, expected: Int64)
    async throws
  {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let stream = try StreamID.sample("R1")
        let first = try StreamAppend.sample(stream, after: 0, count: stored)
        if stored > 0 { try await store.commit { try $0.append([first]) } }
        let stale = try StreamAppend.sample(stream, after: expected)
        await #expect(throws: StoreError.staleStream(stream)) {
          try await store.commit { try $0.append([stale]) }
        }
        let last = try await store.commit { try $0.lastSequences(of: [stream]) }
        #expect(last == (stored == 0 ? [:] : [stream: Int64(stored)]))
      }
    }
  }

  @Test func `a stale append fails the transaction even if the body goes on`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let stale = try StreamAppend.sample(.sample("R1"), after: 7)
        let good = try StreamAppend.sample(.sample("R2"), after: 0)
        await #expect(throws: StoreError.staleStream(stale.stream)) {
          try await store.commit { transaction in
            try transaction.append([good])
            do { try transaction.append([stale]) } catch {}
          }
        }
        let history = try await store.commit { try $0.history(of: good.stream) }
        #expect(history == [])
      }
    }
  }

  @Test func `of many appends that expect the same sequence exactly one wins`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let append = try StreamAppend.sample(.sample("R1"), after: 0)
        let winners = Counter()
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<20 {
            group.addTask {
              do {
                try await store.commit { try $0.append([append]) }
                winners.increase()
              } catch { #expect(error as? StoreError == .staleStream(append.stream)) }
            }
          }
        }
        #expect(winners.value == 1)
        #expect(try await store.commit { try $0.outboxBacklog(countingUpTo: 10).rows } == 1)
      }
    }
  }

  @Test func `streams are locked in one order, so opposite appends do not deadlock`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let names = (0..<20).map { "R\($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for task in 0..<4 {
            group.addTask {
              for round in 0..<10 {
                let order = task.isMultiple(of: 2) ? names : names.reversed()
                try await appendToAll(order, in: store, round: round)
              }
            }
          }
          try await group.waitForAll()
        }
        let last = try await store.commit { transaction in
          try transaction.lastSequences(of: names.map { try .sample($0) })
        }
        #expect(Set(last.values) == [40])
      }
    }
  }

  @Test func `what a body did is gone when it throws`() async throws {
    struct Mistake: Error {}
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let append = try StreamAppend.sample(.sample("R1"), after: 0)
        await #expect(throws: Mistake.self) {
          try await store.commit { transaction in
            try transaction.append([append])
            throw Mistake()
          }
        }
        #expect(try await store.commit { try $0.log(after: 0, limit: 1) } == [])
        #expect(try await store.commit { try $0.outbox(limit: 1) } == [])
        let last = try await store.commit { try $0.lastSequences(of: [append.stream]) }
        #expect(last == [:])
      }
    }
  }

  @Test func `a reader of the log waits for appends that have a lower position`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let slow = try StreamAppend.sample(.sample("slow"), after: 0)
        let fast = try StreamAppend.sample(.sample("fast"), after: 0)
        let (appended, goOn) = (Gate(), Gate())
        async let slowEnd: Void = store.commit { transaction in
          try transaction.append([slow])
          appended.open()
          #expect(goOn.pass())
        }
        try await waitUntil { appended.isOpen }
        try await store.commit { try $0.append([fast]) }
        async let log = store.commit { try $0.log(after: 0, limit: 10) }
        try await database.eventually(
          "select exists (select from pg_locks where locktype = 'advisory' and not granted)")
        goOn.open()
        try await slowEnd
        #expect(try await log.map(\.event.stream) == [slow.stream, fast.stream])
      }
    }
  }

  @Test func `years without a partition of their own are kept too`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        var append = try StreamAppend.sample(.sample("R1"), after: 0)
        append.origin.time = try Instant("2099-12-31T23:59:59.999Z")
        let late = append
        try await store.commit { try $0.append([late]) }
        let history = try await store.commit { try $0.history(of: late.stream) }
        #expect(history == late.envelopes(area: .intake))
      }
    }
  }
}

/// Appends one fact to each stream, again and again until nobody came in between.
private func appendToAll(_ names: [String], in store: PostgresStore, round: Int) async throws {
  let streams = try names.map { try StreamID.sample($0) }
  while true {
    do {
      try await store.commit { transaction in
        let last = try transaction.lastSequences(of: streams)
        try transaction.append(
          streams.map { try StreamAppend.sample($0, after: last[$0] ?? 0) })
      }
      return
    } catch StoreError.staleStream {}
  }
}
