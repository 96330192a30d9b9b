import EventStream
import HTTPTypes
import ReviewEvents
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `Organisations and members in workbooks` {
  @Test func `come in as they do from CSV`() async throws {
    try await IntakeDesk.with { desk in
      let units = RawWorkbook(lines: Province.units, sheet: "Tổ chức").bytes
      let dry = try await desk.workbook("/v1/units/import?dryRun=true", units)
      #expect(dry["registered"] == "6")
      #expect(try await desk.logged() == "0")
      #expect(try await desk.workbook("/v1/units/import", units)["registered"] == "6")
      let again = try await desk.table("/v1/units/import", Province.units)
      #expect(again["registered"] == "0" && again["unchanged"] == "6")
      let persons = RawWorkbook(
        lines: Province.personHeader
          + "member-1,Trần Văn Hai,cell-1,commune-1,member,members,paper")
      #expect(try await desk.workbook("/v1/persons/import", persons.bytes)["registered"] == "1")
      #expect(try await desk.get("/v1/persons/member-1")["fullName"] == "Trần Văn Hai")
      #expect(try await desk.logged() == "7")
    }
  }

  @Test func `may have typed cells, and stand in any sheet`() async throws {
    try await IntakeDesk.with { desk in
      var workbook = RawWorkbook(lines: "note,\nnothing,", sheet: "Ghi chú")
      workbook.sheets.append(
        RawWorkbook.Sheet(
          name: "Tổ chức",
          rows: RawWorkbook.row(1, Province.unitHeader.dropLast())
            + """
            <row r="2"><c r="A2"><v>17</v></c>\(RawWorkbook.cell("B2", "Đảng bộ tỉnh"))
            \(RawWorkbook.cell("C2", "PROVINCE"))\(RawWorkbook.cell("F2", "province"))
            <c r="G2" t="b"><v>0</v></c></row>
            """))
      let first = try await desk.workbook("/v1/units/import", workbook.bytes)
      #expect(first.status == 400 && first["errors.0.sheet"] == "Ghi chú")
      let path = "/v1/units/import?sheet=T%E1%BB%95%20ch%E1%BB%A9c"
      #expect(try await desk.workbook(path, workbook.bytes)["registered"] == "1")
      #expect(try await desk.get("/v1/units/17")["name"] == "Đảng bộ tỉnh")
    }
  }

  /// What is wrong with the row of a number that ends a group of nine, and how it is told.
  private struct Planted {
    let row: String
    let told: [String]

    init(_ number: Int, row: Int) {
      func cell(_ letter: String, _ text: String) -> String {
        RawWorkbook.cell(letter + String(row), text)
      }
      var cells = [
        "A": cell("A", "c\(number)"), "B": cell("B", "Xã \(number)"), "C": cell("C", "GRASSROOTS"),
        "D": cell("D", "district-2"), "E": cell("E", "district-2"), "F": cell("F", "communes"),
        "G": "<c r=\"G\(row)\" t=\"b\"><v>1</v></c>",
      ]
      var told: [String] = []
      func plant(_ letter: String, _ field: String, _ cell: String, _ slug: String) {
        cells[letter] = "<c r=\"\(letter)\(row)\"" + cell
        told = ["\(row)", letter, field, slug, "Tổ chức"]
      }
      switch number % 9 == 0 ? number / 9 % 5 : 5 {
      case 0: plant("B", "name", "><f>A1</f><v>7</v></c>", "formula-in-cell")
      case 1: plant("F", "peer_group", " t=\"e\"><v>#N/A</v></c>", "error-in-cell")
      case 2: plant("A", "unit_id", "><v>7.5</v></c>", "wrong-type")
      case 3: plant("G", "reviewed", "><v>1</v></c>", "wrong-type")
      case 4:
        plant(
          "C", "level", " t=\"inlineStr\"><is><t>WARD</t></is></c>", "import-level-unknown")
      default: break
      }
      self.told = told
      let inOrder = cells.sorted { $0.key < $1.key }.map(\.value)
      self.row = "<row r=\"\(row)\">\(inOrder.joined())</row>"
    }
  }

  @Test(arguments: ["", "?dryRun=true"])
  func `with two hundred faults are refused with all of them, and change nothing`(
    query: String
  ) async throws {
    try await IntakeDesk.with { desk in
      let planted = (1...1_800).map { Planted($0, row: $0 + 7) }
      let lines = Province.units.split(separator: "\n").enumerated()
      let rows = lines.map { RawWorkbook.row($0 + 1, $1) } + planted.map(\.row)
      let answer = try await desk.workbook(
        "/v1/units/import" + query, RawWorkbook(rows.joined(), sheet: "Tổ chức").bytes)
      #expect(answer.status == 422 && answer.slug == "spreadsheet-has-errors")
      #expect(answer["errorsTotal"] == "200")
      let expected = planted.map(\.told).filter { !$0.isEmpty }
      #expect(expected.count == 200)
      let told = try Told(answer)
      #expect(told.errors.map(\.parts) == expected)
      #expect(told.errors.allSatisfy { !$0.reason.isEmpty })
      #expect(try await desk.logged() == "0")
      #expect(try await desk.rows("select count(*) from unit") == ["0"])
    }
  }

  @Test func `are told from CSV by what the request says`() async throws {
    try await IntakeDesk.with { desk in
      let workbook = RawWorkbook(lines: Province.units).bytes
      #expect(
        try await desk.workbook("/v1/units/import", Array(Province.units.utf8)).slug
          == "malformed-spreadsheet")
      #expect(
        try await desk.table("/v1/units/import", String(decoding: workbook, as: UTF8.self)).status
          == 400)
      let sheet = try await desk.workbook("/v1/units/import?sheet=X", workbook)
      #expect(sheet.status == 400 && sheet.slug == "unknown-sheet" && sheet.field == "sheet")
      #expect(try await desk.logged() == "0")
    }
  }

  @Test func `that are hostile are refused and change nothing`() async throws {
    try await IntakeDesk.with { desk in
      let good = RawWorkbook(lines: Province.units)
      func asked(_ change: (inout RawWorkbook) -> Void) async throws -> Answer {
        var workbook = good
        change(&workbook)
        return try await desk.workbook("/v1/units/import", workbook.bytes)
      }
      let part = "xl/worksheets/sheet1.xml"
      let answers = [
        try await desk.workbook("/v1/units/import", []),
        try await desk.workbook("/v1/units/import", Array(good.bytes.dropLast(40))),
        try await asked { $0.others = [(part, Array("<a><b></a>".utf8))] },
        try await asked { $0.others = [(part, Array("<!DOCTYPE a><a/>".utf8))] },
        try await asked { $0.others = [("x", [UInt8](repeating: 0, count: 2_000_000))] },
        try await asked { $0.sheets[0].rows += "<row r=\"9\"><c r=\"A1\"/></row>" },
      ]
      #expect(
        answers.map(\.slug) == [
          "malformed-spreadsheet", "malformed-spreadsheet", "malformed-spreadsheet",
          "spreadsheet-unsupported", "spreadsheet-too-large", "malformed-spreadsheet",
        ])
      #expect(answers.map(\.status) == [400, 400, 400, 400, 413, 400])
      #expect(answers.allSatisfy { $0.field == "body" })
      #expect(try await desk.logged() == "0")
    }
  }
}

