/// One row; every field was checked against its column.
public struct CSVRow: Sendable {
  /// The line the row begins on, from 1, where the header is line 1; in a workbook, the row's number.
  public let line: Int
  let places: [String: Int]
  let fields: [String?]

  /// The text of a column; empty when it is missing.
  public subscript(_ column: String) -> String { text(column) ?? "" }

  /// The text of a column that may be empty.
  public func text(_ column: String) -> String? {
    guard let place = places[column] else { preconditionFailure("no column \(column) is declared") }
    return fields[place]
  }

  /// The number of a column declared as `.integer`.
  public func integer(_ column: String) -> Int64? { text(column).flatMap { Int64($0) } }

  /// The truth of a column declared as `.boolean`; `false` when it is empty.
  public func flag(_ column: String) -> Bool { text(column) == "true" }

  /// A typed value of a column that may be empty: `try row.value("parentId", as: UnitID.init)`.
  public func value<Value>(_ column: String, as read: (String) throws -> Value) rethrows -> Value? {
    try text(column).map(read)
  }

  /// A typed value of a column that was declared as required.
  public func require<Value>(_ column: String, as read: (String) throws -> Value) rethrows -> Value
  {
    try read(self[column])
  }
}
