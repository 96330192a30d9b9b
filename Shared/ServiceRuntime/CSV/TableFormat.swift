/// How a table lies in a file.
public enum TableFormat: String, Sendable, Hashable, CaseIterable {
  /// RFC 4180 in UTF-8.
  case csv
  /// A workbook of Excel or LibreOffice (ECMA-376).
  case xlsx

  /// The media type.
  public var mediaType: String {
    switch self {
    case .csv: "text/csv"
    case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
  }
}
