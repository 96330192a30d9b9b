public import ReviewEvents

/// A statement written in the source: values only ever travel as parameters.
public struct SQL: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The text with `$1`, `$2` … for parameters.
  public let text: String
  /// A statement written in the source.
  public init(stringLiteral text: StaticString) { self.text = text.description }
  /// A statement that an adapter puts together from names that stand in the source; never from
  /// anything that came from outside.
  package init(composed text: String) { self.text = text }

  /// Two pieces that stand in the source, one after the other.
  public static func + (left: SQL, right: SQL) -> SQL { SQL(composed: left.text + right.text) }
}

/// A parameter of a statement.
///
/// Lists become PostgreSQL arrays, for `unnest` and `= any(…)`: one statement for many rows.
public enum SQLValue: Sendable, Hashable {
  /// `null`.
  case null
  /// `text`.
  case text(String)
  /// `bigint`.
  case integer(Int64)
  /// `boolean`.
  case boolean(Bool)
  /// `timestamptz`.
  case instant(Instant)
  /// `bytea`.
  case bytes([UInt8])
  /// `text[]`.
  case texts([String])
  /// `text[]` with `null`s.
  case optionalTexts([String?])
  /// `bigint[]`.
  case integers([Int64])
  /// `bigint[]` with `null`s.
  case optionalIntegers([Int64?])
  /// `boolean[]`.
  case booleans([Bool])
  /// `timestamptz[]`.
  case instants([Instant])
  /// `timestamptz[]` with `null`s.
  case optionalInstants([Instant?])

  /// The text, or `null`.
  public static func optional(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
  /// The number, or `null`.
  public static func optional(_ number: Int64?) -> SQLValue {
    number.map { .integer($0) } ?? .null
  }
  /// The moment, or `null`.
  public static func optional(_ instant: Instant?) -> SQLValue {
    instant.map { .instant($0) } ?? .null
  }
}

/// One row of an answer; columns are asked for by their place, from 0.
public struct SQLRow: Sendable, Hashable {
  private let columns: [String?]

  /// A row with these columns in PostgreSQL's text format.
  public init(_ columns: [String?]) { self.columns = columns }

  /// Whether the column is `null`.
  public func isNull(_ column: Int) -> Bool { columns[column] == nil }

  /// A column that may be `null`.
  public func optionalText(_ column: Int) -> String? { columns[column] }

  /// A column that is never `null`.
  /// - Throws: ``StoreError/malformedRow(_:)``.
  public func text(_ column: Int) throws(StoreError) -> String {
    guard let text = columns[column] else { throw .malformedRow("column \(column) is null") }
    return text
  }

  /// A whole number.
  /// - Throws: ``StoreError/malformedRow(_:)``.
  public func integer(_ column: Int) throws(StoreError) -> Int64 {
    guard let number = Int64(try text(column)) else {
      throw .malformedRow("column \(column) is no whole number")
    }
    return number
  }

  /// A whole number that may be `null`.
  /// - Throws: ``StoreError/malformedRow(_:)``.
  public func optionalInteger(_ column: Int) throws(StoreError) -> Int64? {
    isNull(column) ? nil : try integer(column)
  }

  /// True or false.
  /// - Throws: ``StoreError/malformedRow(_:)``.
  public func boolean(_ column: Int) throws(StoreError) -> Bool { try text(column) == "t" }

  /// A moment, from `timestamptz` in a session whose zone is UTC.
  /// - Throws: ``StoreError/malformedRow(_:)``.
  public func instant(_ column: Int) throws(StoreError) -> Instant {
    let text = try text(column)
    do { return try Instant(timestampInUTC: text.utf8.span) } catch {
      throw .malformedRow("column \(column) is no moment in UTC")
    }
  }

  /// A moment that may be `null`.
  /// - Throws: ``StoreError/malformedRow(_:)``.
  public func optionalInstant(_ column: Int) throws(StoreError) -> Instant? {
    isNull(column) ? nil : try instant(column)
  }

  /// Reads a column with a type of the published language, such as an identifier.
  /// - Throws: ``StoreError/malformedRow(_:)``.
  public func value<Value>(_ column: Int, _ read: (String) throws -> Value) throws(StoreError)
    -> Value
  {
    let text = try text(column)
    do { return try read(text) } catch {
      throw .malformedRow("column \(column) does not hold what it should")
    }
  }
}
