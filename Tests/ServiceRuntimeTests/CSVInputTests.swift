import Testing

@testable import ServiceRuntime

@Suite struct `A CSV table` {
  static let table = CSVTable(
    columns: [
      .required("id", .identifier), .required("name", .text(max: 20)),
      .optional("parentId", .identifier), .optional("members", .integer(0...100)),
      .optional("reviewed", .boolean), .optional("level", .choice(["A", "B"])),
    ], rowsMax: 50)

  static let header = "id,name,parentId,members,reviewed,level\n"

  private func read(_ text: String) throws -> CSVSheet { try Self.table.read(Array(text.utf8)) }

  private func rows(_ text: String) throws -> CSVSheet { try read(Self.header + text) }

  // MARK: What is fine

  @Test func `is read by the names of its columns, in any order`() throws {
    let sheet = try read("level,reviewed,members,parentId,name,id\nA,true,7,P1,Chi bộ 1,U1\n")
    let row = try #require(sheet.rows.first)
    #expect(row["id"] == "U1" && row["name"] == "Chi bộ 1" && row.text("parentId") == "P1")
    #expect(row.integer("members") == 7 && row.flag("reviewed") && row["level"] == "A")
    #expect(sheet.errors.isEmpty)
  }

  @Test func `may begin with a byte order mark and end without a line break`() throws {
    #expect(try read("\u{FEFF}" + Self.header + "U1,A,,,,").rows.count == 1)
  }

  @Test func `may break lines with CR LF`() throws {
    let sheet = try read("id,name,parentId,members,reviewed,level\r\nU1,A,,,,\r\nU2,B,,,,\r\n")
    #expect(sheet.rows.map(\.line) == [2, 3])
    #expect(sheet.rows[1].text("level") == nil)
  }

  @Test func `may hold commas, quotes and line breaks in quotes`() throws {
    let sheet = try rows("U1,\"a, \"\"b\"\"\nc\",,,,\nU2,x,,,,\n")
    #expect(sheet.rows[0]["name"] == "a, \"b\"\nc")
    #expect(sheet.rows.map(\.line) == [2, 4])
  }

  @Test func `takes an empty field for a missing value, quoted or not`() throws {
    let sheet = try rows("U1,A,\"\",,,\n")
    #expect(sheet.rows[0].text("parentId") == nil)
    #expect(sheet.errors.isEmpty)
  }

  @Test func `takes formulas for text`() throws {
    #expect(try rows("U1,=1+1,,,,\n").rows[0]["name"] == "=1+1")
    #expect(try rows("U1,@SUM(A1),,,,\n").rows[0]["name"] == "@SUM(A1)")
  }

  @Test func `keeps text in one normal form`() throws {
    let sheet = try rows("U1,o\u{31B}\u{301},,,,\n")
    #expect(Array(sheet.rows[0]["name"].unicodeScalars) == ["\u{1EDB}"])
  }

  @Test func `may do without a column that was added later, and says whether it did`() throws {
    let columns: [Field] = [.required("id", .identifier), .optional("sector", .identifier)]
    let table = CSVTable(columns: columns, omittable: ["sector"])
    let old = try table.read(Array("id\nU1\n".utf8))
    #expect(old.errors.isEmpty && old.rows.map { $0["id"] } == ["U1"])
    #expect(!old.has("sector") && old.rows[0].text("sector") == nil)
    let new = try table.read(Array("sector,id\nPOLICE,U1\n,U2\n".utf8))
    #expect(new.has("sector") && new.rows.map { $0.text("sector") } == ["POLICE", nil])
    #expect(throws: Problem.self) { try table.read(Array("sector\nPOLICE\n".utf8)) }
  }

  @Test func `with a header and nothing else has no rows`() throws {
    #expect(try read(Self.header).rows.isEmpty)
  }

  // MARK: What makes it unreadable

  @Test(arguments: [
    ("", "malformed-csv", "body"),
    ("id,name\n", "missing-column", "parentId"),
    ("id,name,parentId,members,reviewed,level,extra\n", "unknown-column", "extra"),
    ("id,id,name,parentId,members,reviewed,level\n", "duplicate-column", "id"),
    ("ID,name,parentId,members,reviewed,level\n", "unknown-column", "ID"),
    ("id, name,parentId,members,reviewed,level\n", "unknown-column", " name"),
    (
      "id;name;parentId;members;reviewed;level\n", "unknown-column",
      "id;name;parentId;members;reviewed;level"
    ),
    ("\"id,name,parentId,members,reviewed,level\n", "malformed-csv", "body"),
    ("\n" + header, "unknown-column", ""),
  ]) func `with a wrong header is refused`(text: String, slug: String, field: String) throws {
    let problem = try #require(throws: Problem.self) { try read(text) }
    #expect(problem.slug == slug)
    #expect(problem.field == field)
    #expect(problem.status == 400)
  }

