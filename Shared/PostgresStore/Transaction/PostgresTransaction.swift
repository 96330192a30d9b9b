import EventStream
import ReviewEvents

/// A transaction in progress, as lent to a body.
///
/// It cannot be copied, stored or sent elsewhere, so it cannot outlive its body.
struct PostgresTransaction: ~Copyable, Transaction {
  let open: OpenTransaction

  init(_ open: OpenTransaction) { self.open = open }

  borrowing func rows(_ sql: SQL, _ parameters: [SQLValue]) throws -> [SQLRow] {
    try open.run(Statement(sql.text, parameters.map { .value($0) })).rows
  }

  borrowing func rows(each statements: [(SQL, [SQLValue])]) throws -> [[SQLRow]] {
    guard !statements.isEmpty else { return [] }
    return try open.run(
      statements.map { sql, parameters in
        try Statement(sql.text, parameters.map { .value($0) })
      }
    ).map(\.rows)
  }

  borrowing func run(_ sql: SQL, _ parameters: [SQLValue]) throws {
    try open.runLater(Statement(sql.text, parameters.map { .value($0) }))
  }
}
