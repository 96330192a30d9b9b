import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import EventStream

@Suite struct `The plan of a batch` {
  private func plan(
    _ events: [EventEnvelope], fences: [StreamID: Int64] = [:], parked: Set<StreamID> = [],
    treatment: BatchPlan.Treatment = .handle
  ) -> BatchPlan {
    BatchPlan(
      events.enumerated().map {
        BatchPlan.Item(event: $1, partition: Fixture.partition, offset: Int64($0))
      }, for: Fixture.subscription(Journal()), fences: fences, parkedStreams: parked,
      treatment: treatment)
  }

  private func ids(_ plan: BatchPlan) -> [[String]] {
    plan.groups.map { $0.events.map(\.1.id) }
  }

  @Test func `one handler call answers all events of a type where streams allow it`() {
    let plan = plan([
      Fixture.drafted("a", 1), Fixture.drafted("b", 1), Fixture.accepted("a", 2),
      Fixture.drafted("c", 1), Fixture.accepted("b", 2), Fixture.drafted("c", 2),
    ])
    #expect(
      ids(plan) == [
        ["report/a@1", "report/b@1", "report/c@1", "report/c@2"], ["report/a@2", "report/b@2"],
      ])
  }

  @Test func `an event never stands before an earlier one of its stream`() {
    let plan = plan([
      Fixture.drafted("a", 1), Fixture.accepted("a", 2), Fixture.drafted("a", 3),
      Fixture.drafted("b", 1), Fixture.accepted("b", 2), Fixture.accepted("a", 4),
    ])
    #expect(
      ids(plan) == [
        ["report/a@1", "report/b@1"], ["report/a@2", "report/b@2"], ["report/a@3"],
        ["report/a@4"],
      ])
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `whatever the order of arrival, the order inside each stream is kept`(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let events = ["a", "b", "c"].flatMap { name in
      (1...8).map {
        generator.chance(oneIn: 2)
          ? Fixture.drafted(name, $0) : Fixture.accepted(name, $0)
      }
    }
    for order in Interleavings(of: events, count: 1, seed: seed) {
      let played = ids(plan(order)).flatMap { $0 }
      for name in ["a", "b", "c"] {
        let expected = (1...8).map { "report/\(name)@\($0)" }
        #expect(played.filter { $0.hasPrefix("report/\(name)@") } == expected)
      }
    }
  }

  @Test func `a payload that was decoded before is not decoded again`() {
    var broken = Fixture.drafted("a", 1)
    broken.payload = Array("{}".utf8)
    let subscription = Fixture.subscription(Journal())
    let readable = subscription.decodePayload(of: Fixture.drafted("a", 1))
    let unreadable = subscription.decodePayload(of: broken)
    func plan(_ event: EventEnvelope, _ payload: DecodedPayload?) -> BatchPlan {
      BatchPlan(
        [
          BatchPlan.Item(
            event: event, partition: Fixture.partition, offset: 0, payload: payload)
        ], for: subscription, fences: [:], parkedStreams: [])
    }
    #expect(ids(plan(broken, readable)) == [["report/a@1"]])
    #expect(
      plan(Fixture.drafted("a", 1), unreadable).parking.map(\.cause)
        == [.undecodable(.malformedPayload)])
    #expect(plan(broken, nil).parking.map(\.cause) == [.undecodable(.malformedPayload)])
  }

  @Test func `only what a route asks for is decoded before its turn`() throws {
    let applier = BatchApplier(
      subscription: Fixture.subscription(Journal()), reader: .case, gapPatience: .seconds(60))
    func prepared(_ event: EventEnvelope) -> DecodedPayload? {
      var record = Fixture.record(event, at: 0)
      applier.prepare(&record)
      return record.payload
    }
    let payload = try #require(prepared(Fixture.drafted("a", 1)))
    #expect(try payload.result.get() is ReportDrafted)
    #expect(prepared(Fixture.closed("a", 1)) == nil)
    #expect(prepared(Fixture.unknown("a", 1)) == nil)
  }

  @Test func `repeated events are dropped`() {
    let plan = plan(
      [Fixture.drafted("a", 3), Fixture.drafted("a", 4)], fences: [Fixture.report("a"): 3])
    #expect(ids(plan) == [["report/a@4"]])
    #expect(plan.report.repeated == 1)
    #expect(plan.fences == [Fixture.report("a"): 4])
  }

  @Test func `ignored events move the fence and call nobody`() {
    let plan = plan([Fixture.closed("a", 1), Fixture.drafted("a", 2)])
    #expect(ids(plan) == [["report/a@2"]])
    #expect(plan.report.ignored == 1)
    #expect(plan.fences == [Fixture.report("a"): 2])
  }

  @Test func `an early event is dropped and its gap reaches from the fence to it`() {
    let plan = plan([Fixture.drafted("a", 1), Fixture.drafted("a", 4), Fixture.drafted("a", 5)])
    #expect(plan.gaps == [StreamGap(stream: Fixture.report("a"), from: 2, through: 5)])
    #expect(plan.report.early == 2)
    #expect(plan.fences == [Fixture.report("a"): 1])
  }

  @Test func `a gap that the same batch closes is none`() {
    let plan = plan([
      Fixture.drafted("a", 2), Fixture.drafted("a", 1), Fixture.drafted("a", 2),
    ])
    #expect(plan.gaps.isEmpty)
    #expect(ids(plan) == [["report/a@1", "report/a@2"]])
  }

  @Test func `an unknown type parks its stream and holds up no other`() {
    let plan = plan([
      Fixture.unknown("a", 1), Fixture.drafted("a", 2), Fixture.drafted("b", 1),
    ])
    #expect(plan.parking.map(\.cause) == [.undecodable(.unknownType), .behind])
    #expect(ids(plan) == [["report/b@1"]])
    #expect(plan.fences == [Fixture.report("b"): 1])
  }

  @Test func `a newer version and a broken payload park their streams`() {
    var newer = Fixture.drafted("a", 1)
    newer.dataVersion = 2
    var broken = Fixture.drafted("b", 1)
    broken.payload = Array("{".utf8)
    let plan = plan([newer, broken])
    #expect(
      plan.parking.map(\.cause) == [
        .undecodable(.newerVersion), .undecodable(.malformedPayload),
      ])
  }

  @Test func `events of a parked stream are parked behind it, repeats are not`() {
    let plan = plan(
      [Fixture.drafted("a", 1), Fixture.drafted("a", 2), Fixture.closed("a", 3)],
      fences: [Fixture.report("a"): 1], parked: [Fixture.report("a")])
    #expect(plan.parking.map(\.event.sequence) == [2, 3])
    #expect(plan.report.repeated == 1)
    #expect(plan.fences.isEmpty)
  }

  @Test func `an event whose handler failed too often is parked with the reason`() {
    let plan = plan(
      [Fixture.drafted("a", 1)], treatment: .park(reason: "HandlerFailed", attempts: 5))
    #expect(plan.parking.map(\.cause) == [.failed("HandlerFailed")])
    #expect(plan.parking.map(\.attempts) == [5])
    #expect(plan.groups.isEmpty)
  }
}
