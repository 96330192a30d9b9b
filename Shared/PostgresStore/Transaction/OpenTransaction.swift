import EventStream
import ReviewEvents

/// What a transaction has done so far: begun or not, failed or not.
///
/// `BEGIN` travels with the first statements, so a transaction costs no round trip of its own to
/// begin. After a failure nothing more is sent and the commit is refused, even when the body
/// swallowed the error.
final class OpenTransaction {
  let area: ServiceArea
  let settings: PostgresSettings
  private let link: ServerLink
  private var hasBegun = false
  private var unansweredClaims: [IdempotencyKey] = []
  /// Why this transaction can only be rolled back.
  private(set) var failure: StoreError?

  init(_ link: ServerLink, area: ServiceArea, settings: PostgresSettings) {
    self.link = link
    self.area = area
    self.settings = settings
  }

  /// Runs one statement.
  func run(_ statement: Statement) throws(StoreError) -> Answer {
    guard let answer = try run([statement]).first else {
      throw fail(.malformedRow("a statement without an answer"))
    }
    return answer
  }

  /// Runs statements in one round trip.
  func run(_ statements: [Statement]) throws(StoreError) -> [Answer] {
    let (answers, failure) = try runUpToFailure(statements)
    if let failure { throw failure }
    return answers
  }

  /// Runs statements in one round trip; the answers before the first failure come with it.
  func runUpToFailure(_ statements: [Statement]) throws(StoreError) -> (
    answers: [Answer], failure: StoreError?
  ) {
    if let failure { throw failure }
    var preamble: [Statement] = []
    if !hasBegun {
      preamble = [try .once("begin")] + (try link.takeForgetting())
      hasBegun = true
    }
    let (answers, failure) = link.exchange(preamble + statements)
    let own = Array(answers.dropFirst(preamble.count))
    if let failure { return (own, fail(failure)) }
    guard link.isInTransaction else {
      throw fail(.refused(sqlState: "2D000", message: "a statement ended the transaction"))
    }
    return (own, nil)
  }

  /// Makes sure that nothing of this transaction is kept, and returns the first reason for that.
  @discardableResult
  func fail(_ error: StoreError) -> StoreError {
    failure = failure ?? error
    return failure ?? error
  }

  /// Gives the failure that the server reported the name that callers know it by.
  func rename(_ error: StoreError) -> StoreError {
    failure = error
    return error
  }

  // MARK: Claims

  func noteClaim(_ key: IdempotencyKey) { unansweredClaims.append(key) }

  func noteAnswer(_ key: IdempotencyKey) { unansweredClaims.removeAll { $0 == key } }

  // MARK: The end

  func commit() throws(StoreError) {
    if let failure { throw failure }
    guard hasBegun else { return }
    var statements: [Statement] = []
    for key in unansweredClaims {
      // A claim without an answer would lock out the client's next attempt.
      statements.append(
        try Statement(
          "delete from idempotency where actor = $1 and route = $2 and key = $3",
          .text(key.actor), .text(key.route), .text(key.key)))
    }
    statements.append(try .once("commit"))
    let (answers, failure) = link.exchange(statements)
    switch failure {
    case .unavailable(let reason):
      throw fail(.unavailable("\(reason) during commit: whether it was kept is unknown"))
    case .some(let failure): throw fail(failure)
    case nil: break
    }
    // The server answers the commit of a failed transaction with a polite `ROLLBACK`.
    guard answers.last?.tag == "COMMIT" else {
      throw fail(.refused(sqlState: "25P02", message: "the transaction had failed"))
    }
  }

  /// Undoes everything.
  ///
  /// If even that fails, the link is broken, and the server undoes it.
  func rollBack() {
    guard hasBegun, !link.isBroken, !link.isIdle, let rollback = try? Statement.once("rollback")
    else { return }
    _ = link.exchange([rollback])
  }
}
