import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import CaseTrackingService

/// Cases while the organisation changes; it is 20/11/2021 until the calendar is set.
@Suite(.timeLimit(.minutes(2))) struct `A case while the organisation lives on` {
  private static let heir = "person/h-clerk;on-behalf-of=unit/district-9"
  private static let letter = #"{"documentNumber":"12-CV/HU"}"#

  /// Gives the next command of a case under the version read just before.
  private func go(
    _ desk: CaseDesk, _ caseID: String, _ verb: String, _ json: String? = nil, by actor: String
  ) async throws -> Answer {
    let version = try await desk.get("/v1/cases/\(caseID)").sequence
    return try await desk.post("/v1/cases/\(caseID)/\(verb)", json, by: actor, ifMatch: version)
  }

  /// Concludes an issued case of a commune with one matter, as its report answers it.
  private func conclude(
    _ desk: CaseDesk, _ caseID: String, _ commune: String, by authority: String = Province.district
  ) async throws {
    let answered = Province.report(
      of: .unit(id(commune)), at: desk.calendar.now,
      answering: [(id(caseID), id("\(caseID).1"))])
    try await desk.hear([answered])
    desk.calendar.set(to: desk.calendar.now + .seconds(86_400))
    for (verb, json, actor) in [
      (
        "conference", #"{"heldAt":"2021-11-21T08:00:00+07:00","minutes":"Biên bản"}"#,
        "unit/\(commune)"
      ),
      (
        "conclude",
        #"{"conclusions":[{"matterId":"\#(caseID).1","outcome":"remedy"}]}"#, authority
      ),
    ] {
      let answer = try await go(desk, caseID, verb, json, by: actor)
      try #require(answer.status == 200, "\(verb): \(answer.slug ?? "")")
    }
  }

  private func plan(_ caseID: String, owner: String) -> String {
    #"{"items":[{"matterId":"\#(caseID).1","owner":"\#(owner)","#
      + #""dueBefore":"2022-03-01T00:00:00+07:00","measures":"Thu hồi đất"}]}"#
  }

  @Test func `goes on under the heir of its authority, from the day of the merger on`()
    async throws
  {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.approve("c1", about: "unit/commune-1")
      let moved = Province.districtsMerged(on: "2021-11-25")
      // Decided already, not in force yet; and in the unluckiest order of the streams.
      try await desk.hear(Array(moved.filter { $0.type == UnitEnded.type }))
      desk.calendar.set(to: moment("2021-11-24T23:30"))
      let early = try await go(desk, "c1", "issue", Self.letter, by: Self.heir)
      #expect(early.slug == "not-authorised")
      desk.calendar.set(to: moment("2021-11-25T00:00"))
      let untold = try await go(desk, "c1", "issue", Self.letter, by: Self.heir)
      #expect(untold.slug == "unit-not-yet-known", "nothing is known of the heir")
      #expect(untold["retryAfterSeconds"] == "1")
      try await desk.hear(moved.filter { $0.type != UnitEnded.type })
      #expect(
        try await go(desk, "c1", "issue", Self.letter, by: Province.district).slug
          == "not-authorised", "nobody speaks for what has ended")
      #expect(try await go(desk, "c1", "issue", Self.letter, by: Self.heir).status == 200)
      let sheet = try await desk.get("/v1/cases/c1")
      #expect(sheet["authorityId"] == "district-1", "nothing is re-addressed")
      let issuers = try await desk.rows(
        """
        select payload::jsonb ->> 'authorityID' from event_log
        where event_type = 'review.case.case-issued'
        """)
      #expect(issuers == ["district-9"], "the letter is the heir's")
      // The batch asks the same.
      try await desk.approve("c2", about: "unit/commune-2", authority: "district-9")
      let batch = try await desk.post(
        "/v1/cases/issue-batch", #"{"documentNumber":"15-CV/HU","caseIds":["c2"]}"#,
        by: Self.heir)
      #expect(batch["issued"] == "1")
    }
  }

  @Test func `debts of remediation follow the heir of the subject`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.issue("c1", about: "unit/commune-1")
      try await desk.issue("c2", about: "unit/commune-2")
      try await conclude(desk, "c1", "commune-1")
      let planned = try await go(
        desk, "c1", "plan", plan("c1", owner: "unit/commune-1"), by: Province.commune)
      #expect(planned.status == 200)
      try await desk.hear([
        Province.ended("commune-1", into: "commune-2", on: "2021-12-01"),
        Province.moved("cell-1", to: "commune-2", "GRASSROOTS", on: "2021-12-01"),
        Province.transferred("member-1", to: "commune-2", "GRASSROOTS", on: "2021-12-01"),
      ])
      let before = try await desk.get("/v1/units/commune-1/debts")
      #expect(before["answeredBy"] == "commune-1")
      #expect(before["debts.0.matterId"] == "c1.1")
      desk.calendar.set(to: moment("2021-12-01T08:00"))

      let note = #"{"matterId":"c1.1","percentDone":40,"note":"Đã họp"}"#
      #expect(
        try await go(desk, "c1", "progress", note, by: "unit/commune-1").slug == "not-the-owner")
      #expect(try await go(desk, "c1", "progress", note, by: "unit/commune-2").status == 200)
      #expect(
        try await go(desk, "c1", "acknowledge", by: "unit/commune-1").slug == "not-authorised")

      let debts = try await desk.get("/v1/units/commune-2/debts")
      #expect(debts["answersFor.0"] == "commune-1")
      #expect(debts["answersFor.1"] == "commune-2")
      #expect(debts["debts.0.subjectId"] == "unit/commune-1", "the original unit stays named")
      #expect(debts["debts.0.dueBefore"] == moment("2022-03-01T00:00").description)
      #expect(debts["debts.0.percentDone"] == "40")
      #expect(debts["debts.1.matterId"] == "c2.1")
      #expect(debts["debts.1.outcome"] == nil)
      let page = try await desk.get("/v1/units/commune-2/debts", ["limit": "1"])
      #expect(page["next"] == "c1.1")
      let rest = try await desk.get("/v1/units/commune-2/debts", ["after": "c1.1"])
      #expect(rest["debts.0.matterId"] == "c2.1")
      #expect(rest["debts.1.matterId"] == nil)
      let ended = try await desk.get("/v1/units/commune-1/debts")
      #expect(ended["answeredBy"] == "commune-2")
      #expect(ended["debts.0.matterId"] == nil)
      let alone = try await desk.get("/v1/subjects/unit/commune-2/cases")
      #expect(alone["cases.1.caseId"] == nil)
      let history = try await desk.get(
        "/v1/subjects/unit/commune-2/cases", ["withPredecessors": "true"])
      #expect(history["cases.0.subjectId"] == "unit/commune-1")
      #expect(history["cases.1.caseId"] == "c2")

      let verified = try await go(
        desk, "c1", "verify", #"{"matterId":"c1.1","result":"remedied"}"#, by: Province.district)
      #expect(verified.status == 200)
      let settled = try await desk.get("/v1/units/commune-2/debts")
      #expect(settled["debts.0.matterId"] == "c2.1")
    }
  }

  @Test func `nobody judges the debt that he answers for himself`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.issue("c1", about: "unit/commune-1")
      try await conclude(desk, "c1", "commune-1")
      _ = try await go(
        desk, "c1", "plan", plan("c1", owner: "unit/commune-1"), by: Province.commune)
      // The commune is dissolved, and its district takes over.
      try await desk.hear([
        Province.ended("commune-1", into: "district-1", on: "2021-12-01"),
        Province.moved("cell-1", to: "district-1", "DISTRICT", on: "2021-12-01"),
      ])
      desk.calendar.set(to: moment("2021-12-01T08:00"))
      let finding = #"{"matterId":"c1.1","result":"remedied"}"#
      #expect(
        try await go(desk, "c1", "verify", finding, by: Province.district).slug
          == "not-authorised")
      #expect(try await go(desk, "c1", "verify", finding, by: Province.province).status == 200)
      #expect(try await go(desk, "c1", "close", by: Province.province).status == 200)
    }
  }

  @Test func `begins with nobody who is gone, and by the tree of the day`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(
        Province.facts + Province.districtsMerged(on: "2021-11-15") + [
          Province.left("member-1", on: "2021-11-15")
        ])
      func propose(_ name: String, _ subject: String, _ authority: String) async throws -> Answer {
        try await desk.post(
          "/v1/cases", CaseDesk.proposal(name, about: subject, authority: authority),
          by: Province.inspection)
      }
      let left = try await propose("a", "person/member-1", "commune-1")
      #expect(left.status == 409)
      #expect(left.slug == "subject-gone")
      #expect(left.field == "subjectId")
      let ended = try await propose("a", "unit/commune-1", "district-1")
      #expect(ended.slug == "unit-gone")
      #expect(ended.field == "authorityId")
      #expect(try await propose("a", "unit/commune-1", "district-9").status == 201)
      #expect(try await propose("b", "unit/commune-1", "province").status == 201)
      #expect(
        try await propose("c", "unit/commune-1", "commune-2").slug
          == "authority-does-not-manage-subject")
      try await desk.approve("d", about: "unit/commune-2", authority: "district-9")
      try await desk.hear([
        Province.ended("commune-2", into: "commune-3", on: "2021-11-18", sequence: 3)
      ])
      #expect(try await go(desk, "d", "issue", Self.letter, by: Self.heir).slug == "subject-gone")
    }
  }
}