@Suite(.timeLimit(.minutes(3))) struct `Exported organisations and members` {
  private static let persons =
    Province.persons + """
      member-2,=1+1,cell-1,commune-1,member,members,electronic
      -member-3,"'@Lê ""Văn"" Ba",cell-1,commune-1,deputy,members,paper

      """

  private func body(_ format: String, _ path: String, _ desk: IntakeDesk) async throws -> Answer {
    try await desk.get("/v1/\(path)/export?format=\(format)", by: Province.province)
  }

  @Test func `are taken back in without a change, from CSV and workbooks`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      #expect(try await desk.table("/v1/persons/import", Self.persons)["registered"] == "4")
      for (path, count) in [("units", "6"), ("persons", "4")] {
        let csv = try await body("csv", path, desk)
        let fromCSV = try await desk.table(
          "/v1/\(path)/import", String(decoding: csv.body, as: UTF8.self))
        #expect(fromCSV["unchanged"] == count && fromCSV["amended"] == "0")
        let workbook = try await body("xlsx", path, desk)
        let fromWorkbook = try await desk.workbook("/v1/\(path)/import", workbook.body)
        #expect(fromWorkbook["unchanged"] == count && fromWorkbook["registered"] == "0")
      }
      #expect(try await desk.logged() == "10")
    }
  }

  @Test func `are files with the columns of the import`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      let units = try await desk.get("/v1/units/export")
      #expect(units.status == 200)
      #expect(units.headers[.contentType] == "text/csv; charset=utf-8")
      #expect(units.headers[.contentDisposition] == "attachment; filename=\"units.csv\"")
      let lines = String(decoding: units.body, as: UTF8.self).split(separator: "\r\n")
      #expect(lines.count == 7)
      #expect(lines[0] == "\u{FEFF}" + Province.unitHeader.dropLast() + ",sector")
      #expect(
        lines[1] == "cell-1,Chi bộ thôn Một,CELL,commune-1,commune-1,cells,false,")
      let persons = try await body("xlsx", "persons", desk)
      #expect(
        persons.headers[.contentType]
          == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
      #expect(persons.headers[.contentDisposition] == "attachment; filename=\"persons.xlsx\"")
    }
  }

  @Test func `of members are only for who may import them`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      for format in ["csv", "xlsx"] {
        let path = "/v1/persons/export?format=\(format)"
        #expect(try await desk.get(path).slug == "actor-required")
        #expect(try await desk.get(path, by: Province.district).slug == "not-the-province")
        #expect(try await desk.get(path, by: "person/p-clerk").slug == "not-the-province")
        #expect(try await desk.get(path, by: Province.province).status == 200)
      }
    }
  }
}
