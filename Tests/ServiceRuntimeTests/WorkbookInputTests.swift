import Spreadsheet
import TestSupport
import Testing

@testable import ServiceRuntime

@Suite struct `A table in a workbook` {
  private static let table = CSVTable(
    columns: [
      .required("id", .identifier), .required("name", .text(max: 20)),
      .optional("members", .integer(0...100)), .optional("reviewed", .boolean),
      .optional("since", .date), .optional("at", .instant),
    ], rowsMax: 50)
  private static let header = RawWorkbook.row(1, "id,name,members,reviewed,since,at")

  /// Format 1 is a day.
  private static let styles =
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"2\"/></cellXfs>"

  private func read(_ workbook: RawWorkbook, sheet: String? = nil) throws -> CSVSheet {
    var workbook = workbook
    workbook.styles = Self.styles
    return try Self.table.read(workbook: workbook.bytes, sheet: sheet)
  }

  private func rows(_ rows: String) throws -> CSVSheet {
    try read(RawWorkbook(Self.header + rows, sheet: "Tổ chức"))
  }

  // MARK: What is fine

  @Test func `is read by the names of its columns, in any order and place`() throws {
    let sheet = try read(
      RawWorkbook(
        RawWorkbook.row(3, ",at,since,reviewed,,members,name,id")
          + RawWorkbook.row(7, ",,,,,,Đảng bộ xã Một,U1")))
    let row = try #require(sheet.rows.first)
    #expect(row["id"] == "U1" && row["name"] == "Đảng bộ xã Một" && row.line == 7)
    #expect(row.text("members") == nil && sheet.errors.isEmpty)
  }

  @Test func `may have typed cells where they cannot be misunderstood`() throws {
    let sheet = try rows(
      """
      <row r="2"><c r="A2"><v>17</v></c><c r="B2"><v>2021</v></c><c r="C2"><v>7</v></c>
      <c r="D2" t="b"><v>1</v></c><c r="E2" s="1"><v>44540</v></c></row>
      """ + RawWorkbook.row(3, "U2,B,8,false,2021-12-10,2021-12-09T17:00:00Z"))
    #expect(sheet.errors.isEmpty)
    #expect(sheet.rows[0]["id"] == "17" && sheet.rows[0]["name"] == "2021")
    #expect(sheet.rows[0].integer("members") == 7 && sheet.rows[0].flag("reviewed"))
    #expect(sheet.rows[0]["since"] == "2021-12-10" && sheet.rows[1]["since"] == "2021-12-10")
    #expect(sheet.rows[1].integer("members") == 8 && !sheet.rows[1].flag("reviewed"))
  }

  @Test func `has no rows where nothing stands`() throws {
    let sheet = try rows(
      "<row r=\"2\"/><row r=\"3\"><c r=\"A3\" s=\"1\"/>\(RawWorkbook.cell("B3", ""))</row>"
        + RawWorkbook.row(9, "U1,A"))
    #expect(sheet.rows.map(\.line) == [9] && sheet.errors.isEmpty)
  }

  @Test func `is the same as in CSV`() throws {
    let lines = """
      id,name,members,reviewed,since,at
      U1,a,7,true,2021-12-10,2021-12-09T17:00:00Z
      U 2,,x,yes,10/12/2021,now
      U3,123456789012345678901,101,TRUE,2021-02-30,2021-12-09
      -4,=1+1,,,,
      U5,o\u{31B}\u{301},007,,,
      """
    let csv = try Self.table.read(Array(lines.utf8))
    let workbook = try read(RawWorkbook(lines: lines, sheet: "S"))
    #expect(workbook.rows.map(\.fields) == csv.rows.map(\.fields))
    #expect(workbook.rows.map(\.line) == csv.rows.map(\.line))
    func told(_ errors: CSVErrors) -> [[String]] {
      errors.errors.map { ["\($0.line ?? 0)", $0.field, $0.slug, $0.reason] }
    }
    #expect(told(workbook.errors) == told(csv.errors))
    #expect(csv.errors.total == 11)
  }

  // MARK: What makes it unreadable

