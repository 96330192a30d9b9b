import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

private let consumer: ConsumerName = "rating.intake"
private let partition = TopicPartition(topic: Topic(area: .intake), partition: 3)

@Suite(.timeLimit(.minutes(2))) struct `What a consumer knows` {
  @Test func `two members cannot both start a partition that nobody has read`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let start = ReadPosition(nextOffset: 5, clusterID: "c", lastEventID: "e")
        let (locked, goOn) = (Gate(), Gate())
        async let first: Void = store.commit { transaction in
          #expect(try transaction.lockPosition(consumer, partition) == nil)
          locked.open()
          #expect(goOn.pass())
          try transaction.setPosition(consumer, partition, to: start)
        }
        try await waitUntil { locked.isOpen }
        async let second = store.commit { transaction in
          try transaction.lockPosition(consumer, partition)
        }
        try await database.eventually(
          "select exists (select from pg_locks where locktype = 'advisory' and not granted)")
        goOn.open()
        try await first
        #expect(try await second == start)
      }
    }
  }

  @Test func `a position is kept, listed and forgotten`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let position = ReadPosition(nextOffset: 9, clusterID: "c", lastEventID: "report/R1@1")
        try await store.commit { transaction in
          try transaction.setPosition(consumer, partition, to: position)
          try transaction.setPosition(consumer, partition, to: position)
          #expect(try transaction.positions(of: consumer) == [partition: position])
          #expect(try transaction.positions(of: "other") == [:])
          try transaction.forgetPosition(consumer, partition)
          #expect(try transaction.lockPosition(consumer, partition) == nil)
        }
      }
    }
  }

  @Test func `parked events come back as they were, even when they are no text`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let append = try StreamAppend.sample(.sample("R1"), after: 0, count: 3)
        var envelopes = append.envelopes(area: .case)
        envelopes[0].payload = [0xFF, 0x00, 0x7B]
        let causes: [ParkedEvent.Cause] = [
          .undecodable(.newerVersion), .failed("không được"), .behind,
        ]
        let parked = zip(envelopes, causes).map { envelope, cause in
          ParkedEvent(event: envelope, partition: partition, offset: 7, cause: cause, attempts: 2)
        }
        try await store.commit { transaction in
          try transaction.park(consumer, parked.reversed())
          try transaction.park(consumer, parked)
          #expect(try transaction.parked(consumer, limit: 10) == parked)
          #expect(try transaction.parkedTotals() == ParkedTotals(streams: 1, events: 3))
          try transaction.unpark(consumer, append.stream, through: 2)
          #expect(try transaction.parked(consumer, limit: 10) == [parked[2]])
          let other = try StreamID.sample("R2")
          #expect(
            try transaction.parkedStreams(consumer, among: [append.stream, other])
              == [append.stream])
        }
      }
    }
  }

  @Test func `a gap asks once, again after a while, and closes with its fence`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let stream = try StreamID.sample("R1")
        func note(_ missing: Int64, _ patience: Duration) async throws -> Bool {
          try await store.commit { transaction in
            try transaction.noteGap(consumer, stream, missing: missing, patience: patience)
          }
        }
        #expect(try await note(3, .seconds(60)))
        #expect(try await !note(4, .seconds(60)))
        #expect(try await note(4, .zero))
        try await store.commit { transaction in
          try transaction.closeGaps(consumer, upTo: [stream: 3])
          #expect(try transaction.openGaps() == 1)
          try transaction.closeGaps(consumer, upTo: [stream: 4])
          #expect(try transaction.openGaps() == 0)
        }
      }
    }
  }

  @Test func `fences are set together and read together`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let streams = try (1...300).map { try StreamID.sample("R\($0)") }
        try await store.commit { transaction in
          let fences = Dictionary(uniqueKeysWithValues: streams.map { ($0, Int64(1)) })
          try transaction.setFences(consumer, to: fences)
          try transaction.setFences(consumer, to: [streams[0]: 2])
          let read = try transaction.fences(consumer, of: streams + [.sample("unknown")])
          #expect(read == fences.merging([streams[0]: 2]) { $1 })
        }
      }
    }
  }

  @Test func `republications wait in order and a repeated wish waits once`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let stream = try StreamID.sample("R1")
        try await store.commit { transaction in
          let wish = RepublicationRequest(stream: stream, from: 2)
          try transaction.requestRepublication([wish, wish, .init(stream: nil, from: 0)])
          try transaction.requestRepublication([wish])
          let first = try #require(try transaction.nextRepublication())
          #expect(first.stream == stream && first.from == 2)
          try transaction.advanceRepublication(first.id, to: .finished)
          let whole = try #require(try transaction.nextRepublication())
          #expect(whole.stream == nil && whole.from == 0)
          try transaction.advanceRepublication(whole.id, to: .reached(500))
          #expect(try transaction.nextRepublication()?.from == 500)
          try transaction.advanceRepublication(whole.id, to: .finished)
          #expect(try transaction.nextRepublication() == nil)
        }
      }
    }
  }

  @Test func `the cluster that was published to is remembered`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        try await store.commit { transaction in
          #expect(try transaction.publishedCluster() == nil)
          try transaction.setPublishedCluster("a")
          try transaction.setPublishedCluster("b")
          #expect(try transaction.publishedCluster() == "b")
        }
      }
    }
  }

  @Test func `the backlog counts rows and grows old`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let empty = try await store.commit { try $0.outboxBacklog(countingUpTo: 10) }
        #expect(empty == Backlog(rows: 0, oldestAge: .zero))
        let append = try StreamAppend.sample(.sample("R1"), after: 0, count: 2)
        try await store.commit { try $0.append([append]) }
        try await waitUntil {
          let backlog = try await store.commit { try $0.outboxBacklog(countingUpTo: 10) }
          return backlog.rows == 2 && backlog.oldestAge > .zero
        }
      }
    }
  }

  @Test func `the calendar only moves to a higher version`() async throws {
    try await TestDatabase.with { database in
      try await database.withStore { store in
        let unset = try await store.calendar()
        #expect(unset == nil)
        let second = CalendarSetting(version: 2, offsetMilliseconds: -5)
        let first = CalendarSetting(version: 1, offsetMilliseconds: 9)
        let answers = [
          try await store.setCalendar(second), try await store.setCalendar(first),
          try await store.calendar(),
        ]
        #expect(answers == [second, second, second])
      }
    }
  }
}
