import CLibPQ
import EventStream

/// What the server said when it did not do what it was asked to.
struct StatementFailure {
  let sqlState: String
  let message: String
  /// The server ends the connection after saying this.
  let endsConnection: Bool

  @unsafe init(_ result: OpaquePointer) {
    func field(_ code: Int32) -> String? {
      unsafe PQresultErrorField(result, code).map { unsafe String(cString: $0) }
    }
    let severity = field(review_pq_diag_severity) ?? "FATAL"
    sqlState = field(review_pq_diag_sqlstate) ?? "08006"
    message = Self.withoutData(
      field(review_pq_diag_message) ?? "the connection was lost", sqlState: sqlState)
    endsConnection = severity == "FATAL" || severity == "PANIC"
  }

  var error: StoreError {
    // 08: the connection; 53: the server has no memory, disk or place left; 57P0x: it shuts down.
    let isServersTrouble =
      sqlState.hasPrefix("08") || sqlState.hasPrefix("53") || sqlState.hasPrefix("57P0")
    return endsConnection || isServersTrouble
      ? .unavailable("\(message) (\(sqlState))") : .refused(sqlState: sqlState, message: message)
  }

  /// The primary message of a data exception (class 22) quotes the value after a colon; the other
  /// classes keep values in the detail, which is never read.
  private static func withoutData(_ message: String, sqlState: String) -> String {
    guard sqlState.hasPrefix("22") else { return message }
    return String(message.prefix { $0 != ":" && $0 != "\"" })
  }
}

extension StoreError {
  /// Whether running the same transaction again may succeed: a serialization failure, a deadlock,
  /// or a plan that a migration made stale.
  var isRetriable: Bool {
    guard case .refused(let sqlState, let message) = self else { return false }
    return sqlState == "40001" || sqlState == "40P01" || isStalePlan(sqlState, message)
  }

  /// Whether a plan that the connection keeps no longer fits the tables.
  var hasStalePlan: Bool {
    guard case .refused(let sqlState, let message) = self else { return false }
    return isStalePlan(sqlState, message)
  }

  private func isStalePlan(_ sqlState: String, _ message: String) -> Bool {
    // PostgreSQL has no code of its own for this.
    sqlState == "0A000" && message.hasPrefix("cached plan must not change")
  }
}
