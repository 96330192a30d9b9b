internal import EventStream
internal import ReviewEvents

/// The senders that may hold a mail in their hands.
enum SenderTable {
  /// The lock that a living sender holds.
  static func lock(of incarnation: String) -> StoreLock { StoreLock("sender-\(incarnation)") }

  /// Makes a sender known, in a transaction of the connection that holds its lock.
  static func register(
    _ incarnation: String, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      "insert into sender (incarnation) values ($1) on conflict do nothing", [.text(incarnation)])
  }

  /// All senders that were not given up.
  static func all(_ transaction: borrowing AnyTransaction) throws -> [String] {
    try transaction.rows("select incarnation from sender order by incarnation", [])
      .map { try $0.text(0) }
  }

  /// Forgets a sender.
  static func forget(
    _ incarnation: String, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows("delete from sender where incarnation = $1", [.text(incarnation)])
  }
}
