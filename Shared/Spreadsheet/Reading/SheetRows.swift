/// Reads the rows of one sheet, one after the other; only one is in memory.
public struct SheetRows {
  private enum Place {
    case before
    case inside
    case behind
  }

  private let sheet: String
  private let strings: SharedStrings
  private let formats: CellFormats
  private let countsFrom1904: Bool
  private let limits: SpreadsheetLimits
  private var reader: XMLReader
  private var place = Place.before
  private var row = 0
  private var column = 0

  init(
    _ sheet: Workbook.Sheet, _ archive: ZipArchive, _ strings: SharedStrings,
    _ formats: CellFormats, countsFrom1904: Bool
  ) throws(SpreadsheetError) {
    self.sheet = sheet.name
    self.strings = strings
    self.formats = formats
    self.countsFrom1904 = countsFrom1904
    limits = archive.limits
    reader = try XMLReader.inside("worksheet", of: archive, sheet.part)
  }

  /// The next row, which may hold nothing; `nil` behind the last one.
  ///
  /// Only then the whole sheet is known to be what was packed.
  /// - Throws: ``SpreadsheetError``; nothing can be read behind it.
  public mutating func next() throws(SpreadsheetError) -> SheetRow? {
    if place == .before { try begin() }
    guard place == .inside else { return nil }
    while let child = try reader.child() {
      if child.isSheet("row") { return try read(child) }
      try reader.skip()
    }
    place = .behind
    while let child = try reader.child() {
      guard !child.isSheet("sheetData") else { throw .malformedPart(reader.part) }
      try reader.skip()
    }
    try reader.finish()
    return nil
  }

  private mutating func begin() throws(SpreadsheetError) {
    while let child = try reader.child() {
      if child.isSheet("sheetData") {
        place = .inside
        return
      }
      try reader.skip()
    }
    try reader.finish()
    throw .malformedPart(reader.part)
  }

  private mutating func read(_ element: XMLElement) throws(SpreadsheetError) -> SheetRow {
    let number = element["r"].map { Int($0) } ?? row + 1
    column = 0
    guard let number, number > row else { throw malformed }
    guard number <= limits.rows else { throw .tooLarge(.rows) }
    row = number
    var cells: [SheetCell] = []
    while let child = try reader.child() {
      guard child.isSheet("c") else {
        try reader.skip()
        continue
      }
      try step(to: child["r"])
      if let value = try value(of: child) {
        cells.append(SheetCell(column: column, value: value))
      }
    }
    return SheetRow(number: row, cells: cells)
  }

  /// Goes on to the cell with this reference, or to the next one when there is none.
  private mutating func step(to reference: String?) throws(SpreadsheetError) {
    var next = column + 1
    if let reference {
      guard let place = CellReference.place(reference), place.row == row, place.column >= next
      else { throw malformed }
      next = place.column
    }
    column = next
    guard column <= limits.columns else { throw .tooLarge(.columns) }
  }

  /// What the open cell holds, which it closes.
  private mutating func value(of cell: XMLElement) throws(SpreadsheetError) -> CellValue? {
    var raw: String?
    var inline: String?
    var isFormula = false
    while let child = try reader.child() {
      if child.isSheet("v") {
        guard raw == nil else { throw malformed }
        raw = try reader.content()
      } else if child.isSheet("is") {
        guard inline == nil else { throw malformed }
        inline = try reader.richText()
      } else {
        isFormula = isFormula || child.isSheet("f")
        try reader.skip()
      }
    }
    if isFormula { return .formula }
    switch cell["t"] ?? "n" {
    case "inlineStr": return try inline.map { text throws(SpreadsheetError) in try kept(text) }
    case "str": return try raw.map { text throws(SpreadsheetError) in try kept(text) }
    case "e": return .error
    case let type:
      guard inline == nil else { throw malformed }
      guard let raw else { return nil }
      return try value(raw, type, style: cell["s"])
    }
  }

  private func kept(_ text: String) throws(SpreadsheetError) -> CellValue {
    let text = CellText.kept(text)
    guard text.utf16.count <= limits.cellLength else { throw .tooLarge(.cellLength) }
    return .text(text)
  }

  private func value(
    _ raw: String, _ type: String, style: String?
  ) throws(SpreadsheetError) -> CellValue? {
    switch type {
    case "s":
      guard let number = Int(raw), let text = strings[number] else { throw malformed }
      return .text(text)
    case "b":
      guard raw == "0" || raw == "1" else { throw malformed }
      return .boolean(raw == "1")
    case "d":
      guard let date = CellDate(text: raw) else { throw malformed }
      return .date(date)
    case "n":
      if raw.isEmpty { return nil }
      guard let number = Self.number(raw), let style = Int(style ?? "0"),
        let kind = formats[style]
      else { throw malformed }
      guard kind == .date else {
        return .number(CellNumber(value: number, isPlain: kind == .plain))
      }
      return .date(CellDate(serial: number + (countsFrom1904 ? CellDate.days1904 : 0)))
    default: throw malformed
    }
  }

  /// A decimal number as XML Schema writes it, without its words for what is none.
  private static func number(_ text: String) -> Double? {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isPlain, let number = Double(text), number.isFinite else { return nil }
    return number
  }

  private var malformed: SpreadsheetError {
    .malformedCell(sheet: sheet, row: row, column: column)
  }
}
