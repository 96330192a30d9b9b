import EventStream
import ReviewEvents

/// A ``KnownStep`` as one statement that fails by itself when nothing must be kept.
struct StepStatement {
  let statement: Statement
  /// Whether somebody wants its rows.
  let isAskedForRows: Bool
  private let rename: (StoreError) -> StoreError

  init(_ step: KnownStep, area: ServiceArea) throws(StoreError) {
    switch step {
    case .rows(let sql, let parameters):
      statement = try Statement(sql.text, parameters.map { .value($0) })
      isAskedForRows = true
      rename = { $0 }
    case .change(let sql, let parameters):
      // Dividing by zero is the one way to fail that needs no function in the database.
      statement = try Statement(
        "with changed as (\(sql.text)) select 1 / count(*) from changed",
        parameters.map { .value($0) })
      isAskedForRows = false
      rename = { failure in
        if case .refused("22012", _) = failure { .nothingChanged } else { failure }
      }
    case .append(let append):
      let single = try SingleAppend(
        append.envelopes(area: area), to: append.stream, expected: append.expected)
      statement = single.statement
      isAskedForRows = false
      rename = single.meaning(of:)
    }
  }

  /// The name that callers know a failure of this statement by.
  func meaning(of failure: StoreError) -> StoreError { rename(failure) }
}
