import TestSupport
import Testing

@testable import Spreadsheet

/// Workbooks that were right until somebody changed a few bytes of them.
@Suite struct `A changed workbook` {
  private static let parts: [(name: String, bytes: [UInt8])] = {
    var workbook = RawWorkbook(
      """
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>44540.5</v></c>
      <c r="C1" t="inlineStr"><is><r><t>a&#x1EDB;&amp;_x000D_</t></r></is></c></row>
      <row r="3"><c t="b"><v>1</v></c><c t="d"><v>2021-12-10T10:00:00</v></c>
      <c><f>1</f><v>-1.5E3</v></c><c t="e"><v>#N/A</v></c></row>
      """)
    workbook.strings =
      "<si><t xml:space=\"preserve\"> x </t></si><!-- c --><si><r><t><![CDATA[z]]></t></r></si>"
    workbook.styles =
      "<numFmts><numFmt numFmtId=\"164\" formatCode=\"[h]:mm;\\x&quot;d&quot;\"/></numFmts>"
      + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs>"
    return workbook.parts
  }()

  /// What means something to XML, ZIP or a cell.
  private static let words: [[UInt8]] = [
    "<", "</", ">", "/>", "&", "&#x", "<!--", "-->", "<![CDATA[", "]]>", "<?", "<!", "'", "\"", "=",
    "xmlns=\"\"", "\u{0}", "\u{FEFF}", "99999999999999999999", "-1", "1E308", "XFD1048576",
    "<c r=\"A1\">", "</c>", "<f>", "ớ", "\r\n",
  ].map { Array($0.utf8) }

  private func change(_ bytes: inout [UInt8], _ dice: inout SplitMix64) {
    let place = Int.random(in: 0..<max(1, bytes.count), using: &dice)
    let end = min(bytes.count, place + Int.random(in: 1...30, using: &dice))
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: bytes.insert(contentsOf: Self.words.randomElement(using: &dice) ?? [], at: place)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    default: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &dice) }
    }
  }

  @Test(arguments: 1...20) func `is read in order or refused, and nothing else`(seed: UInt64) {
    var dice = SplitMix64(seed: seed)
    for round in 0..<50 {
      var archive = ZipWriter()
      let victim = Int.random(in: 0..<Self.parts.count, using: &dice)
      for (place, part) in Self.parts.enumerated() {
        var bytes = part.bytes
        if place == victim { change(&bytes, &dice) }
        archive.add(part.name, bytes, isDeflated: Bool.random(using: &dice))
      }
      var bytes = archive.finish()
      if round % 5 == 0 { change(&bytes, &dice) }
      guard let rows = try? rows(bytes) else { continue }
      for (row, next) in zip(rows, rows.dropFirst()) { #expect(row.number < next.number) }
      for row in rows {
        #expect((1...1_048_576).contains(row.number))
        for (cell, next) in zip(row.cells, row.cells.dropFirst()) {
          #expect(cell.column < next.column)
        }
        #expect(row.cells.allSatisfy { (1...16_384).contains($0.column) })
      }
    }
  }

  @Test func `without a change is read`() throws {
    var archive = ZipWriter()
    for part in Self.parts { archive.add(part.name, part.bytes) }
    let found = try rows(archive.finish())
    #expect(found.map(\.number) == [1, 3])
    #expect(found[0].cells.first?.value == .text(" x "))
    #expect(found[1].cells.map(\.value).suffix(2) == [.formula, .error])
  }
}
