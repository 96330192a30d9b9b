import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import EventStream

@Suite struct `A broker that is not the expected one` {
  /// A consumer that has read `a@1` and `a@2` and then left.
  private func worldAfterTwo(brokerForgets: Bool) async throws -> World {
    var world = World()
    world.brokerForgets = brokerForgets
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2))
    let source = world.source()
    var reader = world.reader(source)
    try await reader.settle()
    await source.close()
    world.observer.clear()
    return world
  }

  private func guarded(_ world: World) async throws -> OffSeasonGuard? {
    var reader = world.reader()
    do { try await reader.settle() } catch let tripped as OffSeasonGuard { return tripped }
    return nil
  }

  @Test func `another cluster stops the consumer and says what to do`() async throws {
    let world = try await worldAfterTwo(brokerForgets: false)
    world.broker.restartForgetting()
    world.publish(Fixture.drafted("z", 1), Fixture.drafted("z", 2))
    let tripped = try #require(try await guarded(world))
    #expect(tripped.consumer == Fixture.consumer)
    #expect(tripped.partition == Fixture.partition)
    #expect(tripped.expected == "cluster memory-0")
    #expect(tripped.found == "cluster memory-1")
    #expect(
      tripped.description.contains(
        "`case consumer start-over --consumer \(Fixture.consumer) --operator NAME"))
    #expect(try world.handled("z").isEmpty)
  }

  @Test func `another record at the last offset stops the consumer`() async throws {
    let world = try await worldAfterTwo(brokerForgets: false)
    try await world.store.commit { transaction in
      try transaction.setPosition(
        Fixture.consumer, Fixture.partition,
        to: ReadPosition(nextOffset: 2, clusterID: "memory-0", lastEventID: "report/other@9"))
    }
    let tripped = try #require(try await guarded(world))
    #expect(tripped.expected == "event report/other@9 at offset 1")
    #expect(tripped.found == "event report/a@2 at offset 1")
  }

  @Test func `an offset that is gone stops the consumer`() async throws {
    let world = try await worldAfterTwo(brokerForgets: false)
    world.broker.truncate(Fixture.partition, before: 2)
    let tripped = try #require(try await guarded(world))
    #expect(tripped.expected == "offset 2 of cluster memory-0")
  }

  @Test func `a stopped consumer stays stopped until it is cancelled`() async throws {
    let world = try await worldAfterTwo(brokerForgets: false)
    world.broker.restartForgetting()
    world.publish(Fixture.drafted("z", 1), Fixture.drafted("z", 2))
    let consumer = Consumer(
      Fixture.subscription(world.journal), in: world.environment,
      makeSource: { world.source() })
    let running = Task { try await consumer.run() }
    while world.observer.tripped.isEmpty { await Task.yield() }
    running.cancel()
    try await running.value
    #expect(world.observer.tripped.count == 1)
    #expect(try world.handled("z").isEmpty)
  }

  @Test func `a stopped consumer reads again when an operator lets it start over`() async throws {
    let world = try await worldAfterTwo(brokerForgets: false)
    world.broker.restartForgetting()
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.drafted("a", 3))
    let consumer = Consumer(
      Fixture.subscription(world.journal), in: world.environment,
      makeSource: { world.source() })
    let running = Task { try await consumer.run() }
    while world.observer.tripped.isEmpty { await Task.yield() }
    #expect(try world.handled("a") == ["report/a@1", "report/a@2"])
    try await world.store.commit { transaction in
      try transaction.forgetPosition(Fixture.consumer, Fixture.partition)
    }
    while try world.fence("a") != 3 { await Task.yield() }
    running.cancel()
    try await running.value
    #expect(try world.handled("a") == ["report/a@1", "report/a@2", "report/a@3"])
    #expect(world.observer.tripped.count == 1)
    let lifted = world.observer.all { if case .guardLifted(let name) = $0 { name } else { nil } }
    #expect(lifted == [Fixture.consumer])
  }

  @Test func `a stopped consumer goes on where another member has got to`() async throws {
    let world = try await worldAfterTwo(brokerForgets: false)
    world.broker.restartForgetting()
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.drafted("a", 3))
    let consumer = Consumer(
      Fixture.subscription(world.journal), in: world.environment,
      makeSource: { world.source() })
    let running = Task { try await consumer.run() }
    while world.observer.tripped.isEmpty { await Task.yield() }
    // The other member was let start over, and is one record further, before this one looked.
    try await world.store.commit { transaction in
      try transaction.setPosition(
        Fixture.consumer, Fixture.partition,
        to: ReadPosition(nextOffset: 1, clusterID: "memory-1", lastEventID: "report/a@1"))
    }
    while try world.fence("a") != 3 { await Task.yield() }
    running.cancel()
    try await running.value
    #expect(world.observer.tripped.count == 1)
  }

  @Test func `a forgetful broker is read anew, and nothing is asked for`() async throws {
    let world = try await worldAfterTwo(brokerForgets: true)
    world.broker.restartForgetting()
    // The writer sends everything again by itself, because the cluster is another one.
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.drafted("a", 3))
    #expect(try await guarded(world) == nil)
    #expect(try world.handled("a") == ["report/a@1", "report/a@2", "report/a@3"])
    #expect(world.observer.batches.map(\.repeated) == [2])
    #expect(try world.wishes().isEmpty)
    let over = world.observer.all { if case .startedOver(_, let at, _) = $0 { at } else { nil } }
    #expect(over == [Fixture.partition])
  }

  @Test func `records that the same broker dropped are asked for`() async throws {
    let world = try await worldAfterTwo(brokerForgets: true)
    world.publish(Fixture.drafted("a", 3), Fixture.drafted("a", 4))
    world.broker.truncate(Fixture.partition, before: 3)
    #expect(try await guarded(world) == nil)
    let wishes = try world.wishes()
    #expect(wishes.first?.writer == .intake)
    #expect(wishes.first?.missingStream == nil)
    // The stream whose gap was seen is asked for as well.
    #expect(wishes.dropFirst().map(\.missingStream) == ["report/a"])
  }

  @Test func `losses in several partitions at once are one wish`() async throws {
    var world = World(partitions: 3)
    world.brokerForgets = true
    let names = (1...12).map { "s\($0)" }
    for name in names { world.publish(Fixture.drafted(name, 1), Fixture.drafted(name, 2)) }
    let source = world.source()
    var reader = world.reader(source)
    try await reader.settle()
    await source.close()
    for partition in world.broker.partitions(of: ServiceArea.intake.topic) {
      world.broker.truncate(partition, before: .max)
    }
    #expect(try await guarded(world) == nil)
    #expect(try world.wishes().count == 1)
  }

  @Test func `a beginning that is gone before it was read is asked for`() async throws {
    let world = World()
    world.publish(Fixture.drafted("quiet", 1), Fixture.drafted("a", 1))
    // `quiet` has no further event that would show a gap.
    world.broker.truncate(Fixture.partition, before: 1)
    var reader = world.reader()
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(try world.wishes().map(\.missingStream) == [nil])
  }

  @Test func `a beginning that is dropped while it is being read is asked for`() async throws {
    let world = World()
    var reader = world.reader()
    try await reader.settle()
    world.publish(Fixture.drafted("quiet", 1), Fixture.drafted("a", 1))
    world.broker.truncate(Fixture.partition, before: 1)
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(try world.wishes().map(\.missingStream) == [nil])
  }
}