  @Test func `with too many rows is refused`() throws {
    let text = (0...50).map { "U\($0),A,,,,\n" }.joined()
    #expect(throws: Problem.self) { try rows(text) }
    #expect(try rows((1...50).map { "U\($0),A,,,,\n" }.joined()).rows.count == 50)
  }

  @Test func `that is not UTF-8 is refused with the line`() throws {
    let bytes =
      Array(Self.header.utf8) + Array("U1,A,,,,\nU2,".utf8) + [0xFF] + Array(",,,,\n".utf8)
    let problem = try #require(throws: Problem.self) { try Self.table.read(bytes) }
    #expect(problem.slug == "invalid-utf8")
    #expect(problem.errors.first?.line == 3)
  }

  // MARK: What is wrong with single rows

  @Test(arguments: [
    ("U1,A,,,\n", "malformed-csv", "", 2),
    ("U1,A,,,,,\n", "malformed-csv", "", 2),
    ("\n", "malformed-csv", "", 2),
    ("U1,a\"b,,,,\n", "malformed-csv", "", 2),
    ("U1,\"a\"b,,,,\n", "malformed-csv", "", 2),
    ("U1,\"open\n,,,,\n", "malformed-csv", "", 2),
    ("U1,a\rb,,,,\n", "malformed-csv", "", 2),
    (",A,,,,\n", "missing-value", "id", 2),
    ("U1,,,,,\n", "missing-value", "name", 2),
    ("U 1,A,,,,\n", "malformed-identifier", "id", 2),
    ("U1,123456789012345678901,,,,\n", "text-too-long", "name", 2),
    ("U1,a\u{7}b,,,,\n", "control-character", "name", 2),
    ("U1,A,,x,,\n", "wrong-type", "members", 2),
    ("U1,A,,1.5,,\n", "wrong-type", "members", 2),
    ("U1,A,,101,,\n", "out-of-range", "members", 2),
    ("U1,A,,,yes,\n", "wrong-type", "reviewed", 2),
    ("U1,A,,,TRUE,\n", "wrong-type", "reviewed", 2),
    ("U1,A,,,,C\n", "not-a-choice", "level", 2),
    ("U1,\"a\nb\",,,,C\n", "not-a-choice", "level", 2),
    ("U1,\"a\nb\",,,,\nU2,,,,,\n", "missing-value", "name", 4),
  ]) func `notes errors with line and column`(text: String, slug: String, column: String, line: Int)
    throws
  {
    let error = try #require(try rows(text).errors.errors.first)
    #expect(error.slug == slug)
    #expect(error.field == column)
    #expect(error.line == line)
  }

  @Test func `of two thousand lines with three bad ones names exactly these`() throws {
    let table = CSVTable(columns: Self.table.columns)
    let bad = [500: "U 500,A,,,,", 1_000: "U1000,,,,,", 2_000: "U2000,A,,x,,"]
    let text = (2...2_001).map { (bad[$0] ?? "U\($0),A,,,,") + "\n" }.joined()
    let sheet = try table.read(Array((Self.header + text).utf8))
    #expect(sheet.rows.count == 1_997)
    let problem = try #require(throws: Problem.self) { try sheet.errors.throwIfAny() }
    #expect(problem.slug == "csv-has-errors" && problem.status == 422)
    #expect(problem.errors.map(\.line) == [500, 1_000, 2_000])
    #expect(problem.errors.map(\.field) == ["id", "name", "members"])
  }

  @Test func `reports several errors of one line, and a bounded number at all`() throws {
    let two = try rows("U 1,A,,x,,\n").errors
    #expect(two.errors.map(\.field) == ["id", "members"])
    let table = CSVTable(columns: Self.table.columns)
    let many = try table.read(
      Array((Self.header + String(repeating: ",A,,,,\n", count: 1_250)).utf8))
    #expect(many.errors.errors.count == 1_000)
    #expect(many.errors.total == 1_250)
  }

  @Test func `takes the findings of a service among its own`() throws {
    var errors = try rows("U1,A,,,,\nU2,,,,,\n").errors
    errors.add(line: 2, column: "parentId", slug: "unknown-parent", reason: "không có")
    let problem = try #require(throws: Problem.self) { try errors.throwIfAny() }
    #expect(problem.errors.map(\.line) == [2, 3])
    #expect(problem.errorsTotal == 2)
  }

  @Test func `never lets bytes after the end be forgotten`() throws {
    let sheet = try rows("U1,A,,,,")
    #expect(sheet.rows.count == 1 && sheet.rows[0].text("level") == nil)
    #expect(sheet.errors.isEmpty)
  }
}
