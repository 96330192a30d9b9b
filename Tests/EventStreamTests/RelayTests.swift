import EventStream
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import EventRelay
@testable import EventStream

@Suite struct `Publishing the outbox` {
  private let pace = VirtualPace()
  private let broker = MemoryBroker(partitions: 1)
  private let observer = RecordingObserver()
  private let store: MemoryStore

  init() { store = MemoryStore(area: .intake, pace: pace) }

  private func environment(
    brokerForgets: Bool = false, limits: EngineLimits = EngineLimits()
  ) -> EngineEnvironment {
    EngineEnvironment(
      area: .intake, store: store, observer: observer, calendar: ManualCalendar(),
      brokerForgets: brokerForgets, pace: pace, limits: limits)
  }

  private func publisher(
    _ sink: MemorySink? = nil, brokerForgets: Bool = false, limits: EngineLimits = EngineLimits()
  ) async throws -> Publisher {
    let lock = try #require(try await store.tryLock(.relay))
    return Publisher(
      sink ?? MemorySink(broker), holding: lock,
      in: environment(brokerForgets: brokerForgets, limits: limits))
  }

  private func append(_ name: String, _ count: Int) async throws {
    let stream = Fixture.report(name)
    try await store.commit { transaction in
      try transaction.append([
        StreamAppend(
          stream: stream, expected: try transaction.lastSequences(of: [stream])[stream] ?? 0,
          events: (0..<count).map { _ in
            ReportDrafted(reportID: Samples.id(name), contentHash: "x")
          }, origin: Samples.origin)
      ])
    }
  }

  private func waiting() throws -> [String] {
    try store.look { try $0.outbox(limit: 1_000).map(\.event.id) }
  }

  @Test func `facts are published in order and leave the outbox`() async throws {
    try await append("a", 3)
    var publisher = try await publisher()
    #expect(try await publisher.step() == .busy)
    #expect(try await publisher.step() == .idle)
    #expect(broker.published.map(\.id) == ["report/a@1", "report/a@2", "report/a@3"])
    #expect(try waiting().isEmpty)
  }

