internal import TextForms

/// Checks rows of texts against the columns of a table: everything that CSV and workbooks have in
/// common, so that the same table is read the same way from both.
struct TableReading {
  /// A name in the header.
  struct Heading {
    let name: String
    /// The letter of its column, in workbooks.
    var letter: String?
  }

  private let table: CSVTable
  /// For each place of a row, which declared column stands there.
  private let order: [Int]
  private let places: [String: Int]
  private var rows: [CSVRow] = []
  private var count = 0
  /// What was wrong so far.
  var errors: CSVErrors

  /// Reads the header, which stands on `line` and, in workbooks, in `sheet`.
  /// - Throws: 400 `unknown-column`, `missing-column`, `duplicate-column`.
  init(
    _ table: CSVTable, _ header: [Heading], line: Int, sheet: String? = nil
  ) throws(Problem) {
    var order: [Int] = []
    var errors: [FieldError] = []
    func note(_ slug: RuntimeSlug, _ name: String, _ letter: String? = nil) {
      guard errors.count < CSVTable.errorsMax else { return }
      errors.append(
        FieldError(
          slug: slug.rawValue, field: JSONPath().member(name).text, reason: slug.title, line: line,
          sheet: sheet, column: letter))
    }
    for heading in header {
      let name = NormalisedText.nfc(heading.name)
      guard let place = table.columns.firstIndex(where: { $0.name == name }) else {
        note(.unknownColumn, name, heading.letter)
        continue
      }
      if order.contains(place) { note(.duplicateColumn, name, heading.letter) }
      order.append(place)
    }
    for (place, column) in table.columns.enumerated()
    where !order.contains(place) && !table.omittable.contains(column.name) {
      note(.missingColumn, column.name)
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    self.table = table
    self.order = order
    places = Dictionary(uniqueKeysWithValues: table.columns.enumerated().map { ($1.name, $0) })
    let letters = zip(order, header).compactMap { place, heading in
      heading.letter.map { (table.columns[place].name, $0) }
    }
    self.errors = CSVErrors(
      in: sheet.map {
        SheetPlace(sheet: $0, letters: Dictionary(uniqueKeysWithValues: letters))
      })
  }

  /// How many texts a row has.
  var width: Int { order.count }

  /// Counts a row, whether it can be read or not.
  /// - Throws: 400 `too-many-rows`.
  mutating func begin() throws(Problem) {
    count += 1
    guard count <= table.rowsMax else {
      throw Problem(.tooManyRows, detail: "Nhiều nhất \(table.rowsMax) dòng.", field: "body")
    }
  }

  /// Checks a row and keeps it if nothing is wrong with it.
  /// - Parameter text: what stands at a place of the row, or why that is no text for the column.
  mutating func take(line: Int, _ text: (_ place: Int, _ column: Field) -> Checked) {
    var fields = [String?](repeating: nil, count: table.columns.count)
    var isFine = true
    for (place, index) in order.enumerated() {
      let column = table.columns[index]
      switch Self.check(text(place, column), column) {
      case .fits(let text): fields[index] = text.isEmpty ? nil : text
      case .violates(let slug, let reason):
        isFine = false
        errors.add(slug, line: line, column: column.name, reason: reason)
      }
    }
    if isFine { rows.append(CSVRow(line: line, places: places, fields: fields)) }
  }

  /// The rows without errors, and what was wrong with the others.
  var sheet: CSVSheet {
    CSVSheet(rows: rows, errors: errors, names: Set(order.map { table.columns[$0].name }))
  }

  /// An empty text stands for a missing value.
  private static func check(_ found: Checked, _ column: Field) -> Checked {
    guard case .fits(let text) = found else { return found }
    guard !text.isEmpty else {
      return column.isRequired ? .violates(.missingValue, RuntimeSlug.missingValue.title) : found
    }
    guard text.utf8.count <= CSVTable.fieldMax else {
      return .violates(.textTooLong, "dài nhất \(CSVTable.fieldMax) byte")
    }
    return ScalarCheck.check(text, column.shape)
  }
}

extension CSVErrors {
  mutating func add(_ slug: RuntimeSlug, line: Int, column: String, reason: String) {
    add(line: line, column: column, slug: slug.rawValue, reason: reason)
  }
}
