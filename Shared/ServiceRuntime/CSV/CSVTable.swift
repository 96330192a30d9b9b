/// What a table must look like: a header row and rows, in strict RFC 4180 and UTF-8 or, where the
/// route takes it, as the sheet of a workbook.
///
/// The header names exactly the declared columns, in any order; some may be left out, see
/// ``omittable``. An empty field is a missing value.
public struct CSVTable: Sendable, Hashable {
  /// The columns; shapes are scalars, and booleans are written `true` or `false`.
  public let columns: [Field]
  /// The columns that a file may do without, so that those from before they were added are still
  /// read; what the service makes of it, ``CSVSheet/has(_:)`` tells it.
  public let omittable: Set<String>
  /// The most rows, the header not counted.
  public let rowsMax: Int
  /// The most errors that an answer lists; all are counted.
  public static let errorsMax = 1_000
  /// The longest field in bytes.
  public static let fieldMax = 65_536

  /// A table with these columns.
  public init(columns: [Field], omittable: Set<String> = [], rowsMax: Int = 200_000) {
    precondition(
      columns.allSatisfy { $0.shape.isScalar } && Set(columns.map(\.name)).count == columns.count,
      "columns are scalars with distinct names")
    precondition(
      omittable.isSubset(of: columns.filter { !$0.isRequired }.map(\.name)),
      "what may be left out has no value that is needed")
    self.columns = columns
    self.omittable = omittable
    self.rowsMax = rowsMax
  }
}

/// The rows that were read and what was wrong with the others.
public struct CSVSheet: Sendable {
  /// The rows without errors, in order.
  public let rows: [CSVRow]
  /// What was wrong; a service adds its own findings and then calls ``CSVErrors/throwIfAny()``.
  public var errors: CSVErrors
  let names: Set<String>

  /// Whether the file has this column; only those that a table may do without can be missing.
  public func has(_ column: String) -> Bool { names.contains(column) }
}
