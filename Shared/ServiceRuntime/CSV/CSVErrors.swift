/// What is wrong with a table, line by line; the first ones are kept, all are counted.
public struct CSVErrors: Sendable, Hashable, Encodable {
  /// The first errors, in the order in which they were found.
  public private(set) var errors: [FieldError] = []
  /// How many there are.
  public private(set) var total = 0

  /// No errors.
  public init() {}

  /// Whether nothing is wrong.
  public var isEmpty: Bool { total == 0 }

  /// Notes an error; `reason` is Vietnamese and never holds the value.
  public mutating func add(line: Int, column: String, slug: String, reason: String) {
    total += 1
    guard errors.count < CSVTable.errorsMax else { return }
    errors.append(FieldError(slug: slug, field: column, reason: reason, line: line))
  }

  /// Refuses the whole table if anything is wrong.
  /// - Throws: 422 `csv-has-errors` with the errors in order of line.
  public func throwIfAny() throws(Problem) {
    guard let first = sorted.first else { return }
    var problem = Problem(.csvHasErrors, detail: first.reason, field: first.field)
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
