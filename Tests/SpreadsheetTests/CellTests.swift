import TestSupport
import Testing

@testable import Spreadsheet

@Suite struct `The cells of a workbook` {
  private func row(_ cells: String) -> RawWorkbook { RawWorkbook("<row r=\"1\">\(cells)</row>") }

  // MARK: Types

  @Test func `are texts, numbers and truths`() throws {
    var workbook = row(
      """
      <c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><t>xã</t></is></c>
      <c r="C1" t="str"><v>y</v></c><c r="D1"><v>12</v></c><c r="E1" t="n"><v>-1.5E-3</v></c>
      <c r="F1" t="b"><v>1</v></c><c r="G1" t="b"><v>0</v></c>
      """)
    workbook.strings = "<si><t>không</t></si><si><t>một</t></si>"
    let cells = try cells(workbook)
    #expect(cells["A"] == .text("một") && cells["B"] == .text("xã") && cells["C"] == .text("y"))
    #expect(cells["D"] == .number(CellNumber(value: 12, isPlain: true)))
    #expect(cells["E"] == .number(CellNumber(value: -0.0015, isPlain: true)))
    #expect(cells["F"] == .boolean(true) && cells["G"] == .boolean(false))
  }

  @Test func `that hold nothing are not there`() throws {
    let cells = try cells(
      row("<c r=\"A1\"/><c r=\"B1\" s=\"0\"><v></v></c><c r=\"C1\" t=\"inlineStr\"/>"))
    #expect(cells.isEmpty)
  }

