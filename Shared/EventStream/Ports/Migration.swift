/// One numbered step of a service's tables.
///
/// A step that has run anywhere is never changed: what has to change comes as a further step. The
/// store keeps a hash of the text and refuses to start with another one.
public struct Migration: Hashable, Sendable {
  /// Orders the steps.
  ///
  /// 1…99 belong to the engine, services count from ``firstOfService``.
  public let number: Int
  /// What it is for, as in the file's name.
  public let name: String
  /// Statements without transaction control; each step runs in a transaction of its own.
  public let sql: String

  /// The first number of a service's own steps.
  public static let firstOfService = 100

  /// Puts the parts together.
  public init(_ number: Int, _ name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }

  /// A step from a file that was embedded in the build.
  public init(_ number: Int, _ name: String, sql bytes: [UInt8]) {
    self.init(number, name, sql: String(decoding: bytes, as: UTF8.self))
  }
}
