import CaseTrackingDomain
import CaseTrackingReadModels
import EventStream
import PostgresStore
import ReviewEvents
import TestSupport
import Testing

@testable import CaseTrackingService

@Suite(.timeLimit(.minutes(5))) struct `Facts of intake in any order` {
  private static let orders = 100

  /// Reports that answer one matter each, a repeat after a return, supplements, answers to a
  /// withdrawn and to an unknown case, amended units and members, and types that are ignored.
  private var facts: [EventEnvelope] {
    let one = SubjectID.unit(id("commune-1"))
    let two = SubjectID.unit(id("commune-2"))
    let reportOne = ReportID(cycle: id("2021"), subject: one)
    let noon = moment("2021-11-30T12:00")
    var facts = Province.facts
    facts.append(
      Province.unit(
        "commune-3", level: "GRASSROOTS", below: "district-2",
        managedBy: ("district-2", "DISTRICT"), at: 2))
    facts.append(
      Province.person("member-1", of: "commune-2", managedBy: ("district-1", "DISTRICT"), at: 2))
    facts.append(
      Samples.envelope(
        CycleLaunched(cycleID: id("2021"), requestedReports: 3), in: .cycle(id("2021")), at: 2))
    facts.append(
      Province.report(
        of: one, at: noon, answering: [(id("x"), id("x.1")), (id("gone"), id("gone.1"))]))
    facts.append(
      Samples.envelope(
        ReportReturned(
          reportID: reportOne, cycleID: id("2021"), subjectID: one, version: 1, reasons: []),
        in: .report(reportOne), at: 2))
    facts.append(
      Province.report(
        of: one, at: noon + .seconds(3_600), answering: [(id("x"), id("x.1"))], version: 2,
        sequence: 3))
    facts.append(
      Province.supplement(
        of: one, at: noon + .seconds(7_200), answering: [(id("x"), id("x.2"))], sequence: 4))
    facts.append(Province.report(of: two, at: noon, answering: [(id("nowhere"), id("nowhere.1"))]))
    facts.append(
      Province.supplement(
        of: two, at: noon, answering: [(id("y"), id("y.2")), (id("y"), id("y.1"))], sequence: 2))
    facts.append(
      Province.supplement(of: two, at: noon, answering: [(id("z"), id("z.1"))], sequence: 3))
    facts.append(Province.ended("district-2", into: "district-1", on: "2021-11-15"))
    facts.append(
      Province.moved("commune-3", to: "district-1", "DISTRICT", on: "2021-11-15", sequence: 3))
    facts.append(Province.left("member-1", on: "2021-11-15", sequence: 3))
    return facts
  }

  @Test func `lead to the same end state`() async throws {
    try await CaseDesk.with { desk in
      let facts = facts
      var expected: [String] = []
      for (number, order) in Interleavings(of: facts, count: Self.orders, seed: 42).enumerated() {
        try await reset(desk)
        // Some facts come twice, as they do after a crash.
        let repeated = order + order.filter { $0.sequence == 1 }.prefix(number % 7)
        try await desk.hear(repeated, batchesOf: 1 + number % 9)
        let state = try await endState(desk)
        if number == 0 { expected = state }
        #expect(state == expected, "order \(number)")
      }
      #expect(expected.contains { $0.contains("(x,") && $0.contains(",explained,") })
      #expect(expected.contains { $0.contains("(y,") && $0.contains(",explained,") })
      #expect(expected.contains { $0.contains("(z,") && $0.contains(",issued,") })
      #expect(expected.contains("received (2021.u-commune-2,z,z.1,explained,supplement-3)"))
      #expect(expected.contains("received (2021.u-commune-1,x,x.1,accepted,answer-2)"))
      #expect(expected.contains("received (2021.u-commune-1,gone,gone.1,accepted,answer-1)"))
      #expect(expected.contains { $0.contains("(gone,") && $0.contains(",withdrawn,") })
      #expect(expected.count { $0.hasPrefix("term (unit/commune-3,") } == 3)
      #expect(
        expected.contains {
          $0.hasPrefix("term (unit/district-2,2,") && $0.hasSuffix(",district-1)")
        })
    }
  }

  private static let emptying: [SQL] = [
    "delete from organisation_term", "delete from cycle", "delete from report_state",
    "delete from received_answer", "delete from withdrawal_reason", "delete from matter",
    "delete from suggested_case", "delete from event_log", "delete from stream_head",
    "delete from outbox", "delete from fence", "delete from parked", "delete from gap",
  ]

  /// An empty database with four cases, as commands would have left them.
  private func reset(_ desk: CaseDesk) async throws {
    try await desk.database.store.commit { transaction in
      // Deleting a few rows is far quicker than truncating a log of many partitions.
      for sql in Self.emptying { try transaction.rows(sql, []) }
      for (name, matters) in [("x", 2), ("y", 2), ("z", 2), ("gone", 1)] {
        var events = Self.issued(id(name), matters: matters)
        if name == "gone" {
          events.append(
            .withdrawn(
              CaseWithdrawn(
                caseID: id(name), cycleID: id("2021"), subjectID: .unit(id("commune-1")),
                wasIssued: true)))
        }
        try CaseArchive.record(
          [
            CaseArchive.Change(
              caseID: id(name), before: .unseen, events: events,
              origin: Province.origin(moment("2021-11-25T08:00")))
          ], in: transaction)
      }
    }
  }

  private static func issued(_ caseID: CaseID, matters count: Int) -> [CaseEvent] {
    let matters = (1...count).map {
      MatterOutline(matterID: id("\(caseID).\($0)"), number: $0, area: id("LAND"), textHash: "t")
    }
    let subject = SubjectID.unit(id(caseID.text == "x" ? "commune-1" : "commune-2"))
    return [
      .proposed(
        CaseProposed(
          caseID: caseID, cycleID: id("2021"), subjectID: subject, authorityID: id("district-1"),
          authorityLevel: id("DISTRICT"), grounds: [id("DISUNITY")], matters: matters)),
      .approved(CaseApproved(caseID: caseID)),
      .issued(
        CaseIssued(
          caseID: caseID, cycleID: id("2021"), subjectID: subject, authorityID: id("district-1"),
          authorityLevel: id("DISTRICT"), documentNumber: "12-CV/HU", matters: matters,
          acknowledgeBefore: moment("2021-11-29T00:00"))),
    ]
  }

  private func endState(_ desk: CaseDesk) async throws -> [String] {
    try await desk.rows(
      """
      select line from (
        select 'term ' || organisation_term::text from organisation_term
        union all select 'cycle ' || cycle::text from cycle
        union all select 'report ' || report_state::text from report_state
        union all select 'received ' || received_answer::text from received_answer
        union all select 'case ' || suggested_case::text from suggested_case
        union all select 'matter ' || matter::text from matter
        union all select 'fence ' || fence::text from fence
        union all
        select concat_ws(' ', 'event', stream, sequence, event_type, recorded_at, actor,
          causation_id, payload)
        from event_log
      ) as everything (line) order by line collate "C"
      """)
  }

  @Test func `every kind of fact of intake is either handled or named as ignored`() {
    let named = CaseTracking.intake.handled.union(CaseTracking.intake.ignored)
    #expect(named == EventCatalogue.types(of: .intake))
  }
}
