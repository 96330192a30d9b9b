import EventStream
import ReviewEvents
import TestSupport
import Testing

/// What every store promises, whatever it is made of.
@Suite(.timeLimit(.minutes(2))) struct `A store` {
  private let consumer: ConsumerName = "intake.case"
  private let other: ConsumerName = "intake.rating"
  private let a = Samples.stream("report/a")
  private let b = Samples.stream("report/b")
  private let partition = TopicPartition(topic: ServiceArea.case.topic, partition: 3)

  private struct Refused: Error {}

  private func facts(_ stream: StreamID, _ expected: Int64, _ count: Int) -> StreamAppend {
    StreamAppend(
      stream: stream, expected: expected,
      events: (0..<count).map { number in
        ReportDrafted(
          reportID: Samples.id(stream.id), contentHash: "Đảng bộ \"\(number)\"/\\\u{1F4D5}")
      },
      origin: EventOrigin(
        time: Instant(milliseconds: 1_639_069_199_999),
        actor: ActorContext(
          actor: .person(Samples.id("P1")), onBehalfOf: .unit(Samples.id("U1"))),
        trace: TraceContext(
          correlationID: "c", causationID: "d",
          traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")))
  }

  private func event(_ stream: StreamID, _ sequence: Int64) -> EventEnvelope {
    Samples.envelope(
      CaseApproved(caseID: Samples.id(stream.id)), in: stream, at: sequence, area: .case)
  }

  // MARK: The log and the outbox

  @Test(arguments: StoreKind.allCases)
  func `keeps facts exactly as they were appended`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let append = facts(a, 0, 3)
      try await store.commit { try $0.append([append]) }
      let expected = append.envelopes(area: .intake)
      try await store.commit { transaction throws in
        #expect(try transaction.history(of: a) == expected)
        #expect(try transaction.history(of: [a, b]) == [a: expected])
        #expect(try transaction.lastSequences(of: [a, b]) == [a: 3])
        #expect(try transaction.outbox(limit: 10).map(\.event) == expected)
        #expect(try transaction.log(after: 0, limit: 10).map(\.event) == expected)
        #expect(
          try transaction.log(of: a, from: 2, limit: 1) == [expected[1]])
        #expect(try transaction.log(of: b, from: 1, limit: 1).isEmpty)
        for (rowsMax, rows, isAtLeast) in [
          (10, 3, false), (4, 3, false), (3, 3, true), (2, 2, true),
        ] {
          let backlog = try transaction.outboxBacklog(countingUpTo: rowsMax)
          #expect(backlog.rows == rows && backlog.isAtLeast == isAtLeast)
        }
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `refuses an append that knows an old end, or one that never was`(
    _ kind: StoreKind
  ) async throws {
    try await kind.with { store in
      let (one, early, late) = (facts(a, 0, 2), facts(a, 1, 1), facts(b, 5, 1))
      try await store.commit { try $0.append([one]) }
      for (append, stream) in [(one, a), (early, a), (late, b)] {
        await #expect(throws: StoreError.staleStream(stream)) {
          try await store.commit { try $0.append([append]) }
        }
      }
      #expect(try await store.commit { try $0.lastSequences(of: [a, b]) } == [a: 2])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `keeps nothing of a transaction whose body throws`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let (append, stale) = (facts(a, 0, 1), facts(b, 7, 1))
      let parked = ParkedEvent(
        event: event(a, 1), partition: partition, offset: 1, cause: .behind, attempts: 0)
      await #expect(throws: Refused.self) {
        try await store.commit { transaction throws in
          try transaction.append([append])
          try transaction.setFences(consumer, to: [a: 1])
          try transaction.park(consumer, [parked])
          throw Refused()
        }
      }
      await #expect(throws: StoreError.staleStream(b)) {
        try await store.commit { transaction throws in
          try transaction.setFences(consumer, to: [a: 1])
          try transaction.append([append, stale])
        }
      }
      try await store.commit { transaction throws in
        #expect(try transaction.history(of: a).isEmpty)
        #expect(try transaction.outbox(limit: 1).isEmpty)
        #expect(try transaction.fences(consumer, of: [a]).isEmpty)
        #expect(try transaction.parkedTotals() == ParkedTotals(streams: 0, events: 0))
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `appends to several streams at once and one after the other`(
    _ kind: StoreKind
  ) async throws {
    try await kind.with { store in
      let appends = [facts(b, 0, 2), facts(a, 0, 1), facts(b, 2, 1)]
      try await store.commit { transaction throws in
        try transaction.append([appends[0], appends[1]])
        try transaction.append([appends[2]])
      }
      try await store.commit { transaction throws in
        #expect(try transaction.history(of: b).map(\.sequence) == [1, 2, 3])
        let positions = try transaction.log(after: 0, limit: 10).map(\.position)
        #expect(positions == positions.sorted() && Set(positions).count == 4)
        #expect(
          try transaction.log(after: positions[1], limit: 1).map(\.position) == [positions[2]])
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `deletes exactly the rows named`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let append = facts(a, 0, 4)
      try await store.commit { try $0.append([append]) }
      try await store.commit { transaction throws in
        let ids = try transaction.outbox(limit: 10).map(\.id)
        try transaction.deleteOutbox([ids[0], ids[2], 999_999])
        try transaction.deleteOutbox([])
      }
      let left = try await store.commit { try $0.outbox(limit: 10).map(\.event.sequence) }
      #expect(left == [2, 4])
      #expect(try await store.commit { try $0.history(of: a).count } == 4)
    }
  }

  // MARK: Sending again

  @Test(arguments: StoreKind.allCases)
  func `queues republications in order, an equal one once`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      try await store.commit { transaction throws in
        #expect(try transaction.publishedCluster() == nil)
        try transaction.setPublishedCluster("one")
        try transaction.setPublishedCluster("two")
        try transaction.requestRepublication([
          RepublicationRequest(stream: a, from: 4), RepublicationRequest(stream: nil, from: 0),
          RepublicationRequest(stream: a, from: 4),
        ])
        try transaction.requestRepublication([RepublicationRequest(stream: nil, from: 0)])
      }
      try await store.commit { transaction throws in
        #expect(try transaction.publishedCluster() == "two")
        let first = try #require(try transaction.nextRepublication())
        #expect(first.stream == a && first.from == 4)
        try transaction.advanceRepublication(first.id, to: .reached(9))
        #expect(try transaction.nextRepublication()?.from == 9)
        try transaction.advanceRepublication(first.id, to: .finished)
        let second = try #require(try transaction.nextRepublication())
        #expect(second.stream == nil && second.from == 0)
        try transaction.advanceRepublication(second.id, to: .finished)
        #expect(try transaction.nextRepublication() == nil)
      }
    }
  }

  // MARK: Reading

  @Test(arguments: StoreKind.allCases)
  func `keeps positions by consumer and partition`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let position = ReadPosition(nextOffset: 8, clusterID: "one", lastEventID: "")
      try await store.commit { transaction throws in
        #expect(try transaction.lockPosition(consumer, partition) == nil)
        try transaction.setPosition(
          consumer, partition,
          to: ReadPosition(nextOffset: 1, clusterID: "x", lastEventID: "y"))
        try transaction.setPosition(consumer, partition, to: position)
      }
      try await store.commit { transaction throws in
        #expect(try transaction.lockPosition(consumer, partition) == position)
        #expect(try transaction.positions(of: consumer) == [partition: position])
        #expect(try transaction.positions(of: other).isEmpty)
        try transaction.forgetPosition(consumer, partition)
        try transaction.forgetPosition(consumer, partition)
        #expect(try transaction.positions(of: consumer).isEmpty)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `locks and keeps positions of many partitions at once`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let places = (0..<40).map { number in
        TopicPartition(topic: ServiceArea.allCases[number % 4].topic, partition: Int32(number / 4))
      }
      let positions = Dictionary(
        uniqueKeysWithValues: places.enumerated().map { index, place in
          (
            place,
            ReadPosition(nextOffset: Int64(index), clusterID: "one", lastEventID: "e\(index)")
          )
        })
      try await store.commit { transaction throws in
        #expect(try transaction.lockPositions(consumer, places).isEmpty)
        try transaction.setPositions(consumer, to: positions)
        try transaction.setPositions(consumer, to: [:])
      }
      try await store.commit { transaction throws in
        #expect(try transaction.lockPositions(consumer, places.reversed() + places) == positions)
        let unread = TopicPartition(topic: ServiceArea.case.topic, partition: 10)
        #expect(
          try transaction.lockPositions(consumer, [places[3], unread]) == [
            places[3]: positions[places[3]]
          ])
        #expect(try transaction.lockPositions(consumer, []).isEmpty)
        #expect(try transaction.lockPositions(other, places).isEmpty)
        let moved = ReadPosition(nextOffset: 99, clusterID: "two", lastEventID: "")
        try transaction.setPositions(consumer, to: [places[3]: moved])
        #expect(
          try transaction.positions(of: consumer) == positions.merging([places[3]: moved]) { $1 })
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `keeps fences by consumer and stream`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      try await store.commit { transaction throws in
        try transaction.setFences(consumer, to: [a: 1, b: 2])
        try transaction.setFences(consumer, to: [a: 5])
        try transaction.setFences(consumer, to: [:])
        #expect(try transaction.fences(consumer, of: [a, b]) == [a: 5, b: 2])
        #expect(try transaction.fences(consumer, of: []).isEmpty)
        #expect(try transaction.fences(other, of: [a, b]).isEmpty)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `tells a batch at once what three questions tell`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let places = [TopicPartition(topic: ServiceArea.intake.topic, partition: 3)]
      let parked = ParkedEvent(
        event: Samples.envelope(
          ReportDrafted(reportID: Samples.id("b"), contentHash: "h"), in: b, at: 3),
        partition: places[0], offset: 4, cause: .behind, attempts: 0)
      try await store.commit { transaction throws in
        #expect(
          try transaction.beginReading(consumer, at: places, of: [])
            == ReadingState(positions: [:], fences: [:], parkedStreams: []))
        try transaction.setPosition(
          consumer, places[0], to: ReadPosition(nextOffset: 7, clusterID: "one", lastEventID: "e"))
        try transaction.setFences(consumer, to: [a: 5, b: 2])
        try transaction.park(consumer, [parked])
      }
      try await store.commitBatch { transaction throws in
        let state = try transaction.beginReading(consumer, at: places, of: [a, b])
        #expect(state.positions == (try transaction.lockPositions(consumer, places)))
        #expect(state.fences == [a: 5, b: 2])
        #expect(state.parkedStreams == [b])
        #expect(try transaction.beginReading(other, at: places, of: [a, b]).fences.isEmpty)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `parks events in order, drops repeats and gives them back`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let causes: [ParkedEvent.Cause] = [
        .undecodable(.newerVersion), .behind, .failed("HandlerFailed"),
      ]
      let events = [(b, 1), (b, 2), (a, 7)].enumerated().map { index, place in
        ParkedEvent(
          event: event(place.0, Int64(place.1)), partition: partition, offset: Int64(index),
          cause: causes[index], attempts: index)
      }
      try await store.commit { transaction throws in
        try transaction.park(consumer, events)
        try transaction.park(consumer, events.reversed())
      }
      try await store.commit { transaction throws in
        #expect(
          try transaction.parked(consumer, limit: 10) == [events[2], events[0], events[1]])
        #expect(try transaction.parked(consumer, limit: 1) == [events[2]])
        #expect(try transaction.parked(other, limit: 1).isEmpty)
        #expect(try transaction.parked(consumer, of: b, limit: 10) == [events[0], events[1]])
        #expect(try transaction.parked(consumer, of: b, limit: 1) == [events[0]])
        #expect(try transaction.parked(other, of: b, limit: 1).isEmpty)
        #expect(
          try transaction.parkedStreams(consumer, among: [b, Samples.stream("report/c")]) == [b])
        #expect(try transaction.parkedTotals() == ParkedTotals(streams: 2, events: 3))
        var amended = events[1]
        (amended.cause, amended.attempts) = (.failed("HandlerFailed"), 3)
        try transaction.amendParked(consumer, amended)
        try transaction.amendParked(other, amended)
        #expect(try transaction.parked(consumer, of: b, limit: 10) == [events[0], amended])
        try transaction.unpark(consumer, b, through: 1)
        #expect(try transaction.parked(consumer, limit: 10).map(\.event.sequence) == [7, 2])
        try transaction.unpark(consumer, b, through: 2)
        #expect(try transaction.parkedStreams(consumer, among: [a, b]) == [a])
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `remembers gaps until everything missing is there`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      func note(_ missing: Int64, patience: Duration = .seconds(60)) async throws -> Bool {
        try await store.commit {
          try $0.noteGap(consumer, a, missing: missing, patience: patience)
        }
      }
      #expect(try await note(5))
      #expect(try await note(9) == false)
      #expect(try await note(7) == false)
      try await Task.sleep(for: .milliseconds(20))
      #expect(try await note(7, patience: .milliseconds(5)))
      try await store.commit { transaction throws in
        try transaction.closeGaps(consumer, upTo: [a: 8, b: 100])
        #expect(try transaction.openGaps() == 1)
        try transaction.closeGaps(other, upTo: [a: 9])
        #expect(try transaction.openGaps() == 1)
        try transaction.closeGaps(consumer, upTo: [a: 9])
        #expect(try transaction.openGaps() == 0)
      }
      #expect(try await note(5))
    }
  }

  // MARK: Commands

  @Test(arguments: StoreKind.allCases)
  func `answers a repeated request with the stored answer`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let key = IdempotencyKey(actor: "person/P1", route: "POST /reports", key: "k")
      let answer = StoredAnswer(
        requestHash: "h", status: 201, headers: ["ETag": "1", "Location": "/reports/1"],
        body: [0, 255, 10])
      await #expect(throws: Refused.self) {
        try await store.commit { transaction throws in
          #expect(try transaction.claim(key, requestHash: "h") == nil)
          try transaction.store(answer, for: key)
          throw Refused()
        }
      }
      try await store.commit { transaction throws in
        #expect(try transaction.claim(key, requestHash: "h") == nil)
        try transaction.store(answer, for: key)
      }
      try await store.commit { transaction throws in
        #expect(try transaction.claim(key, requestHash: "other") == answer)
        var elsewhere = key
        elsewhere.route = "POST /cases"
        #expect(try transaction.claim(elsewhere, requestHash: "h") == nil)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `keeps nothing of a command that was answered before`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let key = IdempotencyKey(actor: "person/P1", route: "POST /reports", key: "k")
      let answer = StoredAnswer(requestHash: "h", status: 201, headers: ["ETag": "1"], body: [7])
      let (first, second) = (facts(a, 0, 1), facts(b, 0, 1))
      try await store.commitCommand { transaction throws in
        try transaction.claimAhead(key, requestHash: "h")
        try transaction.append([first])
        try transaction.store(answer, for: key)
      }
      await #expect {
        try await store.commitCommand { transaction throws in
          try transaction.claimAhead(key, requestHash: "h")
          try transaction.append([second])
          _ = try transaction.history(of: b)
        }
      } throws: { ($0 as? AnsweredBefore)?.answer == answer }
      #expect(try await store.commit { try $0.lastSequences(of: [a, b]) } == [a: 1])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `lets a command see what it wrote, and refuses it when it knew an old end`(
    _ kind: StoreKind
  ) async throws {
    try await kind.with { store in
      let (one, two, late) = (facts(a, 0, 2), facts(a, 2, 1), facts(b, 5, 1))
      try await store.commitCommand { transaction throws in
        try transaction.append([one])
        #expect(try transaction.history(of: a).map(\.sequence) == [1, 2])
        try transaction.append([two])
      }
      for (append, stream) in [(one, a), (two, a), (late, b)] {
        await #expect(throws: StoreError.staleStream(stream)) {
          try await store.commitCommand { transaction throws in
            try transaction.append([append])
            try transaction.setFences(consumer, to: [a: 1])
          }
        }
        await #expect(throws: StoreError.staleStream(stream)) {
          try await store.commitCommand { try $0.append([append]) }
        }
      }
      try await store.commit { transaction throws in
        #expect(try transaction.lastSequences(of: [a, b]) == [a: 3])
        #expect(try transaction.outbox(limit: 9).map(\.event.sequence) == [1, 2, 3])
        #expect(try transaction.fences(consumer, of: [a]).isEmpty)
      }
    }
  }

  // MARK: Locks and many callers

  @Test(arguments: StoreKind.allCases)
  func `has one holder of a lock, whose transactions end with it`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let held = try #require(try await store.tryLock(.relay))
      #expect(try await store.tryLock(.relay) == nil)
      let another = try #require(try await store.tryLock(StoreLock("another")))
      try await held.commit { try $0.setFences(consumer, to: [a: 1]) }
      await held.release()
      await another.release()
      await #expect(throws: (any Error).self) {
        try await held.commit { try $0.setFences(consumer, to: [a: 2]) }
      }
      let next = try #require(try await store.tryLock(.relay))
      #expect(try await next.commit { try $0.fences(consumer, of: [a]) } == [a: 1])
      await next.release()
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `removes exactly these rows of the outbox and reads the oldest of the others`(
    _ kind: StoreKind
  ) async throws {
    try await kind.with { store in
      try await store.commit { try $0.append([facts(a, 0, 3), facts(b, 0, 2)]) }
      let held = try #require(try await store.tryLock(.relay))
      let first = try await held.relayWork(afterRemoving: [], limit: 3).rows
      #expect(first.map(\.event.id) == ["report/a@1", "report/a@2", "report/a@3"])
      let rest = try await held.relayWork(afterRemoving: [first[0].id, first[2].id], limit: 2).rows
      #expect(rest.map(\.event.id) == ["report/a@2", "report/b@1"])
      let all = try await held.relayWork(afterRemoving: [], limit: 10).rows
      #expect(all.map(\.event.id) == ["report/a@2", "report/b@1", "report/b@2"])
      let nothing = RelayWork(rows: [], isRepublicationWaiting: false)
      #expect(try await held.relayWork(afterRemoving: all.map(\.id), limit: 10) == nothing)
      try await store.commit {
        try $0.requestRepublication([RepublicationRequest(stream: a, from: 1)])
      }
      #expect(try await held.relayWork(afterRemoving: [], limit: 1).isRepublicationWaiting)
      await held.release()
      await #expect(throws: (any Error).self) {
        try await held.relayWork(afterRemoving: [], limit: 1)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `keeps all steps that were known beforehand, or none`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      let held = try #require(try await store.tryLock(.relay))
      let (one, two, other) = (facts(a, 0, 2), facts(a, 2, 1), facts(b, 0, 1))
      #expect(try await held.commit([.append(one), .append(two)]) == [[], []])
      for (stale, stream) in [(facts(a, 1, 1), a), (facts(a, 7, 1), a), (facts(b, 5, 1), b)] {
        for steps in [[stale], [facts(Samples.stream("report/c"), 0, 1), stale]] {
          await #expect(throws: StoreError.staleStream(stream)) {
            try await held.commit(steps.map { .append($0) })
          }
        }
      }
      _ = try await held.commit([.append(other)])
      let expected = [one, two, other].flatMap { $0.envelopes(area: .intake) }
      try await store.commit { transaction throws in
        #expect(try transaction.log(after: 0, limit: 10).map(\.event) == expected)
        #expect(try transaction.outbox(limit: 10).map(\.event) == expected)
        #expect(try transaction.lastSequences(of: [a, b]) == [a: 3, b: 1])
      }
      // The heads stand where an append in the usual way expects them.
      try await store.commit { try $0.append([facts(a, 3, 1), facts(b, 1, 1)]) }
      await held.release()
      await #expect(throws: (any Error).self) {
        try await held.commit([.append(facts(a, 4, 1))])
      }
      #expect(try await store.commit { try $0.lastSequences(of: [a, b]) } == [a: 4, b: 2])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `loses no append of many callers who try again`(_ kind: StoreKind) async throws {
    try await kind.with { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask { try await appendPatiently(store) }
        }
        try await group.waitForAll()
      }
      let history = try await store.commit { try $0.history(of: a) }
      #expect(history.map(\.sequence) == Array(1...8))
    }
  }

  private func appendPatiently(_ store: any Store) async throws {
    while true {
      do {
        return try await store.commit { transaction throws in
          let last = try transaction.lastSequences(of: [a])[a] ?? 0
          try transaction.append([facts(a, last, 1)])
        }
      } catch StoreError.staleStream {}
    }
  }
}