  @Test func `with a wrong header is refused with sheet, row and letter`() throws {
    func problem(_ header: String) throws -> Problem {
      try #require(throws: Problem.self) { try read(RawWorkbook(header, sheet: "Tổ chức")) }
    }
    let unknown = try problem(RawWorkbook.row(2, "id,name,colour,reviewed,since,at"))
    #expect(unknown.slug == "unknown-column" && unknown.field == "colour" && unknown.status == 400)
    #expect(unknown.errors.map(\.slug) == ["unknown-column", "missing-column"])
    #expect(unknown.errors.map(\.line) == [2, 2])
    #expect(unknown.errors.map(\.sheet) == ["Tổ chức", "Tổ chức"])
    #expect(unknown.errors.map(\.column) == ["C", nil])
    let twice = try problem(RawWorkbook.row(1, "id,name,members,reviewed,since,at,,id"))
    #expect(twice.slug == "duplicate-column" && twice.errors[0].column == "H")
    #expect(try problem("").slug == "malformed-spreadsheet")
    #expect(try problem("<row r=\"1\"/>").slug == "malformed-spreadsheet")
    let computed = try problem("<row r=\"1\"><c r=\"B1\"><f>A1</f><v>7</v></c></row>")
    #expect(computed.slug == "formula-in-cell" && computed.errors[0].column == "B")
  }

  @Test func `is taken from the sheet that is named`() throws {
    var workbook = RawWorkbook(lines: "nothing", sheet: "A")
    workbook.sheets.append(
      RawWorkbook.Sheet(name: "B", rows: Self.header + RawWorkbook.row(2, "U1,A")))
    #expect(try read(workbook, sheet: "B").rows.count == 1)
    let first = try #require(throws: Problem.self) { try read(workbook) }
    #expect(first.slug == "unknown-column")
    let problem = try #require(throws: Problem.self) { try read(workbook, sheet: "C") }
    #expect(problem.slug == "unknown-sheet" && problem.field == "sheet" && problem.status == 400)
  }

  @Test func `that is broken, refused or too large says so`() throws {
    func problem(_ bytes: [UInt8]) throws -> Problem {
      try #require(throws: Problem.self) { try Self.table.read(workbook: bytes, sheet: nil) }
    }
    let good = RawWorkbook(Self.header).bytes
    #expect(try problem([]).slug == "malformed-spreadsheet")
    #expect(try problem(Array(good.dropLast())).slug == "malformed-spreadsheet")
    #expect(try problem(Array(Self.header.utf8)).status == 400)
    var bomb = RawWorkbook(Self.header)
    bomb.others = [("bomb", [UInt8](repeating: 0, count: 2_000_000))]
    let large = try problem(bomb.bytes)
    #expect(large.slug == "spreadsheet-too-large" && large.status == 413)
    var typed = RawWorkbook(Self.header)
    typed.others = [("xl/worksheets/sheet1.xml", Array("<!DOCTYPE a><a/>".utf8))]
    let unsupported = try problem(typed.bytes)
    #expect(unsupported.slug == "spreadsheet-unsupported" && unsupported.field == "body")
    #expect(unsupported.detail?.contains("DOCTYPE") == true)
    let cell = RawWorkbook(Self.header + "<row r=\"2\"><c r=\"B2\"><v>x</v></c></row>", sheet: "S")
    #expect(try problem(cell.bytes).detail == "Trang tính S, ô B2: nội dung không hợp lệ.")
  }

  @Test func `with too many rows is refused`() throws {
    func lines(_ count: Int) -> String {
      (1...count).map { RawWorkbook.row($0 + 1, "U\($0),A") }.joined()
    }
    #expect(try rows(lines(50)).rows.count == 50)
    let problem = try #require(throws: Problem.self) { try rows(lines(51)) }
    #expect(problem.slug == "too-many-rows")
  }

  // MARK: What is wrong with single cells

