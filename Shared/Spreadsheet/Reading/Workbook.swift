internal import TextForms

/// A workbook in the format of Excel and LibreOffice (XLSX, ECMA-376), read with distrust.
///
/// Nothing in it is ever computed: formulas are handed out as formulas and never as their last
/// result. Macros, pictures, charts and what else a workbook may carry is left where it is.
public struct Workbook: Sendable {
  /// One of the sheets.
  public struct Sheet: Sendable, Hashable {
    /// Its name, in NFC.
    public let name: String
    /// Whether the programs show it.
    public let isHidden: Bool
    let part: String
  }

  /// The sheets with cells, in the order of the workbook.
  public let sheets: [Sheet]
  private let archive: ZipArchive
  private let strings: SharedStrings
  private let formats: CellFormats
  private let countsFrom1904: Bool

  /// Reads everything but the sheets.
  /// - Throws: ``SpreadsheetError``.
  public init(
    _ bytes: [UInt8], limits: SpreadsheetLimits = SpreadsheetLimits()
  ) throws(SpreadsheetError) {
    archive = try ZipArchive(bytes, limits)
    guard let main = try Relationships(of: "", archive).only("officeDocument") else {
      throw .missingPart("officeDocument")
    }
    let relationships = try Relationships(of: main, archive)
    let content = try WorkbookContent(archive, main, relationships)
    sheets = content.sheets
    countsFrom1904 = content.countsFrom1904
    strings =
      if let part = relationships.only("sharedStrings") { try SharedStrings(archive, part) } else {
        SharedStrings()
      }
    formats =
      if let part = relationships.only("styles") { try CellFormats(archive, part) } else {
        CellFormats()
      }
  }

  /// The sheet of this name or, without one, the first that is not hidden.
  public func sheet(named name: String?) -> Sheet? {
    guard let name else { return sheets.first { !$0.isHidden } }
    let wanted = NormalisedText.nfc(name)
    return sheets.first { $0.name == wanted }
  }

  /// The rows of a sheet, which are read one after the other.
  /// - Throws: ``SpreadsheetError``.
  public func rows(of sheet: Sheet) throws(SpreadsheetError) -> SheetRows {
    try SheetRows(sheet, archive, strings, formats, countsFrom1904: countsFrom1904)
  }
}

/// What the main part says.
private struct WorkbookContent {
  var sheets: [Workbook.Sheet] = []
  var countsFrom1904 = false

  init(
    _ archive: ZipArchive, _ part: String, _ relationships: Relationships
  ) throws(SpreadsheetError) {
    var reader = try XMLReader.inside("workbook", of: archive, part)
    while let child = try reader.child() {
      if child.isSheet("sheets") {
        try readSheets(&reader, relationships, max: archive.limits.sheets)
        continue
      }
      if child.isSheet("workbookPr") {
        countsFrom1904 = ["1", "true", "on"].contains(child["date1904"])
      }
      try reader.skip()
    }
    try reader.finish()
  }

  private mutating func readSheets(
    _ reader: inout XMLReader, _ relationships: Relationships, max: Int
  ) throws(SpreadsheetError) {
    while let child = try reader.child() {
      guard sheets.count < max else { throw .tooLarge(.sheets) }
      guard child.isSheet("sheet"), let name = child["name"].map(CellText.kept),
        let id = child[.relationships, "id"], let target = relationships[id],
        !sheets.contains(where: { $0.name == name })
      else { throw .malformedPart(reader.part) }
      // Sheets that are a chart or a dialogue have no cells.
      if target.kind == "worksheet" {
        let isHidden = child["state"] == "hidden" || child["state"] == "veryHidden"
        sheets.append(Workbook.Sheet(name: name, isHidden: isHidden, part: target.part))
      }
      try reader.skip()
    }
  }
}
