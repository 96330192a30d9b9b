import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import EventStream

@Suite struct `Asking a writer for repair` {
  @Test func `an early event is asked for in the same transaction and dropped`() async throws {
    let world = World()
    var reader = world.reader()
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 3))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1"])
    #expect(
      try world.wishes() == [
        CaseRepublishRequested(writer: .intake, missingStream: "report/a", fromSequence: 2)
      ])
    #expect(try world.store.look { try $0.openGaps() } == 1)
    world.publish(Fixture.drafted("a", 2), Fixture.drafted("a", 3))
    try await reader.settle()
    #expect(try world.handled("a") == ["report/a@1", "report/a@2", "report/a@3"])
    #expect(try world.store.look { try $0.openGaps() } == 0)
  }

  @Test func `the writer is asked again only when it took too long`() async throws {
    let world = World()
    var reader = world.reader()
    world.publish(Fixture.drafted("a", 2))
    try await reader.settle()
    world.publish(Fixture.drafted("a", 3))
    try await reader.settle()
    #expect(try world.wishes().count == 1)
    world.pace.advance(by: world.limits.gapPatience + .seconds(1))
    world.publish(Fixture.drafted("a", 4))
    try await reader.settle()
    #expect(try world.wishes().count == 2)
    // The gap is closed only by the highest event that was dropped.
    world.publish(Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.drafted("a", 3))
    try await reader.settle()
    #expect(try world.store.look { try $0.openGaps() } == 1)
    world.publish(Fixture.drafted("a", 4))
    try await reader.settle()
    #expect(try world.store.look { try $0.openGaps() } == 0)
  }

  @Test func `gaps of many streams are asked for at once`() async throws {
    let world = World()
    var reader = world.reader()
    world.publish(Fixture.drafted("b", 2), Fixture.drafted("a", 3), Fixture.drafted("c", 1))
    try await reader.settle()
    #expect(try world.wishes().map(\.missingStream) == ["report/a", "report/b"])
    #expect(try world.handled("c") == ["report/c@1"])
  }
}

@Suite struct `Hearing others ask for repair` {
  private let consumer: ConsumerName = "intake.repair"
  private let partition = TopicPartition(topic: ServiceArea.case.topic, partition: 0)
  private let store = MemoryStore(area: .intake, pace: VirtualPace())

  private func wish(
    _ sequence: Int64, writer: ServiceArea = .intake, stream: String? = "report/a"
  ) -> EventEnvelope {
    Samples.envelope(
      CaseRepublishRequested(writer: writer, missingStream: stream, fromSequence: 4),
      in: .repair(.case), at: sequence, area: .case)
  }

  private func hear(_ events: [EventEnvelope], from offset: Int64 = 0) async throws
    -> BatchOutcome
  {
    let applier = RepairApplier(
      consumer: consumer, writer: .intake, gapPatience: .seconds(60))
    let (consumer, partition) = (consumer, partition)
    return try await store.commit { transaction in
      let records = events.enumerated().map {
        ConsumedRecord(
          partition: partition, offset: offset + Int64($0), content: .success($1))
      }
      return try applier.apply(
        Batch(
          slices: [
            PartitionSlice(
              partition: partition,
              from: try transaction.lockPosition(consumer, partition), records: records)
          ], clusterID: "one"), treatment: .handle, in: transaction)
    }
  }

  private func queued() throws -> [RepublicationRequest] {
    try store.look { transaction in
      var found: [RepublicationRequest] = []
      while let next = try transaction.nextRepublication() {
        found.append(RepublicationRequest(stream: next.stream, from: next.from))
        try transaction.advanceRepublication(next.id, to: .finished)
      }
      return found
    }
  }

  @Test func `a wish addressed to this log is queued, everything else is passed over`()
    async throws
  {
    let other = Samples.envelope(
      CaseApproved(caseID: Samples.id("c")), in: Samples.stream("case/c"), at: 1, area: .case)
    _ = try await hear([wish(1, writer: .rating), other, wish(2)])
    #expect(try queued() == [RepublicationRequest(stream: Fixture.report("a"), from: 4)])
    let position = try store.look { try $0.positions(of: consumer)[partition] }
    #expect(position?.nextOffset == 3)
  }

  @Test func `a wish for everything is queued as such`() async throws {
    _ = try await hear([wish(1, stream: nil)])
    #expect(try queued() == [RepublicationRequest(stream: nil, from: 0)])
  }

  @Test func `a wish that comes again is not answered again`() async throws {
    _ = try await hear([wish(1)])
    try await store.commit { transaction in
      while let next = try transaction.nextRepublication() {
        try transaction.advanceRepublication(next.id, to: .finished)
      }
    }
    _ = try await hear([wish(1)], from: 1)
    #expect(try queued().isEmpty)
  }

  @Test func `a missing wish is asked for, and those behind it are answered at once`()
    async throws
  {
    _ = try await hear([wish(3)])
    #expect(try queued().count == 1)
    let asked = try store.look { try $0.history(of: .repair(.intake)) }
    let event = try #require(asked.first)
    #expect(
      try EventCodec.decode(IntakeRepublishRequested.self, from: event)
        == IntakeRepublishRequested(writer: .case, missingStream: "repair/case", fromSequence: 1))
  }

  @Test func `a wish that makes no sense is passed over`() async throws {
    _ = try await hear([wish(1, stream: "nonsense"), wish(2)])
    #expect(try queued().count == 1)
  }
}
