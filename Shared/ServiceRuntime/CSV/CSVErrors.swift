/// What is wrong with a table, line by line; the first ones are kept, all are counted.
public struct CSVErrors: Sendable, Hashable, Encodable {
  /// The first errors, in the order in which they were found.
  public private(set) var errors: [FieldError] = []
  /// How many there are.
  public private(set) var total = 0
  /// Where the columns stand, when the table is the sheet of a workbook.
  let place: SheetPlace?

  /// No errors.
  public init() { place = nil }

  init(in place: SheetPlace?) { self.place = place }

  /// Whether nothing is wrong.
  public var isEmpty: Bool { total == 0 }

  /// Notes an error; `reason` is Vietnamese and never holds the value.
  ///
  /// In the sheet of a workbook the line is the row, and sheet and letter are added.
  public mutating func add(line: Int, column: String, slug: String, reason: String) {
    add(
      FieldError(
        slug: slug, field: column, reason: reason, line: line, sheet: place?.sheet,
        column: place?.letters[column]))
  }

  mutating func add(_ error: FieldError) {
    total += 1
    guard errors.count < CSVTable.errorsMax else { return }
    errors.append(error)
  }

  /// Refuses the whole table if anything is wrong.
  /// - Throws: 422 `csv-has-errors` or `spreadsheet-has-errors` with the errors in order of line.
  public func throwIfAny() throws(Problem) {
    guard let first = sorted.first else { return }
    let slug: RuntimeSlug = place == nil ? .csvHasErrors : .spreadsheetHasErrors
    var problem = Problem(slug, detail: first.reason, field: first.field)
    problem.errors = sorted
    problem.errorsTotal = total
    throw problem
  }

  private var sorted: [FieldError] { errors.sorted { ($0.line ?? 0) < ($1.line ?? 0) } }

  private enum Key: String, CodingKey { case total, errors }

  /// Writes `{"errors":[…],"total":…}`, for the answer to a dry run.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(total, forKey: .total)
    try container.encode(sorted, forKey: .errors)
  }
}

/// Where a table stands in a workbook.
struct SheetPlace: Sendable, Hashable {
  /// The sheet's name.
  let sheet: String
  /// The letter of each column by its name.
  let letters: [String: String]
}
