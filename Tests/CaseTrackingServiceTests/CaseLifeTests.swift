import CaseTrackingDomain
import EventStream
import ReviewEvents
import ReviewRules
import TestSupport
import Testing

@testable import CaseTrackingService

@Suite(.timeLimit(.minutes(2))) struct `A case from proposal to close` {
  private let owner = "person/member-1"
  private let matters = [
    (id("c1") as CaseID, id("c1.1") as MatterID), (id("c1"), id("c1.2")),
  ]

  @Test func `answered in the report, remedied late, carried over and closed`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      let proposed = try await desk.post(
        "/v1/cases",
        CaseDesk.proposal("c1", about: "unit/commune-1", matters: ["Đất đai", "Trồng rừng"]),
        by: Province.inspection)
      #expect(proposed.status == 201)
      #expect(proposed.sequence == 1)
      let repeated = try await desk.post(
        "/v1/cases",
        CaseDesk.proposal("c1", about: "unit/commune-1", matters: ["Đất đai", "Trồng rừng"]),
        by: Province.inspection)
      #expect(repeated.status == 200)
      try await go(desk, "approve", nil, Province.district, to: "approved")
      try await go(
        desk, "issue", #"{"documentNumber":"12-CV/HU"}"#, Province.district, to: "issued")
      // Issued on Saturday, 20 November with three days to acknowledge: too late from the 24th on.
      let sheet = try await desk.get("/v1/cases/c1")
      #expect(sheet["acknowledgeBefore"] == moment("2021-11-24T00:00").description)
      #expect(sheet["authorityLevel"] == "DISTRICT")
      #expect(sheet["matters.1.text"] == "Trồng rừng")

      let subject = SubjectID.unit(id("commune-1"))
      let answered = Province.report(
        of: subject, at: moment("2021-11-30T09:00"), answering: matters)
      try await desk.hear([answered])
      #expect(try await desk.get("/v1/cases/c1")["state"] == "explained")
      desk.calendar.set(to: moment("2021-12-05T08:00"))
      try await go(desk, "acknowledge", nil, Province.commune, to: "explained")
      try await go(
        desk, "conference", #"{"heldAt":"2021-12-04T08:00:00+07:00","minutes":"Biên bản"}"#,
        Province.commune, to: "conference-held")
      try await go(
        desk, "conclude",
        #"{"conclusions":[{"matterId":"c1.2","outcome":"notFounded"},"#
          + #"{"matterId":"c1.1","outcome":"remedy"}]}"#, Province.district, to: "concluded")
      try await remedy(desk)
      let closed = try await desk.get("/v1/cases/c1")
      #expect(closed["minutes"] == "Biên bản")
      #expect(closed["matters.0.answer.kind"] == "accepted")
      #expect(closed["matters.0.remediation.measures"] == "Thu hồi đất")
      #expect(closed["matters.0.remediation.result"] == "remedied")
      #expect(closed["carriedOverTo"] == "2022")
      let history = try await desk.get("/v1/subjects/unit/commune-1/cases")
      #expect(history["cases.0.year"] == "2021")
      #expect(history["cases.0.matters.1.outcome"] == "notFounded")
    }
  }

  private func remedy(_ desk: CaseDesk) async throws {
    try await go(
      desk, "plan",
      #"{"items":[{"matterId":"c1.1","owner":"person/member-1","#
        + #""dueBefore":"2022-03-01T00:00:00+07:00","measures":"Thu hồi đất"}]}"#,
      Province.commune, to: "remediation-planned")
    try await go(
      desk, "progress", #"{"matterId":"c1.1","percentDone":40,"note":"Đã họp"}"#, owner,
      to: "remediation-in-progress")
    try await go(
      desk, "verify",
      #"{"matterId":"c1.1","result":"partlyRemedied","newDueBefore":"2022-09-01T00:00:00+07:00"}"#,
      Province.district, to: "remediation-in-progress")
    try await go(
      desk, "carry-over", #"{"toCycleId":"2022"}"#, Province.district, to: "carried-over")
    desk.calendar.set(to: moment("2022-08-01T08:00"))
    try await go(
      desk, "verify", #"{"matterId":"c1.1","result":"remedied"}"#, Province.district,
      to: "verified")
    try await go(desk, "close", nil, Province.district, to: "closed")
  }

  /// Gives the next command under the version read just before.
  private func go(
    _ desk: CaseDesk, _ verb: String, _ json: String?, _ actor: String, to state: String
  ) async throws {
    let version = try await desk.get("/v1/cases/c1").sequence
    let answer = try await desk.post("/v1/cases/c1/\(verb)", json, by: actor, ifMatch: version)
    #expect(answer.status == 200, "\(verb): \(answer.slug ?? "")")
    #expect(answer["state"] == state)
    #expect(try await desk.get("/v1/cases/c1").sequence == answer.sequence)
  }

  @Test func `a letter is acknowledged within working days where the rules say so`() async throws {
    var working = Province.rules
    working.dayCount = .working
    let dayOff = try LocalDate("2021-11-23")
    let rules = RuleBook(
      [working],
      workingCalendar: WorkingCalendar(
        holidays: [
          dayOff: NamedDay(date: dayOff, name: "Ngày nghỉ của tỉnh", source: "QĐ")
        ]))
    try await CaseDesk.with(rules: rules) { desk in
      try await desk.hear(Province.facts)
      // On a Saturday; Monday, Wednesday and Thursday follow, so that Friday is too late.
      try await desk.issue("c1", about: "unit/commune-1")
      let sheet = try await desk.get("/v1/cases/c1")
      #expect(sheet["acknowledgeBefore"] == moment("2021-11-26T00:00").description)
    }
  }

  @Test func `a letter after the report is answered directly, an earlier one is not`()
    async throws
  {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      let answer = #"{"answers":[{"matterId":"late.1","kind":"explained","text":"Giải trình"}]}"#
      try await desk.issue("early", about: "unit/commune-1")
      let tooEarly = try await desk.post(
        "/v1/cases/early/explain", answer.replacing("late.1", with: "early.1"),
        by: Province.commune, ifMatch: 3)
      #expect(tooEarly.status == 409)
      #expect(tooEarly.slug == "answer-in-the-report")
      let report = Province.report(
        of: .unit(id("commune-1")), at: moment("2021-11-30T09:00"),
        answering: [(id("early"), id("early.1"))])
      try await desk.hear([report])
      desk.calendar.set(to: moment("2021-12-02T08:00"))
      try await desk.issue("late", about: "unit/commune-1")
      let direct = try await desk.post(
        "/v1/cases/late/explain", answer, by: Province.commune, ifMatch: 3)
      #expect(direct.status == 200)
      #expect(try await desk.get("/v1/cases/late")["matters.0.answer.text"] == "Giải trình")
      #expect(try await desk.get("/v1/cases/early")["state"] == "explained")
    }
  }

  @Test func `a withdrawn case takes no answers and keeps its reason`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.issue("c1", about: "unit/commune-1", matters: ["Một", "Hai"])
      let stranger = try await desk.post(
        "/v1/cases/c1/withdraw", "{}", by: Province.otherDistrict, ifMatch: 3)
      #expect(stranger.slug == "not-authorised")
      let withdrawn = try await desk.post(
        "/v1/cases/c1/withdraw", #"{"reason":"Nhầm đối tượng"}"#, by: Province.district,
        ifMatch: 3)
      #expect(withdrawn["state"] == "withdrawn")
      try await desk.hear([
        Province.report(
          of: .unit(id("commune-1")), at: moment("2021-11-30T09:00"), answering: matters)
      ])
      let sheet = try await desk.get("/v1/cases/c1")
      #expect(sheet["state"] == "withdrawn")
      #expect(sheet["withdrawalReason"] == "Nhầm đối tượng")
      #expect(sheet.sequence == 4)
      #expect(sheet["matters.0.answer.kind"] == nil)
      #expect(sheet["explainedAt"] == nil)
    }
  }

  @Test func `a stale version is refused and changes nothing`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.issue("c1", about: "unit/commune-1")
      let before = try await desk.logged()
      let stale = try await desk.post(
        "/v1/cases/c1/acknowledge", by: Province.commune, ifMatch: 2)
      #expect(stale.status == 412)
      let missing = try await desk.post("/v1/cases/c1/acknowledge", by: Province.commune)
      #expect(missing.status == 428)
      #expect(try await desk.logged() == before)
    }
  }

  @Test func `two commands at once on one version: exactly one is done`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.issue("c1", about: "unit/commune-1")
      async let first = desk.post(
        "/v1/cases/c1/acknowledge", by: Province.commune, ifMatch: 3)
      async let second = desk.post(
        "/v1/cases/c1/withdraw", "{}", by: Province.district, ifMatch: 3)
      let statuses = [try await first.status, try await second.status].sorted()
      #expect(statuses == [200, 412])
    }
  }
}
