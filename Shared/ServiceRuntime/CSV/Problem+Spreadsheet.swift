internal import Spreadsheet

extension Problem {
  /// The answer to a workbook that cannot be read.
  init(_ error: SpreadsheetError) {
    let (slug, detail): (RuntimeSlug, String) =
      switch error {
      case .notAnArchive: (.malformedSpreadsheet, "Tệp không phải XLSX hoặc bị cắt ngang.")
      case .damagedArchive(let entry):
        (.malformedSpreadsheet, "Tệp nén bị hỏng\(Self.place(entry)).")
      case .malformedXML(let part, let line):
        (.malformedSpreadsheet, "XML sai cú pháp\(Self.place(part)), dòng \(line).")
      case .missingPart(let part): (.malformedSpreadsheet, "Thiếu thành phần\(Self.place(part)).")
      case .malformedPart(let part):
        (.malformedSpreadsheet, "Nội dung không đúng cấu trúc bảng tính\(Self.place(part)).")
      case .malformedCell(let sheet, let row, let column):
        (.malformedSpreadsheet, Self.place(sheet, row, column))
      case .unsupportedArchive(let feature): (.spreadsheetUnsupported, Self.text(feature))
      case .forbiddenXML(let part, let feature):
        (.spreadsheetUnsupported, Self.text(feature) + Self.place(part) + ".")
      case .tooLarge(let limit): (.spreadsheetTooLarge, Self.text(limit))
      }
    self.init(slug, detail: detail, field: "body")
  }

  /// A part's name, unless it is one that no program writes.
  private static func place(_ part: String?) -> String {
    guard let part, part.utf8.count <= 100,
      part.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return "" }
    return " (\(part))"
  }

  private static func place(_ sheet: String, _ row: Int, _ column: Int) -> String {
    let cell = column > 0 ? "ô \(CellReference.letters(of: column))\(row)" : "dòng sau dòng \(row)"
    return "Trang tính \(sheet), \(cell): nội dung không hợp lệ."
  }

  private static func text(_ feature: SpreadsheetError.ArchiveFeature) -> String {
    switch feature {
    case .zip64: "Tệp nén dùng ZIP64."
    case .encryption: "Tệp có mật khẩu."
    case .split: "Tệp nén chia nhiều phần."
    case .method: "Tệp dùng cách nén khác DEFLATE."
    }
  }

  private static func text(_ feature: SpreadsheetError.XMLFeature) -> String {
    switch feature {
    case .documentType: "XML có khai báo DOCTYPE"
    case .entity: "XML dùng thực thể tự đặt"
    case .encoding: "XML không phải UTF-8"
    }
  }

  private static func text(_ limit: SpreadsheetLimit) -> String {
    let limits = SpreadsheetLimits()
    return switch limit {
    case .fileBytes: "Tệp lớn nhất \(limits.fileBytes) byte."
    case .entries: "Nhiều nhất \(limits.entries) tệp con."
    case .entryBytes: "Tệp con lớn nhất \(limits.entryBytes) byte sau khi giải nén."
    case .totalBytes: "Lớn nhất \(limits.totalBytes) byte sau khi giải nén."
    case .ratio: "Tỷ lệ nén cao nhất \(limits.ratio) lần."
    case .depth: "XML sâu nhất \(limits.depth) mức."
    case .attributes: "Nhiều nhất \(limits.attributes) thuộc tính mỗi thẻ."
    case .namespaces: "Nhiều nhất \(limits.namespaces) tiền tố XML."
    case .elements: "Nhiều nhất \(limits.elements) thẻ mỗi tệp con."
    case .sharedStrings: "Nhiều nhất \(limits.sharedStrings) chuỗi dùng chung."
    case .sharedStringBytes: "Các chuỗi dùng chung lớn nhất \(limits.sharedStringBytes) byte."
    case .formats: "Nhiều nhất \(limits.formats) định dạng."
    case .sheets: "Nhiều nhất \(limits.sheets) trang tính."
    case .rows: "Dòng cuối cùng là \(limits.rows)."
    case .columns: "Cột cuối cùng là \(CellReference.letters(of: limits.columns))."
    case .cellLength: "Ô dài nhất \(limits.cellLength) ký tự."
    }
  }
}