  @Test func `a refused fact stays, and those of its stream behind it`() async throws {
    try await append("a", 3)
    try await append("b", 1)
    let refuses = Mutex(true)
    let sink = MemorySink(broker) { record in
      record.event.id == "report/a@2" && refuses.withLock { $0 } ? .refused : nil
    }
    var publisher = try await publisher(sink)
    #expect(try await publisher.step() == .idle)
    #expect(try waiting() == ["report/a@2", "report/a@3"])
    refuses.withLock { $0 = false }
    while try await publisher.step() == .busy {}
    #expect(
      broker.published.map(\.id) == [
        "report/a@1", "report/a@3", "report/b@1", "report/a@2", "report/a@3",
      ])
    #expect(try waiting().isEmpty)
  }

  @Test func `exactly the acknowledged rows without a failed forerunner may go`() {
    let rows = [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("c", 1)].enumerated().map {
      OutboxRow(id: Int64($0), event: Fixture.drafted($1.0, Int64($1.1)))
    }
    #expect(
      AcknowledgedRows.deletable(rows, [false, true, true, true, true]) == [1, 3, 4])
    #expect(AcknowledgedRows.prefix([true, true, false, true]) == 2)
    #expect(AcknowledgedRows.prefix([]) == 0)
  }

  @Test func `a relay that lost its lock deletes nothing`() async throws {
    try await append("a", 1)
    var publisher = try await publisher()
    store.breakLock(.relay)
    await #expect(throws: StoreError.unavailable("the lock was lost")) {
      _ = try await publisher.step()
    }
    #expect(try waiting() == ["report/a@1"])
  }

  @Test func `another cluster stops publishing and loses nothing`() async throws {
    try await append("a", 1)
    var publisher = try await publisher()
    while try await publisher.step() == .busy {}
    broker.restartForgetting()
    try await append("a", 1)
    #expect(try await publisher.step() == .idle)
    #expect(try await publisher.step() == .idle)
    #expect(try waiting() == ["report/a@2"])
    let tripped = observer.all {
      if case .publicationGuardTripped(let tripped) = $0 { tripped } else { nil }
    }
    // Said once, not five times a second.
    #expect(
      tripped == [PublicationGuard(area: .intake, expected: "memory-0", found: "memory-1")])
    #expect(tripped[0].description.contains("`republish --accept-cluster memory-1 --operator NAME"))
  }

  @Test func `an accepted cluster is said to be right, also while no fact waits`() async throws {
    try await append("a", 1)
    var publisher = try await publisher()
    while try await publisher.step() == .busy {}
    broker.restartForgetting()
    #expect(try await publisher.step() == .idle)
    #expect(!observer.events.contains(.publishedClusterChanged))
    try await store.commit { transaction in
      try transaction.setPublishedCluster("memory-1")
      try transaction.requestRepublication([RepublicationRequest(stream: nil, from: 0)])
    }
    while try await publisher.step() == .busy {}
    #expect(observer.events.count { $0 == .publishedClusterChanged } == 1)
    #expect(broker.published.map(\.id) == ["report/a@1", "report/a@1"])
  }

  @Test func `a forgetful broker gets the whole log again, in chunks, marked`() async throws {
    var limits = EngineLimits()
    limits.republishRecordsMax = 2
    try await append("a", 3)
    try await append("b", 2)
    var publisher = try await publisher(brokerForgets: true, limits: limits)
    while try await publisher.step() == .busy {}
    broker.restartForgetting()
    for _ in 0..<10 {
      _ = try await publisher.step()
      pace.advance(by: .seconds(1))
    }
    let records = broker.records(in: Fixture.partition)
    let marks = records.map { if case .event(_, let again) = $0 { again } else { false } }
    #expect(records.count == 5)
    #expect(marks.allSatisfy { $0 })
    let chunks = observer.all { if case .resent(let count) = $0 { count } else { nil } }
    #expect(chunks == [2, 2, 1])
    #expect(observer.events.contains(.republished(stream: nil)))
  }

  @Test func `a republication goes on where another process stopped`() async throws {
    var limits = EngineLimits()
    limits.republishRecordsMax = 2
    try await append("a", 5)
    var first = try await publisher(limits: limits)
    while try await first.step() == .busy {}
    try await store.commit { transaction in
      try transaction.requestRepublication([
        RepublicationRequest(stream: nil, from: 0),
        RepublicationRequest(stream: Fixture.report("a"), from: 4),
      ])
    }
    _ = try await first.step()
    store.breakLock(.relay)
    var second = try await publisher(limits: limits)
    for _ in 0..<10 {
      _ = try await second.step()
      pace.advance(by: .seconds(1))
    }
    let again = broker.published.dropFirst(5).map(\.sequence)
    #expect(again == [1, 2, 3, 4, 5, 4, 5])
  }

  @Test func `sending again takes a bounded share of a second`() async throws {
    var limits = EngineLimits()
    limits.republishRecordsMax = 100
    limits.republishRecordsPerSecondMax = 1_000
    try await append("a", 1_000)
    var publisher = try await publisher(limits: limits)
    while try await publisher.step() == .busy {}
    try await store.commit {
      try $0.requestRepublication([RepublicationRequest(stream: nil, from: 0)])
    }
    for _ in 0..<50 {
      _ = try await publisher.step()
      pace.advance(by: .milliseconds(10))
    }
    // Half a second has passed.
    #expect(broker.published.count - 1_000 == 500)
  }

  @Test func `two relays: one publishes, the other stands by and takes over`() async throws {
    let wakeUp = CoalescingSignal()
    let first = Relay(MemorySink(broker), wakeUp: wakeUp, in: environment())
    let second = Relay(MemorySink(broker), wakeUp: wakeUp, in: environment())
    try await append("a", 1)
    let one = Task { try await first.run() }
    while try !waiting().isEmpty { await Task.yield() }
    let two = Task { try await second.run() }
    while !observer.events.contains(.relayStandsBy) { await Task.yield() }
    one.cancel()
    try await one.value
    try await append("a", 1)
    wakeUp.signal()
    while try !waiting().isEmpty { await Task.yield() }
    two.cancel()
    try await two.value
    #expect(broker.published.map(\.id) == ["report/a@1", "report/a@2"])
  }

  @Test func `the backlog is told about once a second`() async throws {
    try await append("a", 2)
    broker.setReachable(false)
    var publisher = try await publisher()
    for _ in 0..<30 {
      _ = try await publisher.step()
      pace.advance(by: .milliseconds(100))
    }
    let backlogs = observer.all { if case .backlog(let backlog) = $0 { backlog } else { nil } }
    #expect(backlogs.map(\.rows) == [2, 2, 2])
    #expect(backlogs.last?.oldestAge == .seconds(2))
  }
}
