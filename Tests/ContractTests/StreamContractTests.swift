import EventStream
import ReviewEvents
import Synchronization
import TestSupport
import Testing

/// What every broker's adapters promise, whatever they are made of.
@Suite(.timeLimit(.minutes(2)), .serialized) struct `A stream of records` {
  private let topic = ServiceArea.intake.topic

  private func event(_ name: String, _ sequence: Int64) -> EventEnvelope {
    var event = Samples.envelope(
      ReportDrafted(reportID: Samples.id(name), contentHash: "Đảng bộ \(sequence)"),
      in: Samples.stream("report/\(name)"), at: sequence)
    event.trace.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    event.actor = ActorContext(
      actor: .person(Samples.id("P1")), onBehalfOf: .unit(Samples.id("U1")))
    return event
  }

  private func publish(_ events: [EventEnvelope], to broker: Broker) async throws {
    let outcome = await broker.sink.publish(
      events.map { OutgoingRecord(event: $0, isRepublished: false) })
    try #require(outcome.acknowledged == events.map { _ in true })
    #expect(outcome.refusal == nil)
  }

  /// Asks until `isEnough`, at most forty seconds.
  private func poll(
    _ source: any RecordSource, until isEnough: (Polled) async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(40)
    while ContinuousClock.now < deadline {
      let polled = try await source.poll(upTo: 100, within: .milliseconds(100))
      if try await isEnough(polled) { return }
    }
    Issue.record("nothing of what was waited for came within forty seconds")
  }

  /// Waits for an assignment and answers it.
  private func assigned(
    _ source: any RecordSource, at start: StartOffset = .oldest
  ) async throws -> [TopicPartition] {
    var assigned: [TopicPartition] = []
    try await poll(source) { polled in
      guard case .assigned(let partitions) = polled else { return false }
      assigned = partitions
      try await source.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, start) }))
      return true
    }
    return assigned
  }

  /// Answers an assignment with other places than the oldest.
  private func start(
    _ source: any RecordSource, _ starts: [TopicPartition: StartOffset]
  ) async throws {
    try await poll(source) { polled in
      guard case .assigned = polled else { return false }
      try await source.start(starts)
      return true
    }
  }

  private func read(_ source: any RecordSource, _ count: Int) async throws -> [ConsumedRecord] {
    var found: [ConsumedRecord] = []
    try await poll(source) { polled in
      if case .records(let records, _) = polled { found += records }
      return found.count >= count
    }
    return found
  }

  @Test(arguments: BrokerKind.allCases)
  func `gives every event back as it was, in the order of its stream`(
    _ kind: BrokerKind
  ) async throws {
    try await kind.with { broker in
      let names = (1...10).map { "s\($0)" }
      let events = (1...5).flatMap { sequence in names.map { event($0, Int64(sequence)) } }
      try await publish(events, to: broker)
      let source = try await broker.join("case.intake", [topic])
      #expect(try await assigned(source).count == 4)
      let records = try await read(source, events.count)
      #expect(records.count == events.count)
      let received = try records.map { try $0.content.get() }
      #expect(Set(received) == Set(events))
      for name in names {
        let places = records.filter { $0.eventStream == "report/\(name)" }
        #expect(Set(places.map(\.partition)).count == 1)
        #expect(
          try places.map { try $0.content.get().sequence } == [1, 2, 3, 4, 5])
      }
      for (_, records) in Dictionary(grouping: records, by: \.partition) {
        #expect(records.map(\.offset) == Array(0..<Int64(records.count)))
      }
      await source.close()
    }
  }

  @Test(arguments: BrokerKind.allCases)
  func `hands out what it read ahead, once and in order`(_ kind: BrokerKind) async throws {
    try await kind.with { broker in
      try await publish((1...9).map { event("a", $0) }, to: broker)
      let source = try await broker.join("case.intake", [topic])
      // Before there is anything to read it does nothing.
      await source.readAhead(upTo: 2) { _ in }
      _ = try await assigned(source)
      await source.readAhead(upTo: 2) { _ in }
      var found: [Int64] = []
      let deadline = ContinuousClock.now + .seconds(40)
      let prepared = Mutex<Set<Int64>>([])
      while found.count < 9, ContinuousClock.now < deadline {
        if case .records(let records, let clusterID) = try await source.poll(
          upTo: 2, within: .milliseconds(100))
        {
          #expect(records.count <= 2)
          #expect(clusterID?.isEmpty == false)
          found += try records.map { try $0.content.get().sequence }
        }
        for _ in 0..<2 {
          await source.readAhead(upTo: 2) { record in
            // What is prepared is what is handed out next, each record once.
            let isNew = prepared.withLock { $0.insert(record.offset).inserted }
            #expect(isNew)
          }
        }
      }
      #expect(found == Array(1...9))
      #expect(prepared.withLock { $0 }.isSubset(of: Set(0..<9)))
      #expect(prepared.withLock { !$0.isEmpty })
      await source.close()
      await source.readAhead(upTo: 2) { _ in }
    }
  }

  @Test(arguments: BrokerKind.allCases)
  func `starts where it is told to, says what is lost and how much is left`(
    _ kind: BrokerKind
  ) async throws {
    try await kind.with { broker in
      try await publish((1...6).map { event("a", $0) }, to: broker)
      let source = try await broker.join("case.intake", [topic])
      _ = try await assigned(source)
      let partition = try #require(try await read(source, 6).first).partition
      await source.close()
      let middle = try await broker.join("case.middle", [topic])
      try await start(middle, [partition: .at(4)])
      #expect(try await read(middle, 2).map(\.offset) == [4, 5])
      await middle.reportProgress([partition: 6])
      let lag = await middle.lag(behind: [partition: 4])
      #expect(lag[partition] == 2)
      await middle.close()
      let beyond = try await broker.join("case.beyond", [topic])
      try await start(beyond, [partition: .at(50)])
      try await poll(beyond) { polled in
        if case .lost(partition) = polled { true } else { false }
      }
      await beyond.close()
    }
  }

  @Test(arguments: BrokerKind.allCases)
  func `names one cluster to reader and publisher`(_ kind: BrokerKind) async throws {
    try await kind.with { broker in
      try await publish([event("a", 1)], to: broker)
      let published = await broker.sink.clusterID(within: .seconds(10))
      let source = try await broker.join("case.intake", [topic])
      _ = try await assigned(source)
      var read: String?
      try await poll(source) { polled in
        guard case .records(_, let clusterID) = polled else { return false }
        read = clusterID
        return true
      }
      #expect(published?.isEmpty == false)
      #expect(read == published)
      await source.close()
    }
  }

  @Test(arguments: BrokerKind.allCases)
  func `takes partitions away before it gives them to another member`(
    _ kind: BrokerKind
  ) async throws {
    try await kind.with { broker in
      let first = try await broker.join("case.intake", [topic])
      #expect(try await assigned(first).count == 4)
      _ = try await first.poll(upTo: 1, within: .milliseconds(10))
      let second = try await broker.join("case.intake", [topic])
      // The last word to each member counts: a slow machine sees more than one rebalance.
      let given = Mutex<[String: Set<TopicPartition>]>([:])
      var wasRevoked = false
      try await poll(first) { polled in
        if case .revoked = polled {
          wasRevoked = true
          given.withLock { $0["first"] = [] }
        }
        if case .assigned(let partitions) = polled {
          try await first.start([:])
          given.withLock { $0["first"] = Set(partitions) }
        }
        switch try await second.poll(upTo: 1, within: .milliseconds(10)) {
        case .revoked: given.withLock { $0["second"] = [] }
        case .assigned(let partitions):
          try await second.start([:])
          given.withLock { $0["second"] = Set(partitions) }
        default: break
        }
        return given.withLock { $0["first"]?.count == 2 && $0["second"]?.count == 2 }
      }
      #expect(wasRevoked)
      #expect(given.withLock { $0.values.reduce(Set()) { $0.union($1) } }.count == 4)
      await second.close()
      await first.close()
    }
  }
}

extension ConsumedRecord {
  fileprivate var eventStream: String? {
    if case .success(let event) = content { event.stream.description } else { nil }
  }
}
