import EventStream
import PostgresStore
import ReviewEvents
import ServiceRuntime
import TestSupport
import Testing

@testable import RatingService

@Suite(.timeLimit(.minutes(5))) struct `Facts of intake and case-tracking in any order` {
  private static let orders = 100

  /// Registrations with amendments, reports before their subjects, gates that open and settle.
  private var facts: [EventEnvelope] {
    let one = SubjectID.unit(id("district-1"))
    let two = SubjectID.unit(id("district-2"))
    let leader = SubjectID.person(id("leader"))
    let report = ReportID(cycle: id("2021"), subject: one)
    return Province.facts + Province.paperMembers(2) + [
      Province.unit("district-3", managedBy: ("province", "PROVINCE"), reviewed: false, at: 2),
      Province.unit("district-2", managedBy: ("province", "PROVINCE"), group: "OTHER", at: 2),
      Province.person("m1", group: "LEADERS", channel: .electronic, at: 2),
      Samples.envelope(
        CycleLaunched(cycleID: id("2021"), requestedReports: 3), in: .cycle(id("2021")), at: 2),
      Samples.envelope(
        ReportDrafted(reportID: report, contentHash: "h"), in: .report(report), at: 1),
      Province.accepted(one, at: 2),
      Province.supplement(.requested, of: one, case: "late", at: 3),
      Province.supplement(.submitted, of: one, case: "late", at: 4),
      Province.supplement(.requested, of: one, case: "taken-back", at: 5),
      Province.supplement(.cancelled, of: one, case: "taken-back", at: 6),
      Province.accepted(two), Province.accepted(leader),
      Province.supplement(.requested, of: leader, case: "open", at: 2),
      Province.issued("late", about: one), Province.concluded("late", about: one),
      Province.issued("open", about: leader),
      Province.issued("taken-back", about: one), Province.withdrawn("taken-back", about: one),
      Province.issued("unknown-subject", about: .unit(id("nowhere"))),
    ] + Self.restructuring
  }

  /// Two districts merged into a new one, members who move, leave, come back and hold posts.
  private static let restructuring: [EventEnvelope] = [
    Province.founded(
      "district-9", from: ["district-1", "district-2"], on: "2021-12-15", at: "2021-12-10T08:00"),
    Province.ended("district-1", into: "district-9", on: "2021-12-15", at: "2021-12-10T08:00"),
    Province.ended(
      "district-2", into: "district-9", on: "2021-12-15", at: "2021-12-10T08:00", sequence: 3),
    Province.moved(
      "district-9", group: "LARGE", on: "2021-12-16", at: "2021-12-11T08:00", sequence: 2),
    Province.transferred(
      "m1", to: ("district-9", "DISTRICT"), on: "2021-12-15", at: "2021-12-10T08:00",
      sequence: 3),
    Province.left("m2", on: "2021-12-01", at: "2021-12-10T08:00"),
    Province.joined("m2", on: "2021-12-20", at: "2021-12-11T08:00", sequence: 3),
    Province.posts(
      "m2", [("district-1", .head), ("district-9", .deputy)], on: "2021-12-20",
      at: "2021-12-11T08:00", sequence: 4),
  ]

  @Test func `lead to the same end state`() async throws {
    try await RatingDesk.with { desk in
      let facts = facts
      var expected: [String] = []
      for (number, order) in Interleavings(of: facts, count: Self.orders, seed: 7).enumerated() {
        try await reset(desk)
        // Some facts come twice, as they do after a crash.
        let repeated = order + order.filter { $0.sequence == 1 }.prefix(number % 5)
        try await desk.hear(repeated, batchesOf: 1 + number % 9)
        let state = try await endState(desk)
        if number == 0 { expected = state }
        #expect(state == expected, "order \(number)")
      }
      #expect(expected.count { $0.hasPrefix("term (unit/district-2,") } == 3)
      #expect(
        expected.contains {
          $0.hasPrefix("term (person/m2,4,") && $0.contains("district-1/head,district-9/deputy")
        })
      #expect(expected.contains("gate (person/leader,2021,case,open,t)"))
      #expect(expected.contains("gate (unit/district-1,2021,supplement,late,f)"))
      #expect(expected.contains("gate (unit/nowhere,2021,case,unknown-subject,t)"))
    }
  }

  private static let emptying: [SQL] = [
    "delete from cycle", "delete from organisation_term", "delete from reviewed",
    "delete from gate", "delete from fence", "delete from parked", "delete from gap",
  ]

  private func reset(_ desk: RatingDesk) async throws {
    try await desk.database.store.commit { transaction in
      for sql in Self.emptying { try transaction.rows(sql, []) }
    }
  }

  private func endState(_ desk: RatingDesk) async throws -> [String] {
    try await desk.rows(
      """
      select line from (
        select 'cycle ' || cycle::text from cycle
        union all select 'term ' || organisation_term::text from organisation_term
        union all select 'reviewed ' || reviewed::text from reviewed
        union all select 'gate ' || gate::text from gate
        union all select 'fence ' || fence::text from fence
        union all select 'parked ' || stream from parked
      ) as everything (line) order by line collate "C"
      """)
  }

  @Test func `every kind of fact is either handled or named as ignored`() async throws {
    try await RatingDesk.with { desk in
      for subscription in desk.database.definition.subscriptions {
        #expect(
          subscription.handled.union(subscription.ignored)
            == EventCatalogue.types(of: subscription.area))
      }
    }
  }
}