  @Test func `with formulas and errors say so, and never what came out`() throws {
    let cells = try cells(
      row(
        """
        <c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"x"</f><v>x</v></c>
        <c r="C1" t="b"><f/><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c>
        <c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c>
        <c r="F1"><f t="shared" si="0"/><v>7</v></c>
        """))
    for letter in ["A", "B", "C", "E", "F"] { #expect(cells[letter] == .formula) }
    #expect(cells["D"] == .error)
  }

  @Test func `may have texts in pieces, without how they are pronounced`() throws {
    var workbook = row(
      """
      <c r="A1" t="s"><v>0</v></c>
      <c r="B1" t="inlineStr"><is><r><rPr><b/></rPr><t>Đảng </t></r><r><t>bộ</t></r></is></c>
      """)
    workbook.strings =
      "<si><r><t xml:space=\"preserve\"> a</t></r><r><t>b </t></r><rPh sb=\"0\" eb=\"1\"><t>z</t></rPh>"
      + "<phoneticPr fontId=\"1\"/></si>"
    let cells = try cells(workbook)
    #expect(cells["A"] == .text(" ab ") && cells["B"] == .text("Đảng bộ"))
  }

  @Test func `have texts in one normal form`() throws {
    var workbook = row(
      "<c r=\"A1\" t=\"s\"><v>0</v></c>" + RawWorkbook.cell("B1", "o\u{31B}\u{301}"))
    workbook.strings = "<si><t>a\u{302}\u{301}</t></si>"
    let cells = try cells(workbook)
    guard case .text(let shared) = cells["A"], case .text(let inline) = cells["B"] else {
      Issue.record("no texts")
      return
    }
    #expect(Array(shared.unicodeScalars) == ["\u{1EA5}"])
    #expect(Array(inline.unicodeScalars) == ["\u{1EDB}"])
  }

  @Test func `have characters that XML cannot hold in the way of workbooks`() throws {
    let cells = try cells(
      row(
        RawWorkbook.cell("A1", "a_x000D_b") + RawWorkbook.cell("B1", "_x005F_x000D_")
          + RawWorkbook.cell("C1", "_x00G0_ _x0041") + RawWorkbook.cell("D1", "_xD83D_")))
    #expect(cells["A"] == .text("a\rb") && cells["B"] == .text("_x000D_"))
    #expect(cells["C"] == .text("_x00G0_ _x0041") && cells["D"] == .text("_xD83D_"))
  }

  // MARK: Days and formats

  private static let styles = """
    <numFmts count="4"><numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy"/>\
    <numFmt numFmtId="165" formatCode="000"/><numFmt numFmtId="166" formatCode="[Red]0&quot; ngày&quot;"/>\
    <numFmt numFmtId="167" formatCode="[hh]:mm"/></numFmts>\
    <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>\
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>\
    <xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="9"/><xf numFmtId="49"/></cellXfs>
    """

  private func day(_ serial: String, style: Int = 1, _ properties: String = "") throws -> CellDate?
  {
    var workbook = row("<c r=\"A1\" s=\"\(style)\"><v>\(serial)</v></c>")
    workbook.styles = Self.styles
    workbook.properties = properties
    guard case .date(let date) = try cells(workbook)["A"] else { return nil }
    return date
  }

  @Test(arguments: [
    ("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("366", "1900-12-31"),
    ("367", "1901-01-01"), ("25569", "1970-01-01"), ("36526", "2000-01-01"),
    ("36585", "2000-02-29"), ("44540", "2021-12-10"), ("45351", "2024-02-29"),
    ("73050", "2099-12-31"), ("2958465", "9999-12-31"),
  ]) func `that are shown as days are days`(serial: String, day: String) throws {
    let date = try #require(try self.day(serial))
    #expect(date.day == day && date.seconds == 0)
    #expect(try self.day(serial, style: 2) == date)
  }

  @Test func `count days from 1904 where the workbook does`() throws {
    #expect(try day("0", "date1904=\"1\"")?.day == "1904-01-01")
    #expect(try day("43078", "date1904=\"true\"")?.day == "2021-12-10")
    #expect(try day("44540", "date1904=\"0\"")?.day == "2021-12-10")
  }

  @Test func `that were never a day are none`() throws {
    for serial in ["0", "60", "-1", "2958466", "1E300"] { #expect(try day(serial)?.day == nil) }
  }

  @Test func `keep the time of a day`() throws {
    #expect(try day("44540.75")?.seconds == 64_800)
    #expect(try day("0.5", style: 5)?.seconds == 43_200)
    #expect(try day("44540.999999")?.day == "2021-12-11", "a second is the smallest part")
    #expect(try day("44540.999999")?.seconds == 0)
  }

  @Test func `may have days as text`() throws {
    let cells = try cells(
      row(
        "<c r=\"A1\" t=\"d\"><v>2021-12-10</v></c><c r=\"B1\" t=\"d\"><v>2021-12-10T17:00:01</v></c>"
      ))
    guard case .date(let day) = cells["A"], case .date(let moment) = cells["B"] else {
      Issue.record("no days")
      return
    }
    #expect(day.day == "2021-12-10" && day.seconds == 0)
    #expect(moment.day == "2021-12-10" && moment.seconds == 61_201)
    for wrong in ["today", "2021-12-1", "2021-12-10T25:00:00", "2021-12-10T1"] {
      #expect(fault(row("<c r=\"A1\" t=\"d\"><v>\(wrong)</v></c>").bytes) != nil)
    }
  }

  @Test func `are whole numbers only when they are shown as they are`() throws {
    func whole(_ value: String, style: Int = 0) throws -> Int64? {
      var workbook = row("<c r=\"A1\" s=\"\(style)\"><v>\(value)</v></c>")
      workbook.styles = Self.styles
      guard case .number(let number) = try cells(workbook)["A"] else { return nil }
      return number.whole
    }
    #expect(try whole("7") == 7 && whole("-7") == -7 && whole("1E3") == 1_000)
    #expect(try whole("7.0") == 7 && whole("7", style: 7) == 7)
    #expect(try whole("999999999999999") == 999_999_999_999_999)
    #expect(try whole("1000000000000000") == nil, "more than 15 digits were lost")
    #expect(try whole("7.5") == nil && whole("1E300") == nil)
    #expect(try whole("7", style: 3) == nil, "shown as 007")
    #expect(try whole("7", style: 4) == nil, "shown as 7 ngày")
    #expect(try whole("7", style: 6) == nil, "shown as 700 %")
  }

  @Test(arguments: [
    ("General", CellFormats.Kind.plain), ("0", .plain), ("@", .plain), ("0.00", .shaped),
    ("000", .shaped), ("\"day\"0", .shaped), ("\\d0", .shaped), ("[Red]0", .shaped),
    ("yyyy", .date), ("d-mmm", .date), ("[h]:mm", .date), ("[ss]", .date), ("h AM/PM", .date),
    ("[$-42A]dd mmmm", .date), ("_d0", .shaped), ("0*d", .shaped), ("[<100]0;d", .date),
  ]) func `are days by the code of their format`(code: String, kind: CellFormats.Kind) {
    #expect(CellFormats.kind(of: code) == kind)
  }

  @Test func `have formats that nobody could type, and are no days by them`() {
    #expect(CellFormats.kind(of: "[" + String(repeating: "h", count: 200_000)) == .shaped)
    #expect(CellFormats.kind(of: "[h" + String(repeating: "h", count: 900) + "]") == .date)
  }

  // MARK: Places

  @Test func `stand where they say, and may leave others out`() throws {
    let workbook = RawWorkbook(
      """
      <row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c><c><v>3</v></c></row>
      <row><c><v>4</v></c></row><row r="7"/><row r="1048576"><c r="XFD1048576"><v>5</v></c></row>
      """)
    let rows = try rows(workbook.bytes)
    #expect(rows.map(\.number) == [2, 3, 7, 1_048_576])
    #expect(rows.map { $0.cells.map(\.column) } == [[2, 4, 5], [1], [], [16_384]])
  }

  @Test(arguments: [
    "<row r=\"0\"/>", "<row r=\"x\"/>", "<row r=\"-1\"/>", "<row r=\"2\"/><row r=\"2\"/>",
    "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"1\"><c r=\"A2\"/></row>",
    "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>",
    "<row r=\"1\"><c r=\"A1\"/><c r=\"A1\"/></row>",
    "<row r=\"1\"><c r=\"a1\"/></row>", "<row r=\"1\"><c r=\"1\"/></row>",
    "<row r=\"1\"><c r=\"A\"/></row>", "<row r=\"1\"><c r=\"AAAA1\"/></row>",
    "<row r=\"1\"><c r=\"$A$1\"/></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>5</v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>-1</v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v></v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"b\"><v>true</v></c></row>",
    "<row r=\"1\"><c r=\"A1\" t=\"q\"><v>1</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><v>nan</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><v>0x1</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><v>1,5</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><v>1E999</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><v>1</v><v>2</v></c></row>",
    "<row r=\"1\"><c r=\"A1\" s=\"9\"><v>1</v></c></row>",
    "<row r=\"1\"><c r=\"A1\"><is><t>x</t></is></c></row>",
  ]) func `that no program writes are refused with their place`(rows: String) {
    guard case .malformedCell(sheet: "Sheet1", row: _, column: _) = fault(RawWorkbook(rows).bytes)
    else {
      Issue.record("\(rows): \(String(describing: fault(RawWorkbook(rows).bytes)))")
      return
    }
  }

  @Test func `are bounded in number and length`() {
    func limited(_ change: (inout SpreadsheetLimits) -> Void, _ workbook: RawWorkbook)
      -> SpreadsheetError?
    {
      var limits = SpreadsheetLimits()
      change(&limits)
      return fault(workbook.bytes, limits: limits)
    }
    #expect(fault(RawWorkbook("<row r=\"1048577\"/>").bytes) == .tooLarge(.rows))
    #expect(
      fault(RawWorkbook("<row r=\"1\"><c r=\"XFE1\"/></row>").bytes) == .tooLarge(.columns))
    let long = String(repeating: "ấ", count: 32_768)
    #expect(fault(row(RawWorkbook.cell("A1", long)).bytes) == .tooLarge(.cellLength))
    #expect(fault(row(RawWorkbook.cell("A1", String(long.dropLast()))).bytes) == nil)
    var strings = row("")
    strings.strings = "<si><t>\(long)</t></si>"
    #expect(fault(strings.bytes) == .tooLarge(.cellLength))
    strings.strings = "<si><t>abc</t></si><si><t>def</t></si>"
    #expect(limited({ $0.sharedStrings = 1 }, strings) == .tooLarge(.sharedStrings))
    #expect(limited({ $0.sharedStringBytes = 5 }, strings) == .tooLarge(.sharedStringBytes))
    #expect(limited({ $0.sharedStringBytes = 6 }, strings) == nil)
    var styled = row("")
    styled.styles = Self.styles
    #expect(limited({ $0.formats = 7 }, styled) == .tooLarge(.formats))
    var sheets = row("")
    sheets.sheets.append(RawWorkbook.Sheet(name: "Sheet2", rows: ""))
    #expect(limited({ $0.sheets = 1 }, sheets) == .tooLarge(.sheets))
  }
}

@Suite struct `The sheets of a workbook` {
  @Test func `are found by name, or the first that is shown`() throws {
    var workbook = RawWorkbook(lines: "hidden", sheet: "Ẩn")
    workbook.sheets[0].state = "hidden"
    workbook.sheets.append(
      RawWorkbook.Sheet(name: "Tổ chức &amp; đảng viên", rows: RawWorkbook.row(1, "shown")))
    #expect(try rows(workbook.bytes).first?.cells.first?.value == .text("shown"))
    #expect(
      try rows(workbook.bytes, sheet: "Tổ chức & đảng viên").first?.cells.first?.value
        == .text("shown"))
    // A name as other keyboards write it.
    #expect(
      try rows(workbook.bytes, sheet: "A\u{302}\u{309}n").first?.cells.first?.value
        == .text("hidden"))
    #expect(try Workbook(workbook.bytes).sheet(named: "ẩn") == nil)
  }

