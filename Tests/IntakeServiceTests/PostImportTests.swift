import EventStream
import HTTPTypes
import IntakeReadModels
import ReviewEvents
import ReviewRules
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `Importing posts` {
  static let posts =
    Province.postHeader + """
      leader-1,1,district-1,head,2021-11-01,12-QĐ/TU
      leader-1,2,commune-1,deputy,2021-11-01,12-QĐ/TU
      member-1,1,cell-1,deputy,2021-11-15,"13-QĐ/TU, 14-QĐ/TU"

      """

  private static func register(_ desk: IntakeDesk) async throws {
    #expect(try await desk.table("/v1/units/import", Province.units).status == 200)
    #expect(try await desk.table("/v1/persons/import", Province.persons).status == 200)
  }

  private static func export(_ format: String, _ desk: IntakeDesk) async throws -> Answer {
    try await desk.get("/v1/posts/export?format=\(format)", by: Province.province)
  }

  @Test func `takes everything, and a second time nothing`() async throws {
    try await IntakeDesk.with { desk in
      try await Self.register(desk)
      let dry = try await desk.table("/v1/posts/import?dryRun=true", Self.posts)
      #expect(dry["dryRun"] == "1" && dry["registered"] == "2")
      #expect(try await desk.logged() == "8")
      let first = try await desk.table("/v1/posts/import", Self.posts)
      #expect(first.status == 200 && first["registered"] == "2" && first["unchanged"] == "0")
      #expect(try await desk.table("/v1/posts/import", Self.posts)["unchanged"] == "2")
      #expect(
        try await desk.story(of: .person(id("leader-1"))) == [
          "person-registered", "posts-assigned",
        ]
      )
      // The next change of the member finds the newest version.
      #expect(try await desk.get("/v1/persons/leader-1").sequence == 2)
      let persons = Province.persons.replacing("Nguyễn Thị Một", with: "Lê Thị Một")
      #expect(try await desk.table("/v1/persons/import", persons)["amended"] == "1")
      let turned = Self.posts.replacing("1,1,district-1", with: "1,2,district-1")
        .replacing("1,2,commune-1", with: "1,1,commune-1")
      #expect(try await desk.table("/v1/posts/import", turned)["amended"] == "1")
    }
  }

  @Test func `names all faults at once, by cell, and changes nothing`() async throws {
    try await IntakeDesk.with { desk in
      try await Self.register(desk)
      let csv =
        Self.posts + """
          nobody,1,commune-2,member,2021-11-15,12-QĐ/TU
          leader-1,2,nowhere,member,2021-10-31,12-QĐ/TU

          """
      let told = [
        ["5", "person_id", "import-person-unknown"], ["6", "rank", "import-rank-repeated"],
        ["6", "effective_on", "import-decision-differs"], ["6", "person_id", "import-not-there"],
        ["6", "unit_id", "import-unit-unknown"],
      ]
      for query in ["", "?dryRun=true"] {
        let answer = try await desk.table("/v1/posts/import" + query, csv)
        #expect(answer.status == 422 && answer.slug == "csv-has-errors")
        let lines = try Told(answer).errors
        #expect(lines.map { ["\($0.line)", $0.field, $0.slug] } == told)
      }
      let plain = csv.replacing("\"13-QĐ/TU, 14-QĐ/TU\"", with: "13-QĐ/TU")
      let workbook = try await desk.workbook(
        "/v1/posts/import", RawWorkbook(lines: plain, sheet: "Chức vụ").bytes)
      #expect(workbook.slug == "spreadsheet-has-errors")
      #expect(try Told(workbook).errors.map(\.column) == ["A", "B", "E", "A", "C"])
      // A line that cannot be read leaves a rank out, which is no fault of its own.
      let unreadable = try await desk.table(
        "/v1/posts/import", Self.posts.replacing("1,1,district-1,head", with: "1,1,district-1,boss")
      )
      #expect(try Told(unreadable).errors.map(\.field) == ["role"])
      #expect(try await desk.logged() == "8")
    }
  }

  @Test func `takes back what was exported without a change`() async throws {
    try await IntakeDesk.with { desk in
      try await Self.register(desk)
      _ = try await desk.table("/v1/posts/import", Self.posts)
      // The post of the 15th is none yet.
      let early = try await Self.export("csv", desk)
      #expect(
        String(decoding: early.body, as: UTF8.self).split(separator: "\r\n").dropFirst() == [
          "leader-1,1,district-1,head,2021-11-01,12-QĐ/TU",
          "leader-1,2,commune-1,deputy,2021-11-01,12-QĐ/TU",
        ])
      desk.calendar.set(to: moment("2021-11-15T08:00"))
      let csv = try await Self.export("csv", desk)
      let text = String(decoding: csv.body, as: UTF8.self)
      #expect(text.hasSuffix("member-1,1,cell-1,deputy,2021-11-15,\"13-QĐ/TU, 14-QĐ/TU\"\r\n"))
      #expect(csv.headers[.contentDisposition] == "attachment; filename=\"posts.csv\"")
      #expect(try await desk.table("/v1/posts/import", text)["unchanged"] == "2")
      let workbook = try await Self.export("xlsx", desk)
      let again = try await desk.workbook("/v1/posts/import", workbook.body)
      #expect(again["unchanged"] == "2", "\(again.slug ?? "")")
      #expect(try await desk.logged() == "10")
    }
  }

  @Test func `is rebuilt from facts alone, row for row`() async throws {
    try await IntakeDesk.with { desk in
      try await Self.register(desk)
      _ = try await desk.table("/v1/posts/import", Self.posts)
      let rules = RuleBook([Province.rules])
      let model = try #require(IntakeReadModels.all(rules: rules).first { !$0.folds.isEmpty })
      let tables = try await RebuiltTables(model, in: desk.database.store)
      try await tables.fold()
      #expect(try await tables.rows() == (try await tables.liveRows()))
    }
  }
}
