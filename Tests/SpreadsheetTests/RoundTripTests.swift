import TestSupport
import Testing

@testable import Spreadsheet

@Suite struct `A workbook that we write` {
  private static let alphabet: [Character] = Array(
    "abcxyzABC019 .,;-_=+@'\"<>&\n\t\răâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ😀\u{7}")

  private func text(_ dice: inout SplitMix64) -> String {
    let length = Int.random(in: 0...30, using: &dice)
    let text = String((0..<length).map { _ in Self.alphabet.randomElement(using: &dice) ?? "a" })
    // What looks like a character that XML cannot hold, before one that it cannot.
    return dice.chance(oneIn: 4) ? text + "_x0041\r_x005F_" : text
  }

  private func cell(_ dice: inout SplitMix64) -> WorkbookWriter.Cell {
    switch Int.random(in: 0...5, using: &dice) {
    case 0: .empty
    case 1: .boolean(Bool.random(using: &dice))
    case 2: .number(Int64.random(in: -999_999_999_999_999...999_999_999_999_999, using: &dice))
    default: .text(text(&dice))
    }
  }

  /// What reading should find.
  private func value(_ cell: WorkbookWriter.Cell) -> CellValue? {
    switch cell {
    case .empty: nil
    case .text(let text): .text(text)
    case .boolean(let truth): .boolean(truth)
    case .number(let number): .number(CellNumber(value: Double(number), isPlain: true))
    }
  }

  @Test(arguments: 1...40) func `is read as it was written`(seed: UInt64) throws {
    var dice = SplitMix64(seed: seed)
    let width = Int.random(in: 1...30, using: &dice)
    let header = (1...width).map { "c\($0)" }
    let table = (0..<Int.random(in: 0...60, using: &dice)).map { _ in
      (0..<width).map { _ in cell(&dice) }
    }
    var writer = WorkbookWriter(sheet: "Tổ chức <1> & \"2\"", header: header)
    for row in table { writer.append(row) }
    let bytes = writer.finish()
    let found = try rows(bytes)
    #expect(try Workbook(bytes).sheets.map(\.name) == ["Tổ chức <1> & \"2\""])
    #expect(found.map(\.number) == Array(1...table.count + 1))
    #expect(found[0].cells.map(\.value) == header.map { .text($0) })
    for (row, expected) in zip(found.dropFirst(), table) {
      var values = [CellValue?](repeating: nil, count: width)
      for cell in row.cells { values[cell.column - 1] = cell.value }
      #expect(values == expected.map(value))
    }
  }

  @Test func `is the same every time`() {
    func bytes() -> [UInt8] {
      var writer = WorkbookWriter(sheet: "A", header: ["x", "y"])
      writer.append([.text("=1+1"), .number(7)])
      return writer.finish()
    }
    #expect(bytes() == bytes())
  }

  @Test func `holds texts that begin like formulas as texts`() throws {
    var writer = WorkbookWriter(sheet: "A", header: ["x"])
    let texts = ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "1", "true", "#N/A", "2021-12-10"]
    for text in texts { writer.append([.text(text)]) }
    let found = try rows(writer.finish()).dropFirst().map { $0.cells[0].value }
    #expect(found == texts.map { .text($0) })
  }

  @Test func `may be longer than any block`() throws {
    var writer = WorkbookWriter(sheet: "A", header: ["id", "name"])
    for number in 1...3_000 { writer.append([.text("m\(number)"), .text("Đảng viên \(number)")]) }
    let found = try rows(writer.finish())
    #expect(found.count == 3_001)
    #expect(found[3_000].cells.map(\.value) == [.text("m3000"), .text("Đảng viên 3000")])
  }

  @Test func `names columns as every program does`() {
    let letters = [1, 2, 26, 27, 52, 53, 702, 703, 16_384].map(CellReference.letters)
    #expect(letters == ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"])
    for column in 1...16_384 {
      #expect(CellReference.place(CellReference.letters(of: column) + "7")?.column == column)
    }
  }
}
