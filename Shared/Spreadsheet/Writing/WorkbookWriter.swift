/// Writes a workbook with one sheet: a header that stays in sight, and rows of texts, whole numbers
/// and truths.
///
/// The same rows always become the same bytes.
/// Texts are written as texts, in a format that keeps what is typed over them a text; so nothing
/// that a text begins with can become a formula.
public struct WorkbookWriter {
  /// What a cell is to hold.
  public enum Cell: Sendable, Hashable {
    /// Nothing.
    case empty
    /// A text.
    case text(String)
    /// A whole number of at most 15 digits.
    case number(Int64)
    /// True or false.
    case boolean(Bool)
  }

  /// The longest name of a sheet that Excel opens.
  public static let sheetNameMax = 31
  private static let blockBytes = 65_536

  private let sheet: String
  private var entry = PackedEntry()
  private var block: [UInt8] = []
  private var row = 0
  private let columns: Int

  /// Begins a sheet with its header.
  /// - Parameter sheet: 1–31 characters, none of `[]:*?/\`.
  public init(sheet: String, header: [String]) {
    precondition(
      (1...Self.sheetNameMax).contains(sheet.utf16.count)
        && !sheet.contains { "[]:*?/\\".contains($0) }, "a name that Excel opens")
    precondition(!header.isEmpty, "a sheet has columns")
    self.sheet = sheet
    columns = header.count
    block.reserveCapacity(2 * Self.blockBytes)
    block += WorkbookParts.sheetBegin(columns: columns).utf8
    begin()
    for (place, name) in header.enumerated() {
      text(name, at: place + 1, style: WorkbookParts.headerStyle)
    }
    end()
  }

  /// Adds a row.
  /// - Parameter cells: as many as the header has, or fewer.
  public mutating func append(_ cells: [Cell]) {
    precondition(cells.count <= columns, "a row is no longer than its header")
    begin()
    for (place, cell) in cells.enumerated() {
      switch cell {
      case .empty: continue
      case .text(let text): self.text(text, at: place + 1, style: WorkbookParts.textStyle)
      case .number(let number): value(String(number), "n", at: place + 1)
      case .boolean(let truth): value(truth ? "1" : "0", "b", at: place + 1)
      }
    }
    end()
  }

  /// The whole file.
  public consuming func finish() -> [UInt8] {
    block += WorkbookParts.sheetEnd.utf8
    entry.write(block)
    entry.finish()
    var archive = ZipWriter()
    for (name, text) in WorkbookParts.fixed(sheet: sheet) { archive.add(name, Array(text.utf8)) }
    archive.add(WorkbookParts.sheetPart, entry)
    return archive.finish()
  }

  // MARK: Rows

  private mutating func begin() {
    row += 1
    block += "<row r=\"\(row)\">".utf8
  }

  private mutating func end() {
    block += "</row>".utf8
    guard block.count >= Self.blockBytes else { return }
    entry.write(block)
    block.removeAll(keepingCapacity: true)
  }

  private mutating func text(_ text: String, at column: Int, style: Int) {
    open(column, "inlineStr", style: style)
    block += "<is><t xml:space=\"preserve\">".utf8
    block += XMLText.escaped(EscapedText.write(text)).utf8
    block += "</t></is></c>".utf8
  }

  private mutating func value(_ value: String, _ type: String, at column: Int) {
    open(column, type, style: WorkbookParts.plainStyle)
    block += "<v>\(value)</v></c>".utf8
  }

  private mutating func open(_ column: Int, _ type: String, style: Int) {
    let reference = CellReference.letters(of: column) + String(row)
    block += "<c r=\"\(reference)\" s=\"\(style)\" t=\"\(type)\">".utf8
  }
}
