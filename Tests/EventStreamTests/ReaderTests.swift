import EventStream
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import EventStream

@Suite struct `Reading a topic` {
  @Test func `events are applied once and in order, and progress is reported`() async throws {
    let world = World()
    let source = world.source()
    var reader = world.reader(source)
    world.publish(Fixture.drafted("a", 1), Fixture.closed("a", 2), Fixture.drafted("a", 3))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1", "report/a@3"])
    #expect(try world.fence("a") == 3)
    #expect(source.reported == [Fixture.partition: 3])
    #expect(
      world.observer.events.contains(.firstStart(Fixture.consumer, Fixture.partition)))
  }

  @Test func `a new member goes on behind the last record, which it looks at first`() async throws {
    let world = World()
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2))
    let source = world.source()
    var first = world.reader(source)
    try await first.settle()
    await source.close()
    world.publish(Fixture.drafted("a", 3))
    var second = world.reader()
    try await second.settle()
    #expect(try world.handled("a") == ["report/a@1", "report/a@2", "report/a@3"])
    #expect(world.observer.batches.map(\.handled) == [2, 1])
    #expect(world.observer.batches.map(\.repeated) == [0, 0])
  }

  @Test func `a member that still holds records of a lost partition applies nothing twice`()
    async throws
  {
    let world = World()
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.drafted("a", 3))
    let applier = Fixture.applier(Fixture.subscription(world.journal))
    let store = world.store
    let start = ReadPosition(nextOffset: 1, clusterID: "one", lastEventID: "report/a@1")
    func apply(_ batch: Batch) async throws -> BatchOutcome {
      try await store.commit { try applier.apply(batch, treatment: .handle, in: $0) }
    }
    _ = try await apply(Fixture.batch([Fixture.drafted("a", 1)]))
    _ = try await apply(
      Fixture.batch([Fixture.drafted("a", 2)], from: 1, known: start))
    // The slower member holds both records and knows only the first position.
    let late = try await apply(
      Fixture.batch([Fixture.drafted("a", 2), Fixture.drafted("a", 3)], from: 1, known: start))
    guard case .applied(let report, let positions, _) = late else {
      Issue.record("expected the rest to be applied")
      return
    }
    #expect(report.handled == 1)
    #expect(report.repeated == 0)
    #expect(positions[Fixture.partition]?.nextOffset == 3)
    #expect(try world.handled("a") == ["report/a@1", "report/a@2", "report/a@3"])
  }

  @Test func `a batch is abandoned when its partition was begun anew meanwhile`() async throws {
    let world = World()
    let applier = Fixture.applier(Fixture.subscription(world.journal))
    let known = ReadPosition(nextOffset: 5, clusterID: "one", lastEventID: "report/a@5")
    for stored in [nil, ReadPosition(nextOffset: 2, clusterID: "one", lastEventID: "report/a@2")] {
      let outcome = try await world.store.commit { transaction in
        if let stored {
          try transaction.setPosition(Fixture.consumer, Fixture.partition, to: stored)
        }
        return try applier.apply(
          Fixture.batch([Fixture.drafted("a", 6)], from: 5, known: known), treatment: .handle,
          in: transaction)
      }
      guard case .abandoned(Fixture.partition) = outcome else {
        Issue.record("expected \(outcome) to be abandoned")
        continue
      }
    }
    #expect(world.journal.calls.isEmpty)
  }

  @Test func `a malformed record is counted and passed over`() async throws {
    let world = World()
    let problem = MalformedRecord(problem: "ce_id")
    world.broker.append(.malformed(problem), to: Fixture.partition)
    world.publish(Fixture.drafted("a", 1))
    world.broker.append(.malformed(problem), to: Fixture.partition)
    let source = world.source()
    var reader = world.reader(source)
    try await reader.settle()
    await source.close()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(world.observer.batches.map(\.malformed) == [2])
    // The position behind a malformed record can be verified too.
    world.publish(Fixture.drafted("a", 2))
    var next = world.reader()
    try await next.settle()
    #expect(try world.handled("a") == ["report/a@1", "report/a@2"])
  }

  @Test func `an event of another area than the topic's is malformed`() async throws {
    let world = World()
    var event = Fixture.drafted("a", 1)
    event.area = .rating
    world.broker.append(.event(event, isRepublished: false), to: Fixture.partition)
    var reader = world.reader()
    try await reader.settle()
    #expect(world.observer.batches.map(\.malformed) == [1])
    #expect(try world.fence("a") == nil)
  }

  @Test func `a failing handler parks its event only, everything else proceeds`() async throws {
    let world = World()
    var reader = world.reader { event in if event.id == "report/a@2" { throw HandlerFailed() } }
    world.publish(
      Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.drafted("b", 1),
      Fixture.drafted("a", 3), Fixture.drafted("b", 2))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(try world.handled("b") == ["report/b@1", "report/b@2"])
    let parked = try world.store.look { try $0.parked(Fixture.consumer, limit: 10) }
    #expect(parked.map(\.event.id) == ["report/a@2", "report/a@3"])
    #expect(parked.map(\.attempts) == [world.limits.handlerAttemptsMax, 0])
    guard case .failed(let reason) = parked[0].cause else {
      Issue.record("expected a failure, not \(parked[0].cause)")
      return
    }
    #expect(reason.hasSuffix("HandlerFailed"))
  }

  @Test func `a handler that recovers is not parked`() async throws {
    let world = World()
    let left = Mutex(3)
    var reader = world.reader { _ in
      if left.withLock({
        $0 -= 1
        return $0 >= 0
      }) {
        throw HandlerFailed()
      }
    }
    world.publish(Fixture.drafted("a", 1))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(try world.store.look { try $0.parkedTotals() } == ParkedTotals(streams: 0, events: 0))
    // One try in the batch and two alone.
    #expect(world.pace.elapsed == .milliseconds(150))
  }

  @Test func `an absent store is waited for and never parks an event`() async throws {
    let left = Mutex(50)
    let world = World(fault: {
      left.withLock {
        $0 -= 1
        return $0 >= 0 ? .before : nil
      }
    })
    var reader = world.reader()
    world.publish(Fixture.drafted("a", 1))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(world.pace.elapsed > .seconds(60))
    let waits = world.observer.all { if case .storeAway(_, _, let wait) = $0 { wait } else { nil } }
    #expect(waits.count == 50)
    #expect(waits.max() == world.limits.outagePauseMax)
  }

  @Test func `a row that somebody else holds for long is waited for and parks nothing`()
    async throws
  {
    let left = Mutex(20)
    let world = World()
    var reader = world.reader { _ in
      if left.withLock({
        $0 -= 1
        return $0 >= 0
      }) {
        throw StoreError.refused(sqlState: "55P03", message: "canceling statement")
      }
    }
    world.publish(Fixture.drafted("a", 1))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
    let waits = world.observer.all { if case .storeAway(_, let why, _) = $0 { why } else { nil } }
    #expect(waits == Array(repeating: "StoreError.refused(55P03)", count: 20))
  }

  @Test func `a statement refused names the state and not the row`() async throws {
    let world = World()
    var reader = world.reader { _ in
      throw StoreError.refused(sqlState: "23505", message: "Key (name)=(Nguyễn) exists")
    }
    world.publish(Fixture.drafted("a", 1))
    try await reader.settle()
    let parked = try world.store.look { try $0.parked(Fixture.consumer, limit: 10) }
    #expect(parked.map(\.cause) == [.failed("StoreError.refused(23505)")])
  }

  @Test func `a commit of which nobody knows is not applied twice`() async throws {
    let count = Mutex(0)
    let world = World(fault: {
      count.withLock {
        $0 += 1
        return $0 == 2 ? .after : nil
      }
    })
    var reader = world.reader()
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1", "report/a@2"])
  }

  @Test func `an interrupted batch is neither applied nor parked`() async throws {
    let world = World()
    world.publish(Fixture.drafted("a", 1))
    let entered = CoalescingSignal()
    let reading = Task {
      var reader = world.reader { _ in
        entered.signal()
        throw HandlerFailed()
      }
      try await reader.settle()
    }
    try await entered.wait(upTo: .seconds(10), pace: RealPace())
    reading.cancel()
    let outcome = await reading.result
    let parked = try world.store.look { try $0.parkedTotals().events }
    let position = try world.store.look { try $0.positions(of: Fixture.consumer) }
    if case .failure(let error) = outcome {
      #expect(error is CancellationError)
      #expect(parked == 0)
      #expect(position.isEmpty)
    } else {
      // All tries were over before the cancelling arrived.
      #expect(parked == 1)
    }
  }

  @Test func `an unreachable broker is told and asked again`() async throws {
    let world = World()
    var reader = world.reader()
    world.broker.setReachable(false)
    #expect(try await reader.step() == .unreachable)
    world.broker.setReachable(true)
    world.publish(Fixture.drafted("a", 1))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
  }

  @Test func `lag counts records and the time since there was none`() async throws {
    var world = World()
    world.limits.batchRecordsMax = 1
    var reader = world.reader()
    try await reader.settle()
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.drafted("a", 3))
    world.pace.advance(by: .seconds(5))
    _ = try await reader.step()
    let lags = world.observer.all { if case .lag(_, let lag) = $0 { lag } else { nil } }
    #expect(lags.last == Lag(recordsBehind: 2, sinceCaughtUp: .seconds(5)))
    world.pace.advance(by: .seconds(5))
    try await reader.settle()
    world.pace.advance(by: .seconds(5))
    try await reader.settle()
    let later = world.observer.all { if case .lag(_, let lag) = $0 { lag } else { nil } }
    #expect(later.last == Lag(recordsBehind: 0, sinceCaughtUp: .zero))
  }
}
