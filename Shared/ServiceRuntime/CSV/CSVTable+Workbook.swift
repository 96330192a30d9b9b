internal import Spreadsheet

extension CSVTable {
  /// Reads and checks the sheet of a workbook: the one named, or the first that is not hidden.
  ///
  /// The first row that holds anything is the header; rows that hold nothing are no rows. A text is
  /// read as it would be from CSV, another value only where it cannot be misunderstood
  /// (``CellReading``).
  /// - Throws: 400 `malformed-spreadsheet`, `spreadsheet-unsupported`, `unknown-sheet`,
  ///   `formula-in-cell`, `error-in-cell`, `unknown-column`, `missing-column`, `duplicate-column`,
  ///   `too-many-rows`; 413 `spreadsheet-too-large`.
  package func read(workbook bytes: [UInt8], sheet name: String?) throws(Problem) -> CSVSheet {
    var source = try SheetSource(bytes, name)
    guard let header = try source.next() else {
      throw Problem(
        .malformedSpreadsheet, detail: "Trang tính không có dòng tiêu đề.", field: "body")
    }
    let (headings, columns) = try Self.headings(header, in: source.sheet)
    var reading = try TableReading(self, headings, line: header.number, sheet: source.sheet)
    while let row = try source.next() {
      try reading.begin()
      var values = [CellValue?](repeating: nil, count: columns.count)
      for cell in row.cells where cell.isFilled {
        if let place = columns.firstIndex(of: cell.column) {
          values[place] = cell.value
        } else {
          reading.errors.add(Self.outside(cell, row.number, source.sheet))
        }
      }
      reading.take(line: row.number) { place, column in
        CellReading.text(values[place], for: column.shape)
      }
    }
    return reading.sheet
  }

  /// The names in the header with the numbers of their columns.
  private static func headings(
    _ header: SheetRow, in sheet: String
  ) throws(Problem) -> ([TableReading.Heading], columns: [Int]) {
    var headings: [TableReading.Heading] = []
    var columns: [Int] = []
    var errors: [FieldError] = []
    for cell in header.cells where cell.isFilled {
      let letter = CellReference.letters(of: cell.column)
      switch CellReading.text(cell.value, for: .text(max: fieldMax)) {
      case .fits(let name):
        headings.append(TableReading.Heading(name: name, letter: letter))
        columns.append(cell.column)
      case .violates(let slug, let reason):
        guard errors.count < errorsMax else { continue }
        errors.append(
          FieldError(
            slug: slug.rawValue, field: "", reason: reason, line: header.number, sheet: sheet,
            column: letter))
      }
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    return (headings, columns)
  }

  /// What stands beside the table belongs to nothing that is imported, and nobody meant it to.
  private static func outside(_ cell: SheetCell, _ row: Int, _ sheet: String) -> FieldError {
    FieldError(
      slug: RuntimeSlug.unknownColumn.rawValue, field: "",
      reason: "ô nằm ngoài các cột của dòng tiêu đề", line: row, sheet: sheet,
      column: CellReference.letters(of: cell.column))
  }
}

extension SheetCell {
  /// Whether it holds more than an empty text.
  fileprivate var isFilled: Bool { value != .text("") }
}

/// The rows of one sheet that hold something; what is wrong with the file becomes a problem.
private struct SheetSource {
  /// The sheet's name.
  let sheet: String
  private var rows: SheetRows

  init(_ bytes: [UInt8], _ name: String?) throws(Problem) {
    let workbook: Workbook
    do throws(SpreadsheetError) { workbook = try Workbook(bytes) } catch { throw Problem(error) }
    guard let sheet = workbook.sheet(named: name) else {
      throw Problem(.unknownSheet, field: HTTPRoute.sheetName)
    }
    self.sheet = sheet.name
    do throws(SpreadsheetError) { rows = try workbook.rows(of: sheet) } catch {
      throw Problem(error)
    }
  }

  mutating func next() throws(Problem) -> SheetRow? {
    do throws(SpreadsheetError) {
      while let row = try rows.next() {
        if row.cells.contains(where: \.isFilled) { return row }
      }
      return nil
    } catch { throw Problem(error) }
  }
}
