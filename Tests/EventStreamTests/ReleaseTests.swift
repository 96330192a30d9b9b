import EventStream
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import EventStream

@Suite struct `Releasing parked streams` {
  /// A world in which an older build parked `a` behind an unknown type.
  private func parkedWorld(_ events: EventEnvelope...) async throws -> World {
    let world = World()
    for event in events { world.publish(event) }
    let source = world.source()
    var reader = Reader(
      Fixture.applier(Fixture.subscription(world.journal, without: [ReportAccepted.type])),
      source: source, in: world.environment)
    try await reader.settle()
    await source.close()
    world.observer.clear()
    return world
  }

  private func releaser(_ world: World, _ subscription: Subscription? = nil) -> Releaser {
    Releaser(
      applier: Fixture.applier(subscription ?? Fixture.subscription(world.journal)),
      environment: world.environment)
  }

  private func parked(_ world: World) throws -> [String] {
    try world.store.look { try $0.parked(Fixture.consumer, limit: 100).map(\.event.id) }
  }

  @Test func `an upgraded build applies them in order before it reads on`() async throws {
    let world = try await parkedWorld(
      Fixture.drafted("a", 1), Fixture.accepted("a", 2), Fixture.drafted("a", 3),
      Fixture.closed("a", 4), Fixture.drafted("b", 1))
    #expect(try parked(world) == ["report/a@2", "report/a@3", "report/a@4"])
    try await releaser(world).releaseReadable()
    #expect(try world.handled("a") == ["report/a@1", "report/a@2", "report/a@3"])
    #expect(try parked(world).isEmpty)
    #expect(try world.fence("a") == 4)
    #expect(
      world.observer.events.contains(
        .released(Fixture.consumer, Fixture.report("a"), events: 3)))
  }

  @Test func `what the build still cannot read stays`() async throws {
    let world = try await parkedWorld(
      Fixture.accepted("a", 1), Fixture.unknown("a", 2), Fixture.drafted("a", 3))
    try await releaser(world).releaseReadable()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(try parked(world) == ["report/a@2", "report/a@3"])
    let causes = try world.store.look { try $0.parked(Fixture.consumer, limit: 9).map(\.cause) }
    #expect(causes == [.undecodable(.unknownType), .behind])
  }

  @Test func `a failed event is released only on an operator's word`() async throws {
    let world = World()
    let fails = Mutex(true)
    var reader = world.reader { event in
      if event.sequence == 1, fails.withLock({ $0 }) { throw HandlerFailed() }
    }
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2))
    try await reader.settle()
    fails.withLock { $0 = false }
    try await releaser(world).releaseReadable()
    #expect(try parked(world).count == 2)
    #expect(try await releaser(world).release(Fixture.report("a")) == 2)
    #expect(try world.handled("a") == ["report/a@1", "report/a@2"])
    #expect(try await releaser(world).release(Fixture.report("a")) == 0)
  }

  @Test func `a release whose handler fails changes nothing`() async throws {
    let world = try await parkedWorld(Fixture.accepted("a", 1), Fixture.drafted("a", 2))
    let subscription = Fixture.subscription(world.journal) { event in
      if event.sequence == 2 { throw HandlerFailed() }
    }
    try await releaser(world, subscription).releaseReadable()
    #expect(try world.handled("a").isEmpty)
    #expect(try parked(world) == ["report/a@1", "report/a@2"])
    let failed = world.observer.all {
      if case .releaseFailed(_, let stream, _) = $0 { stream } else { nil }
    }
    #expect(failed == [Fixture.report("a")])
  }

  @Test func `a gap behind a parked event is found at release and asked for`() async throws {
    let world = try await parkedWorld(Fixture.accepted("a", 1), Fixture.drafted("a", 3))
    try await releaser(world).releaseReadable()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(try parked(world).isEmpty)
    #expect(try world.wishes().map(\.fromSequence) == [2])
  }
}