  @Test(arguments: [
    ("<c r=\"A2\"><f>B2</f><v>7</v></c>", "formula-in-cell", "id", "A"),
    ("<c r=\"B2\" t=\"e\"><v>#N/A</v></c>", "error-in-cell", "name", "B"),
    ("<c r=\"A2\"><v>7.5</v></c>", "wrong-type", "id", "A"),
    ("<c r=\"A2\" s=\"2\"><v>7</v></c>", "wrong-type", "id", "A"),
    ("<c r=\"A2\"><v>1E15</v></c>", "wrong-type", "id", "A"),
    ("<c r=\"A2\" s=\"1\"><v>44540</v></c>", "wrong-type", "id", "A"),
    ("<c r=\"B2\" t=\"b\"><v>1</v></c>", "wrong-type", "name", "B"),
    ("<c r=\"C2\" t=\"b\"><v>1</v></c>", "wrong-type", "members", "C"),
    ("<c r=\"C2\"><v>101</v></c>", "out-of-range", "members", "C"),
    ("<c r=\"D2\"><v>1</v></c>", "wrong-type", "reviewed", "D"),
    ("<c r=\"D2\" t=\"inlineStr\"><is><t>TRUE</t></is></c>", "wrong-type", "reviewed", "D"),
    ("<c r=\"E2\"><v>44540</v></c>", "wrong-type", "since", "E"),
    ("<c r=\"E2\" s=\"1\"><v>44540.5</v></c>", "malformed-date", "since", "E"),
    ("<c r=\"E2\" s=\"1\"><v>60</v></c>", "malformed-date", "since", "E"),
    ("<c r=\"F2\" s=\"1\"><v>44540.5</v></c>", "wrong-type", "at", "F"),
    ("<c r=\"G2\"><v>1</v></c>", "unknown-column", "", "G"),
    ("<c r=\"H2\"><f>A2</f></c>", "unknown-column", "", "H"),
    ("<c r=\"C2\"><v>1</v></c>", "missing-value", "id", "A"),
  ]) func `is noted with sheet, row, column and letter`(
    cell: String, slug: String, field: String, letter: String
  ) throws {
    let errors = try rows("<row r=\"2\">\(cell)</row>").errors
    let error = try #require(errors.errors.first { $0.slug == slug })
    #expect(error.field == field && error.column == letter)
    #expect(error.line == 2 && error.sheet == "Tổ chức")
    let problem = try #require(throws: Problem.self) { try errors.throwIfAny() }
    #expect(problem.slug == "spreadsheet-has-errors" && problem.status == 422)
  }

  @Test func `names every fault of every row`() throws {
    let sheet = try rows(
      "<row r=\"2\"><c r=\"A2\"><f>1</f></c><c r=\"B2\" t=\"e\"><v>#REF!</v></c></row>"
        + RawWorkbook.row(3, "U1,A") + RawWorkbook.row(5, "U 2,,x"))
    #expect(sheet.rows.map(\.line) == [3])
    let found = sheet.errors.errors.map { "\($0.column ?? "")\($0.line ?? 0)" }
    #expect(found == ["A2", "B2", "A5", "B5", "C5"])
  }

  @Test func `takes the findings of a service among its own`() throws {
    var errors = try rows(RawWorkbook.row(2, "U1,A")).errors
    errors.add(line: 2, column: "members", slug: "unknown", reason: "không có")
    #expect(errors.errors.first?.column == "C" && errors.errors.first?.sheet == "Tổ chức")
  }
}

@Suite struct `A table that is written` {
  private static let table = CSVTable(columns: [
    .required("id", .identifier), .optional("name", .text(max: 200)),
    .optional("reviewed", .boolean),
  ])
  private static let names = [
    "Đảng bộ xã Một", "Trần Văn Hai, anh", "\"x\"", "a\nb", "=1+1", "+84", "-x", "@SUM(A1)", "'=1",
    "''=1", "'", "''", "'a", "\t=1", " =1", "1", "007", "true", "a\u{FEFF}b", "_x0041_",
  ]
  private static let rows: [[String?]] =
    names.enumerated().map { ["-\($0)", $1, $0 % 2 == 0 ? "true" : "false"] }
    + [["U", nil, nil]]

  @Test(arguments: TableFormat.allCases)
  func `is read as it was written`(format: TableFormat) throws {
    let bytes = try Self.table.write(Self.rows, as: format, sheet: "Tổ chức")
    let sheet =
      switch format {
      case .csv: try Self.table.read(bytes)
      case .xlsx: try Self.table.read(workbook: bytes, sheet: "Tổ chức")
      }
    #expect(sheet.errors.isEmpty)
    #expect(sheet.rows.map(\.fields) == Self.rows)
  }

  @Test func `has no cell in CSV that a program would compute`() throws {
    let bytes = try Self.table.write(Self.rows, as: .csv, sheet: "S")
    var reader = CSVReader(bytes)
    while let record = reader.next() {
      for field in record.fields {
        #expect(!"=+-@\t\r\n".utf8.contains(field.first ?? 0))
      }
    }
  }

  @Test func `is no longer than what an import takes`() throws {
    let small = CSVTable(columns: Self.table.columns, rowsMax: 2)
    for format in TableFormat.allCases {
      #expect(throws: Problem.self) { try small.write(Self.rows, as: format, sheet: "S") }
    }
  }

  @Test func `keeps what others wrote without an apostrophe`() throws {
    let sheet = try Self.table.read(Array("id,name,reviewed\nU1,=1+1,\nU2,'=1+1,\nU3,'a,\n".utf8))
    #expect(sheet.rows.map { $0["name"] } == ["=1+1", "=1+1", "'a"])
  }
}
