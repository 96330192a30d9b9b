internal import Spreadsheet

/// A workbook put together from raw XML, so that tests can hand in what no program would write.
public struct RawWorkbook: Sendable {
  /// One sheet.
  public struct Sheet: Sendable {
    /// Its name.
    public var name: String
    /// `hidden` or nothing.
    public var state: String?
    /// The XML inside `sheetData`.
    public var rows: String

    /// A sheet that is shown.
    public init(name: String, rows: String) {
      self.name = name
      self.rows = rows
    }
  }

  /// The sheets in order.
  public var sheets: [Sheet]
  /// The XML inside `sst`, if there are shared strings.
  public var strings: String?
  /// The XML inside `styleSheet`, if there are styles.
  public var styles: String?
  /// The attributes of `workbookPr`.
  public var properties = ""
  /// Parts that replace those of the same name, or come on top.
  public var others: [(name: String, bytes: [UInt8])] = []

  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let relations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let packageRelations =
    "http://schemas.openxmlformats.org/package/2006/relationships"

  /// A workbook with one sheet of this XML inside `sheetData`.
  public init(_ rows: String, sheet: String = "Sheet1") {
    sheets = [Sheet(name: sheet, rows: rows)]
  }

  /// A workbook whose sheet holds these lines, their fields between commas, all as texts.
  public init(lines: String, sheet: String = "Sheet1") {
    let rows = lines.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    self.init(rows.map { Self.row($0 + 1, $1) }.joined(), sheet: sheet)
  }

  /// A row of texts, its fields between commas.
  public static func row(_ number: Int, _ line: some StringProtocol) -> String {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    let cells = fields.enumerated().filter { !$1.isEmpty }.map { place, text in
      cell(CellReference.letters(of: place + 1) + String(number), String(text))
    }
    return "<row r=\"\(number)\">\(cells.joined())</row>"
  }

  /// A cell with a text; what means something in XML is the caller's to replace.
  public static func cell(_ reference: String, _ text: String) -> String {
    "<c r=\"\(reference)\" t=\"inlineStr\"><is><t>\(text)</t></is></c>"
  }

  /// Every part by name.
  public var parts: [(name: String, bytes: [UInt8])] {
    var parts: [(name: String, bytes: [UInt8])] = []
    func add(_ name: String, _ text: String) { parts.append((name, Array(text.utf8))) }
    add(
      "_rels/.rels",
      Self.relationships([("rId1", "officeDocument", "xl/workbook.xml")]))
    var targets: [(id: String, kind: String, part: String)] = []
    var list = ""
    for (place, sheet) in sheets.enumerated() {
      let id = "rId\(place + 1)"
      targets.append((id, "worksheet", "worksheets/sheet\(place + 1).xml"))
      let state = sheet.state.map { " state=\"\($0)\"" } ?? ""
      list += "<sheet name=\"\(sheet.name)\" sheetId=\"\(place + 1)\"\(state) r:id=\"\(id)\"/>"
      add(
        "xl/worksheets/sheet\(place + 1).xml",
        "<worksheet xmlns=\"\(Self.main)\"><sheetData>\(sheet.rows)</sheetData></worksheet>")
    }
    if let strings {
      targets.append(("rIdS", "sharedStrings", "sharedStrings.xml"))
      add("xl/sharedStrings.xml", "<sst xmlns=\"\(Self.main)\">\(strings)</sst>")
    }
    if let styles {
      targets.append(("rIdF", "styles", "styles.xml"))
      add("xl/styles.xml", "<styleSheet xmlns=\"\(Self.main)\">\(styles)</styleSheet>")
    }
    add("xl/_rels/workbook.xml.rels", Self.relationships(targets))
    add(
      "xl/workbook.xml",
      "<workbook xmlns=\"\(Self.main)\" xmlns:r=\"\(Self.relations)\"><workbookPr \(properties)/>"
        + "<sheets>\(list)</sheets></workbook>")
    for other in others {
      parts.removeAll { $0.name == other.name }
      parts.append(other)
    }
    return parts
  }

  /// The file.
  public var bytes: [UInt8] {
    var archive = ZipWriter()
    for part in parts { archive.add(part.name, part.bytes) }
    return archive.finish()
  }

  private static func relationships(_ targets: [(id: String, kind: String, part: String)]) -> String
  {
    let list = targets.map { id, kind, part in
      "<Relationship Id=\"\(id)\" Type=\"\(relations)/\(kind)\" Target=\"\(part)\"/>"
    }
    return "<Relationships xmlns=\"\(packageRelations)\">\(list.joined())</Relationships>"
  }
}
