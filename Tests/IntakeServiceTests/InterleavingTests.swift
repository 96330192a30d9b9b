import EventStream
import PostgresStore
import ReviewEvents
import TestSupport
import Testing

@testable import EventStream
@testable import IntakeService

@Suite(.timeLimit(.minutes(5))) struct `Facts of case-tracking in any order` {
  private static let orders = 100

  /// Cases on a report that is in, on one that is accepted, on one that was returned, on one that
  /// is owed, on a member without a report and on a cycle nobody knows; some withdrawn, one before
  /// it was issued.
  private func facts() throws -> [EventEnvelope] {
    let time = moment("2021-11-20T08:00")
    var facts: [EventEnvelope] = []
    for (name, subject) in [
      ("a", "unit/commune-1"), ("b", "unit/commune-1"), ("c", "unit/commune-2"),
      ("d", "unit/district-1"), ("e", "unit/district-2"), ("f", "person/member-1"),
      ("g", "person/leader-1"),
    ] {
      facts += try Province.issued(name, about: subject, matters: 2, at: time)
    }
    facts += try Province.issued("h", about: "unit/commune-1", at: time, cycle: "1999")
    facts.append(try Province.withdrawn("b", about: "unit/commune-1", at: time))
    facts.append(try Province.withdrawn("e", about: "unit/district-2", at: time))
    facts.append(
      contentsOf: try Province.issued("i", about: "unit/commune-1", at: time).prefix(1))
    facts.append(try Province.withdrawn("i", about: "unit/commune-1", at: time, sequence: 2))
    return facts
  }

  @Test func `lead to the same end state`() async throws {
    try await IntakeDesk.with { desk in
      try await prepare(desk)
      let facts = try facts()
      var expected: [String] = []
      for (number, order) in Interleavings(of: facts, count: Self.orders, seed: 7).enumerated() {
        // Some facts come twice, as they do after a crash.
        let repeated = order + order.filter { $0.sequence == 1 }.prefix(number % 7)
        let state = try await endState(of: repeated, batchesOf: 1 + number % 9, desk)
        if number == 0 { expected = state }
        #expect(state == expected, "order \(number)")
      }
      #expect(expected.contains { $0.hasPrefix("supplement (2021.u-commune-1,a,2021,requested") })
      #expect(expected.contains { $0.hasPrefix("supplement (2021.u-commune-1,b,2021,cancelled") })
      #expect(expected.contains { $0.hasPrefix("supplement (2021.u-commune-2,c,2021,requested") })
      #expect(!expected.contains { $0.hasPrefix("supplement (2021.u-district") })
      #expect(expected.filter { $0.hasPrefix("matter ") }.count == 15)
      #expect(expected.filter { $0.contains("supplement-cancelled") }.count == 1)
    }
  }

  /// One report handed in, one accepted, one returned, the others owed.
  private func prepare(_ desk: IntakeDesk) async throws {
    try await desk.launch()
    _ = try await desk.submit()
    _ = try await desk.submit("2021.u-commune-2", by: "unit/commune-2")
    _ = try await desk.send(
      "/v1/reports/2021.u-commune-2/accept", by: Province.district, ifMatch: 2)
    _ = try await desk.submit("2021.u-district-1", by: "unit/district-1")
    _ = try await desk.send(
      "/v1/reports/2021.u-district-1/return",
      #"{"reasons":[{"section":"I","reason":"Viết lại"}]}"#, by: Province.province, ifMatch: 2)
  }

  /// Plays `order` and takes everything back.
  private func endState(
    of order: [EventEnvelope], batchesOf size: Int, _ desk: IntakeDesk
  ) async throws -> [String] {
    struct TakenBack: Error { let state: [String] }
    let applier = BatchApplier(
      subscription: Intake.cases(desk.context), reader: .intake, gapPatience: .seconds(60))
    let partition = TopicPartition(topic: ServiceArea.case.topic, partition: 0)
    do {
      try await desk.database.store.commit { transaction in
        for start in stride(from: 0, to: order.count, by: size) {
          let items = order[start..<min(start + size, order.count)].map {
            BatchPlan.Item(event: $0, partition: partition, offset: 0)
          }
          let (report, _) = try applier.work(through: items, .handle, in: transaction)
          #expect(report.parked + report.early == 0)
        }
        throw TakenBack(
          state: try transaction.rows(Self.everything, []).map { row in try row.text(0) })
      }
    } catch let taken as TakenBack { return taken.state }
    return []
  }

  /// Events of one report's stream stand in the order in which their cases came, so their places
  /// are no part of the state.
  private static let everything: SQL = """
    select line from (
      select 'report ' || concat_ws(',', report_id, state, version, lateness, sequence) from report
      union all select 'supplement ' || supplement::text from supplement
      union all select 'matter ' || suggested_matter::text from suggested_matter
      union all select 'fence ' || fence::text from fence
      union all
      select concat_ws(' ', 'event', stream, event_type, recorded_at, actor, causation_id, payload)
        from event_log
    ) as everything (line) order by line collate "C"
    """

  @Test func `every kind of fact of case-tracking is either handled or named as ignored`()
    async throws
  {
    try await IntakeDesk.with { desk in
      let subscription = Intake.cases(desk.context)
      #expect(
        subscription.handled.union(subscription.ignored) == EventCatalogue.types(of: .case))
      #expect(subscription.replay == .reaction)
    }
  }
}
