internal import Spreadsheet

extension CSVTable {
  /// Writes rows as a file that an import of the same table takes back without a change.
  /// - Parameters:
  ///   - rows: for each declared column its text, or nothing.
  ///   - sheet: the name of the sheet in a workbook.
  /// - Throws: 400 `too-many-rows` for more than an import would take.
  func write(
    _ rows: [[String?]], as format: TableFormat, sheet: String
  ) throws(Problem) -> [UInt8] {
    guard rows.count <= rowsMax else {
      throw Problem(.tooManyRows, detail: "Nhiều nhất \(rowsMax) dòng.")
    }
    switch format {
    case .csv: return csv(rows)
    case .xlsx: return workbook(rows, sheet)
    }
  }

  private func csv(_ rows: [[String?]]) -> [UInt8] {
    // Excel takes a file without this mark for one in the machine's old code page.
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    func write(_ texts: some Sequence<String>) {
      for (place, text) in texts.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += Self.field(HarmlessText.write(text)).utf8
      }
      bytes += "\r\n".utf8
    }
    write(columns.map(\.name))
    for row in rows { write(row.lazy.map { $0 ?? "" }) }
    return bytes
  }

  private static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
    guard needsQuotes else { return text }
    let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"\(pieces.joined(separator: "\"\""))\""
  }

  private func workbook(_ rows: [[String?]], _ sheet: String) -> [UInt8] {
    var writer = WorkbookWriter(sheet: sheet, header: columns.map(\.name))
    for row in rows {
      writer.append(zip(row, columns).map { text, column in Self.cell(text, column.shape) })
    }
    return writer.finish()
  }

  private static func cell(_ text: String?, _ shape: JSONShape) -> WorkbookWriter.Cell {
    guard let text else { return .empty }
    return shape == .boolean ? .boolean(text == "true") : .text(text)
  }
}
