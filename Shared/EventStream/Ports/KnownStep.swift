/// A step of a transaction whose steps are all known before it begins.
///
/// Nobody looks at an answer before the end, so a store at the other end of a connection can send
/// all of them at once; what must not be kept is recognised by the store itself.
public enum KnownStep: Sendable {
  /// Runs one statement against the service's own tables.
  case rows(SQL, [SQLValue])
  /// Runs one statement that returns the rows it changed; without any, nothing of the transaction
  /// is kept.
  case change(SQL, [SQLValue])
  /// Appends facts to one stream.
  case append(StreamAppend)
}

extension StoreError {
  /// A row that a ``KnownStep/change(_:_:)`` had to change was not there, or not as it was.
  public static let nothingChanged = StoreError.refused(
    sqlState: "P0002", message: "no row was as the change expected it")
}

extension HeldLock {
  /// Runs the steps one by one.
  public func commit(_ steps: [KnownStep]) async throws -> [[SQLRow]] {
    try await commit { transaction in
      var answers: [[SQLRow]] = []
      for step in steps {
        switch step {
        case .rows(let sql, let parameters): answers.append(try transaction.rows(sql, parameters))
        case .change(let sql, let parameters):
          guard try !transaction.rows(sql, parameters).isEmpty else {
            throw StoreError.nothingChanged
          }
          answers.append([])
        case .append(let append):
          try transaction.append([append])
          answers.append([])
        }
      }
      return answers
    }
  }
}
