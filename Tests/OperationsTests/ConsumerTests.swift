import EventStream
import PostgresStore
import PostgresTestSupport
import ReviewEvents
import TestSupport
import Testing

@testable import EventStream
@testable import Operations

@Suite(.timeLimit(.minutes(3))) struct `Consumers` {
  private static let name = ["consumer": Sample.consumer.description]

  private func reader(_ bench: OperationsBench, _ source: MemorySource) -> Reader {
    Reader(
      BatchApplier(subscription: bench.sample.live, reader: .case, gapPatience: .seconds(60)),
      source: source, in: bench.environment)
  }

  private func append(_ facts: [EventEnvelope], to broker: MemoryBroker) {
    for fact in facts {
      broker.append(.event(fact, isRepublished: false), to: OperationsBench.partition)
    }
  }

  private func read(_ reader: inout Reader) async throws {
    for _ in 0..<12 { _ = try await reader.step() }
  }

  /// One member that reads and leaves the group, as a service does that stops.
  private func readAndLeave(_ bench: OperationsBench, _ broker: MemoryBroker) async throws {
    let source = broker.join(Sample.consumer.description, topics: [ServiceArea.intake.topic])
    var reader = reader(bench, source)
    do { try await read(&reader) } catch {
      await source.close()
      throw error
    }
    await source.close()
  }

  @Test func `show where they stand, and start over when they are told to`() async throws {
    try await OperationsBench.with { bench in
      let broker = MemoryBroker(partitions: 1)
      append([bench.writer.draft("R1", "a"), bench.writer.draft("R1", "b")], to: broker)
      var reader = reader(
        bench, broker.join(Sample.consumer.description, topics: [ServiceArea.intake.topic]))
      try await read(&reader)
      let before = try #require(try await bench.run("consumer list") as? ConsumerList)
      #expect(before.consumers.map(\.applied) == [2])
      #expect(before.consumers[0].positions.map(\.nextOffset) == [2])
      #expect(before.consumers[0].positions.map(\.lastEvent) == ["report/R1@2"])
      let answer = try #require(
        try await bench.run("consumer start-over", Self.name) as? StartOverAnswer)
      #expect(answer.forgotten == ["review.intake.v1/0"])
      // The same member goes on running: it begins anew by itself and drops what it has.
      append([bench.writer.draft("R1", "c")], to: broker)
      try await read(&reader)
      #expect(try await bench.applied("R1") == "a b c")
      #expect(bench.observer.batches.map(\.repeated).reduce(0, +) == 2)
    }
  }

  @Test func `start over behind the off-season guard`() async throws {
    try await OperationsBench.with { bench in
      let broker = MemoryBroker(partitions: 1)
      append([bench.writer.draft("R1", "a")], to: broker)
      try await readAndLeave(bench, broker)
      broker.restartForgetting()
      append(bench.writer.facts + [bench.writer.draft("R1", "b")], to: broker)
      let tripped = await #expect(throws: OffSeasonGuard.self) {
        try await readAndLeave(bench, broker)
      }
      #expect(
        tripped?.description.contains(
          "`case-tracking consumer start-over --consumer case-tracking.intake") == true)
      try await bench.run("consumer start-over", Self.name.merging(["partition": "0"]) { $1 })
      try await readAndLeave(bench, broker)
      #expect(try await bench.applied("R1") == "a b")
    }
  }

  @Test func `are held while their tables are exchanged`() async throws {
    try await OperationsBench.with { bench in
      try await bench.store.commit { transaction in
        try transaction.setPosition(
          Sample.consumer, OperationsBench.partition,
          to: ReadPosition(nextOffset: 7, clusterID: "c", lastEventID: "report/R1@7"))
      }
      let lock = try #require(try await bench.store.tryLock(.holding(Sample.consumer)))
      let held = try #require(try await bench.run("consumer list") as? ConsumerList)
      #expect(held.consumers.map(\.isHeld) == [true])
      await bench.expectRefusal("consumer-held", "consumer start-over", Self.name)
      await lock.release()
      await bench.expectRefusal("unknown-consumer", "consumer start-over", ["consumer": "nobody"])
      let free = try #require(try await bench.run("consumer list") as? ConsumerList)
      #expect(free.consumers.map(\.isHeld) == [false])
      #expect(free.consumers[0].positions.map(\.nextOffset) == [7])
    }
  }

  // MARK: The season

  private struct Retention: TopicRetention {
    let time: RetentionTime
    func retention(of topics: [Topic]) async -> [Topic: RetentionTime] {
      Dictionary(uniqueKeysWithValues: topics.map { ($0, time) })
    }
  }

  private func check(
    _ bench: OperationsBench, _ retention: any TopicRetention, directory: String? = nil
  ) async throws -> SeasonAnswer {
    let desk = ConsumerDesk(
      bench.store, [bench.sample.live], seasonDays: 400, retention: retention)
    let operation = ConsumerOperations.all(desk)[2]
    let values = directory.map { ["data-directory": $0] } ?? [:]
    return try await SeasonCheck(
      desk, OperationCall(try OperationInput(values, for: operation))
    ).run()
  }

  @Test func `are never said to last when nobody could say so`() async throws {
    try await OperationsBench.with { bench in
      let nothing = try await check(bench, UnknownRetention())
      #expect(nothing.findings.map(\.verdict) == [.unknown, .unknown, .unknown])
      #expect(nothing.exitCode == 1)
      try await bench.advance("C1")
      try await bench.store.commit { transaction in
        try transaction.setPosition(
          Sample.consumer, OperationsBench.partition,
          to: ReadPosition(nextOffset: 7, clusterID: "c", lastEventID: "report/R1@7"))
      }
      let short = try await check(bench, Retention(time: .limited(.seconds(30 * 86_400))))
      #expect(short.findings.map(\.verdict) == [.warning, .warning, .unknown])
      let exact = try await check(bench, Retention(time: .limited(.seconds(400 * 86_400))))
      #expect(exact.findings.map(\.verdict) == [.warning, .warning, .unknown])
      let long = try await check(bench, Retention(time: .unlimited), directory: "/nowhere/at/all")
      #expect(long.findings.map(\.verdict) == [.ok, .ok, .unknown])
      let room = try await check(bench, Retention(time: .unlimited), directory: "/")
      #expect(room.findings[2].verdict != .unknown)
    }
  }
}