  @Test func `with equal names are refused`() {
    var workbook = RawWorkbook(lines: "a", sheet: "A")
    workbook.sheets.append(RawWorkbook.Sheet(name: "A", rows: ""))
    #expect(fault(workbook.bytes) == .malformedPart("xl/workbook.xml"))
  }

  @Test func `that are something else than sheets are refused`() {
    var other = RawWorkbook(lines: "a")
    other.others = [("xl/worksheets/sheet1.xml", Array("<html/>".utf8))]
    #expect(fault(other.bytes) == .malformedPart("xl/worksheets/sheet1.xml"))
    other.others = [("xl/workbook.xml", Array("<workbook/>".utf8))]
    #expect(fault(other.bytes) == .malformedPart("xl/workbook.xml"))
  }

  @Test func `whose end is wrong are refused, however good the rows are`() {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    var workbook = RawWorkbook(lines: "a")
    func with(_ rest: String) -> SpreadsheetError? {
      workbook.others = [
        (
          "xl/worksheets/sheet1.xml",
          Array("<worksheet xmlns='\(main)'><sheetData><row/></sheetData>\(rest)".utf8)
        )
      ]
      return fault(workbook.bytes)
    }
    #expect(with("<extLst/></worksheet>") == nil)
    #expect(with("<sheetData/></worksheet>") == .malformedPart("xl/worksheets/sheet1.xml"))
    #expect(with("</worksheet><x/>") == .malformedXML(part: "xl/worksheets/sheet1.xml", line: 1))
    #expect(with("") == .malformedXML(part: "xl/worksheets/sheet1.xml", line: 1))
  }

  @Test func `may be named from the root of the archive`() throws {
    var workbook = RawWorkbook(lines: "a")
    workbook.others = workbook.parts.filter { $0.name.hasSuffix("workbook.xml.rels") }.map {
      (
        $0.name,
        Array(
          String(decoding: $0.bytes, as: UTF8.self).replacing(
            "worksheets/sheet1.xml", with: "/xl/x/../worksheets/./sheet1.xml"
          ).utf8)
      )
    }
    #expect(try rows(workbook.bytes).count == 1)
    workbook.others[0].bytes = Array(
      String(decoding: workbook.others[0].bytes, as: UTF8.self).replacing(
        "Target=", with: "TargetMode=\"External\" Target="
      ).utf8)
    #expect(fault(workbook.bytes) == .malformedPart("xl/workbook.xml"))
  }
}
