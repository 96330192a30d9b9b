import EventStream
import PostgresStore
import ReviewEvents
import TestSupport
import Testing

@testable import RatingService

extension Province {
  /// A report lies with its subject again.
  static func reopened(
    _ subject: SubjectID, at sequence: Int64, time: Instant = Samples.origin.time
  ) -> EventEnvelope {
    let report = ReportID(cycle: id("2021"), subject: subject)
    var origin = Samples.origin
    origin.time = time
    return Samples.envelope(
      ReportReopened(
        reportID: report, cycleID: id("2021"), subjectID: subject, version: 1,
        legalBasis: "16-TB/TU", reasonHash: "r"), in: .report(report), at: sequence,
      origin: origin)
  }
}

@Suite(.timeLimit(.minutes(3))) struct `A reopened report` {
  private static let one = SubjectID.unit(id("district-1"))
  private static let two = SubjectID.unit(id("district-2"))
  private static let path = "/v1/cycles/2021/rating-statistics"

  @Test func `takes its subject out of those who were reviewed until it is accepted again`()
    async throws
  {
    try await RatingDesk.with { desk in
      try await desk.hear(
        Province.facts + [Province.accepted(Self.one), Province.reopened(Self.one, at: 2)])
      let item = Item("unit/district-1", "GOOD")
      #expect(try await desk.selfRate([item], by: "unit/district-1").status == 200)
      #expect(try await desk.appraise([item]).status == 200)
      let refused = try await desk.decide([item])
      #expect(refused.status == 409 && refused.slug == "not-reviewed")
      try await desk.hear([Province.accepted(Self.one, at: 3)])
      #expect(try await desk.decide([item], number: "2-QĐ/TU").status == 200)
    }
  }

  @Test func `marks the decision that was made before, until it is made anew`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(
        Province.facts + [Province.accepted(Self.one), Province.accepted(Self.two)])
      let items = [Item("unit/district-1", "GOOD"), Item("unit/district-2", "GOOD")]
      for (item, subject) in zip(items, ["unit/district-1", "unit/district-2"]) {
        #expect(try await desk.selfRate([item], by: subject).status == 200)
      }
      #expect(try await desk.appraise(items).status == 200)
      #expect(try await desk.decide(items).status == 200)
      func reopened(_ query: String = "") async throws -> String? {
        let answer = try await desk.get(Self.path + query)
        let group = (0..<4).first { answer["groups.\($0).peerGroup"] == "DISTRICT-BODY" }
        return answer["groups.\(group ?? 9).reopened"]
      }
      #expect(try await reopened() == "0")
      let time = moment("2022-01-10T09:00")
      try await desk.hear([Province.reopened(Self.one, at: 2, time: time)])
      #expect(try await reopened() == "1")
      #expect(try await reopened("?knownAt=2022-01-10T01:59:59Z") == "0", "published stays")
      #expect(try await reopened("?asOf=2022-01-10T02:00:00Z") == "1")
      try await desk.hear([Province.accepted(Self.one, at: 3)])
      #expect(try await reopened() == "1", "the decision still rests on the older version")
      desk.calendar.set(to: moment("2022-01-20T09:00"))
      let anew = try await desk.decide([Item("unit/district-1", "SATISFACTORY")], number: "3-QĐ")
      #expect(anew.status == 200, "\(anew.text)")
      #expect(try await reopened() == "0")
      #expect(try await reopened("?knownAt=2022-01-15T00:00:00Z") == "1")
    }
  }

  @Test func `comes to the same in every order of arrival`() async throws {
    let facts =
      Province.facts + [
        Province.accepted(Self.one), Province.reopened(Self.one, at: 2),
        Province.accepted(Self.one, at: 3), Province.reopened(Self.one, at: 4),
        Province.accepted(Self.two), Province.reopened(Self.two, at: 2),
        Province.accepted(Self.two, at: 3),
      ]
    try await RatingDesk.with { desk in
      for (number, order) in Interleavings(of: facts, count: 40, seed: 23).enumerated() {
        try await desk.database.store.commit { transaction in
          for sql in Self.emptying { try transaction.rows(sql, []) }
        }
        try await desk.hear(order, batchesOf: 1 + number % 9)
        #expect(
          try await desk.rows("select subject_id from reviewed") == ["unit/district-2"],
          "order \(number)")
        #expect(
          try await desk.rows("select subject_id || ' ' || sequence from reopened order by 1")
            == ["unit/district-1 2", "unit/district-1 4", "unit/district-2 2"])
      }
    }
  }

  private static let emptying: [SQL] = [
    "delete from cycle", "delete from organisation_term", "delete from reviewed", "delete from reopened",
    "delete from fence", "delete from parked", "delete from gap",
  ]
}
