import EventStream
import ReviewEvents
import ReviewRules
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `More time for a report` {
  private let path = "/v1/reports/\(Province.communeReport)"
  private static let wish =
    #"{"dueBefore":"2021-12-15T00:00:00+07:00","reason":"Bão số 9, xã bị cô lập"}"#
  private static let until = moment("2021-12-15T00:00")

  private func ask(
    _ desk: IntakeDesk, _ json: String = wish, by actor: String = Province.commune,
    ifMatch: Int64 = 1
  ) async throws -> Answer {
    try await desk.send(path + "/extension-requests", json, by: actor, ifMatch: ifMatch)
  }

  private func decide(
    _ desk: IntakeDesk, _ json: String, by actor: String = Province.district, ifMatch: Int64
  ) async throws -> Answer {
    try await desk.judge("extension-requests/decision", json, ifMatch: ifMatch, by: actor)
  }

  @Test func `is asked for, given, shown and counted, and the first date stays`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let asked = try await ask(desk)
      #expect(asked.status == 201 && asked.sequence == 2 && asked.location == path)
      let waiting = try await desk.get(path)
      #expect(waiting["extension.state"] == "requested")
      #expect(waiting["extension.reason"] == "Bão số 9, xã bị cô lập")
      #expect(waiting["extension.requestedUntil"] == Self.until.description)
      #expect(waiting["dueBefore"] == Province.due.description)
      #expect(waiting["firstDueBefore"] == nil)
      #expect(try await ask(desk, ifMatch: 2).slug == "extension-undecided")

      let granted = try await decide(
        desk, #"{"granted":true,"reason":"Đồng ý"}"#, by: Province.province, ifMatch: 2)
      #expect(granted.status == 200 && granted.sequence == 3)
      let shown = try await desk.get(path)
      #expect(shown["dueBefore"] == Self.until.description)
      #expect(shown["dueWording"] == "trước ngày 15/12/2021")
      #expect(shown["firstDueBefore"] == Province.due.description)
      #expect(shown["extension.state"] == "granted")
      #expect(shown["extension.decisionReason"] == "Đồng ý")
      #expect(shown["isAfterFirstDate"] == nil)

      desk.calendar.set(to: Province.due + .seconds(3_600))
      let receipt = try await desk.submit(ifMatch: 3)
      #expect(receipt["lateness"] == "onTime")
      #expect(receipt["dueBefore"] == Self.until.description)
      #expect(try await desk.get(path)["isAfterFirstDate"] == "1")

      let list = try await desk.get("/v1/cycles/2021/reports?limit=1")
      #expect(list["reports.0.firstDueBefore"] == nil)
      let line = try await desk.rows(
        """
        select report_id || ' ' || extension_state from report
         where first_due_before is not null
        """)
      #expect(line == ["\(Province.communeReport) granted"])
      let counters = try await desk.get("/v1/cycles/2021/counters")
      #expect(counters["counters.0.extended"] == "1" && counters["counters.0.late"] == "0")
      #expect(counters["counters.1.extended"] == "0")
      #expect(
        try await desk.story(of: .report(id(Province.communeReport))) == [
          "report-requested", "extension-requested", "extension-granted", "report-submitted",
        ])
    }
  }

  @Test func `given until another day and without a wish names its date in lists`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let granted = try await decide(
        desk, #"{"granted":true,"dueBefore":"2021-12-20T00:00:00+07:00","reason":"Sáp nhập xã"}"#,
        ifMatch: 1)
      #expect(granted.status == 200)
      let shown = try await desk.get(path)
      #expect(shown["extension.state"] == "granted" && shown["extension.reason"] == nil)
      #expect(shown["extension.decisionReason"] == "Sáp nhập xã")
      let list = try await desk.get("/v1/cycles/2021/reports?level=DISTRICT")
      let places = (0..<4).filter { list["reports.\($0).reportId"] == Province.communeReport }
      let place = try #require(places.first)
      #expect(list["reports.\(place).dueBefore"] == moment("2021-12-20T00:00").description)
      #expect(list["reports.\(place).firstDueBefore"] == Province.due.description)
      #expect(list["reports.\(place).extension"] == "granted")
    }
  }

  @Test func `refused leaves the date and says why`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await ask(desk)
      let refused = try await decide(
        desk, #"{"granted":false,"reason":"Đã đủ thời gian"}"#, ifMatch: 2)
      #expect(refused.status == 200)
      let shown = try await desk.get(path)
      #expect(shown["dueBefore"] == Province.due.description && shown["firstDueBefore"] == nil)
      #expect(shown["extension.state"] == "refused")
      #expect(shown["extension.decisionReason"] == "Đã đủ thời gian")
      desk.calendar.set(to: Province.due)
      #expect(try await desk.submit(ifMatch: 3)["lateness"] == "late")
      #expect(
        try await desk.get("/v1/cycles/2021/counters")["counters.0.extended"] == "0")
    }
  }

  @Test func `is refused to others, for nothing and too late, and changes no receipt`()
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let grant = #"{"granted":true,"dueBefore":"2021-12-20T00:00:00+07:00","reason":"Lý do"}"#
      for actor in [Province.district, Province.otherDistrict] {
        #expect(try await ask(desk, by: actor).slug == "not-your-report")
      }
      for actor in [Province.commune, Province.otherDistrict] {
        let refused = try await decide(desk, grant, by: actor, ifMatch: 1)
        #expect(refused.status == 403 && refused.slug == "not-the-managing-unit")
      }
      #expect(try await ask(desk, ifMatch: 9).slug == "version-stale")
      let receipt = try await desk.submit()
      #expect(try await ask(desk, ifMatch: 2).slug == "report-already-submitted")
      #expect(try await decide(desk, grant, ifMatch: 2).slug == "report-already-submitted")
      _ = try await desk.judge(
        "return", #"{"reasons":[{"section":"I","reason":"Viết lại"}]}"#, ifMatch: 2)
      #expect(try await decide(desk, grant, ifMatch: 3).status == 200)
      let kept = try await desk.get(path + "/receipts/1")
      #expect(kept["dueBefore"] == receipt["dueBefore"])
      #expect(kept["dueWording"] == "trước ngày 10/12/2021")
      let again = try await desk.submit(
        Province.communeReport, Province.content(["I": "Ưu", "II": "Nhược"]), ifMatch: 4)
      #expect(again["dueBefore"] == moment("2021-12-20T00:00").description)
      #expect(try await desk.get(path + "/receipts/2")["dueWording"] == "trước ngày 20/12/2021")
      #expect(try await desk.get(path)["isAfterFirstDate"] == "0")
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct `Working days` {
  private static func day(_ text: String) throws -> LocalDate { try LocalDate(text) }

  /// One holiday, one Saturday that is worked on, and nothing known of other years.
  private static func calendar() throws -> WorkingCalendar {
    WorkingCalendar(
      titles: ["Lịch mẫu"], weekendSource: "QĐ 188", years: [2021],
      holidays: [
        try day("2021-12-22"): NamedDay(
          date: try day("2021-12-22"), name: "Ngày lễ", source: "Điều 112")
      ],
      swappedIn: [
        try day("2021-12-25"): NamedDay(
          date: try day("2021-12-25"), name: "Làm bù", source: "Công văn")
      ], unverified: [try day("2021-12-25"): "chưa đối chiếu"])
  }

  @Test func `are counted, with every day off in between by its name`() async throws {
    let rules = RuleBook([Province.rules], workingCalendar: try Self.calendar())
    try await IntakeDesk.with(rules: rules) { desk in
      let answer = try await desk.get("/v1/calendar/working-days?from=2021-12-17&days=5")
      // Monday, Tuesday, not Wednesday, Thursday, Friday, and the Saturday that is worked on.
      #expect(answer["day"] == "2021-12-25")
      #expect(
        (0..<4).map { answer["daysOff.\($0).name"] } == [
          "Thứ Bảy", "Chủ nhật", "Ngày lễ", nil,
        ])
      #expect(answer["daysOff.2.date"] == "2021-12-22" && answer["daysOff.0.source"] == "QĐ 188")
      #expect(answer["swappedIn.0.name"] == "Làm bù")
      #expect(answer["swappedIn.0.unverified"] == "chưa đối chiếu")
      #expect(answer["unlistedYears.0"] == nil && answer["calendars.0"] == "Lịch mẫu")
      let beyond = try await desk.get("/v1/calendar/working-days?from=2021-12-31&days=400")
      #expect(beyond["unlistedYears.0"] == "2022" && beyond["unlistedYears.1"] == "2023")
    }
  }

  @Test func `are what a supplement has where the rules say so`() async throws {
    var working = Province.rules
    working.dayCount = .working
    let rules = RuleBook([working], workingCalendar: try Self.calendar())
    try await IntakeDesk.with(rules: rules) { desk in
      try await desk.launch()
      _ = try await desk.submit()
      // A Friday evening; five working days, of which one is a Saturday and Wednesday none.
      try await desk.hear(try Province.issued("x", at: moment("2021-12-17T23:30")))
      let shown = try await desk.get("/v1/reports/\(Province.communeReport)")
      #expect(shown["supplements.0.dueWording"] == "chậm nhất hết ngày 25/12/2021")
      #expect(shown["supplements.0.dueBefore"] == moment("2021-12-26T00:00").description)
    }
  }
}
