import EventStream
import ReviewEvents

/// What a transaction has done so far: begun or not, failed or not.
///
/// `BEGIN` travels with the first statements, so a transaction costs no round trip of its own to
/// begin; where writes may wait, they travel with the next question or with `COMMIT`, and where only
/// their answers may wait, the server works on them while the body goes on. After a failure nothing
/// more is sent and the commit is refused, even when the body swallowed the error.
final class OpenTransaction {
  /// What may wait for the next question or for the commit.
  enum Waiting: Sendable {
    /// Nothing: the operation that fails is the one that throws.
    case none
    /// Writes whose answers nobody needs.
    case writes
    /// The answers of such writes; they themselves are sent at once.
    case answers
  }

  /// The most statements that wait; one more makes all of them travel.
  static let waitingMax = 32
  /// The most bytes of parameters that wait.
  static let waitingBytesMax = 262_144
  /// The most bytes of parameters that are sent before an answer is waited for.
  static let unansweredBytesMax = 4 * 1_048_576

  let area: ServiceArea
  let settings: PostgresSettings
  private let link: ServerLink
  private let mayWait: Waiting
  private var hasBegun = false
  private var waiting: [WaitingStatement] = []
  private var waitingBytes = 0
  /// How many of those that wait were sent; they are the first ones.
  private var posted = 0
  private var unansweredClaims: [IdempotencyKey] = []
  /// Why this transaction can only be rolled back.
  private(set) var failure: StoreError?
  /// What the request was answered whose key this transaction wanted to claim.
  private(set) var answeredBefore: StoredAnswer?

  init(_ link: ServerLink, area: ServiceArea, settings: PostgresSettings, _ mayWait: Waiting) {
    self.link = link
    self.area = area
    self.settings = settings
    self.mayWait = mayWait
  }

  /// Runs one statement.
  func run(_ statement: Statement) throws -> Answer {
    guard let answer = try run([statement]).first else {
      throw fail(.malformedRow("a statement without an answer"))
    }
    return answer
  }

  /// Runs statements in one round trip.
  func run(_ statements: [Statement]) throws -> [Answer] {
    let (answers, failure) = try runUpToFailure(statements)
    if let failure { throw failure }
    return answers
  }

  /// Runs statements in one round trip; the answers before the first failure come with it.
  func runUpToFailure(_ statements: [Statement]) throws -> (
    answers: [Answer], failure: StoreError?
  ) {
    if let failure { throw failure }
    let (earlier, posted) = try takeWaiting()
    let (answers, failure) = link.exchange(
      earlier.dropFirst(posted).map(\.statement) + statements)
    let unnamed = try settle(earlier, answers, failure)
    let own = Array(answers.dropFirst(earlier.count))
    if let unnamed { return (own, fail(unnamed)) }
    guard link.isInTransaction else {
      throw fail(.refused(sqlState: "2D000", message: "a statement ended the transaction"))
    }
    return (own, nil)
  }

  /// Runs a statement whose answer nobody needs.
  func runLater(_ statement: Statement) throws { try runLater([WaitingStatement(statement)]) }

  /// Runs statements whose answers nobody needs: now, or with what comes later.
  func runLater(_ statements: [WaitingStatement]) throws {
    if let failure { throw failure }
    waiting += statements
    waitingBytes += statements.reduce(0) { $0 + $1.statement.parameters.bytes.count }
    let bytesMax = mayWait == .answers ? Self.unansweredBytesMax : Self.waitingBytesMax
    if mayWait == .none || waiting.count >= Self.waitingMax || waitingBytes >= bytesMax {
      _ = try run([])
    } else if mayWait == .answers {
      try post()
    }
  }

  /// Sends what waits; only its answers wait from here on.
  private func post() throws {
    try begin()
    do throws(StoreError) { try link.post(waiting.dropFirst(posted).map(\.statement)) } catch {
      throw fail(error)
    }
    posted = waiting.count
  }

  /// Puts what has to be sent before anything else in front of what waits.
  private func begin() throws(StoreError) {
    guard !hasBegun else { return }
    hasBegun = true
    waiting =
      [WaitingStatement(try .once("begin"))]
      + (try link.takeForgetting()).map { WaitingStatement($0) } + waiting
  }

  /// What waits, with `BEGIN` in front if it was not sent yet, and how much of it was sent.
  private func takeWaiting() throws(StoreError) -> (statements: [WaitingStatement], posted: Int) {
    try begin()
    defer { (waiting, waitingBytes, posted) = ([], 0, 0) }
    return (waiting, posted)
  }

  /// Looks at the answers of the statements that waited.
  /// - Returns: the failure, if none of them is its cause.
  /// - Throws: what the first of them that did not do what it should means to callers.
  private func settle(
    _ earlier: [WaitingStatement], _ answers: [Answer], _ failure: StoreError?
  ) throws -> StoreError? {
    let isEarlier = answers.count < earlier.count
    let named = failure.map { isEarlier ? earlier[answers.count].name($0) : $0 }
    for (statement, answer) in zip(earlier, answers) {
      switch try statement.flaw(answer) {
      case .keyTaken(let key)?:
        if let named { throw rename(named) }
        try lookUp(key)
      case nil: break
      }
    }
    guard let named, isEarlier else { return named }
    throw rename(named)
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

  /// Finds out what the key that was taken was answered; goes on if it was this very transaction
  /// that took it.
  private func lookUp(_ key: IdempotencyKey) throws {
    let (answers, failure) = link.exchange([try StoredAnswer.question(key)])
    if let failure { throw fail(failure) }
    // The row expired between the two statements.
    guard answers[0].count == 1 else { throw fail(.keyInUse) }
    guard let stored = try StoredAnswer(answers[0]) else { return }
    answeredBefore = stored
    fail(.keyInUse)
    throw AnsweredBefore(stored)
  }

  // MARK: The end

  func commit() throws {
    if let failure { throw failure }
    // Nobody looks at answers once the commit is on its way.
    if waiting.contains(where: \.mustBeLookedAt) { _ = try run([]) }
    guard hasBegun || !waiting.isEmpty else { return }
    var (statements, posted) = try takeWaiting()
    for key in unansweredClaims {
      // A claim without an answer would lock out the client's next attempt.
      statements.append(
        WaitingStatement(
          try Statement(
            "delete from idempotency where actor = $1 and route = $2 and key = $3",
            .text(key.actor), .text(key.route), .text(key.key))))
    }
    statements.append(WaitingStatement(try .once("commit")))
    let (answers, failure) = link.exchange(statements.dropFirst(posted).map(\.statement))
    if let failure { throw fail(nameAtCommit(failure, statements, answered: answers.count)) }
    // The server answers the commit of a failed transaction with a polite `ROLLBACK`.
    guard answers.last?.tag == "COMMIT" else {
      throw fail(.refused(sqlState: "25P02", message: "the transaction had failed"))
    }
  }

  /// What a failure means that came with the commit or with a statement that travelled with it.
  private func nameAtCommit(
    _ failure: StoreError, _ statements: [WaitingStatement], answered: Int
  ) -> StoreError {
    // The server said that an earlier statement failed, so it never came to the commit.
    if !link.isBroken, answered < statements.count - 1 {
      return statements[answered].name(failure)
    }
    guard case .unavailable(let reason) = failure else { return failure }
    return .unavailable("\(reason) during commit: whether it was kept is unknown")
  }

  /// Undoes everything.
  ///
  /// If even that fails, the link is broken, and the server undoes it.
  func rollBack() {
    // One that was posted may have failed, and the server would skip the rollback behind it.
    if posted > 0 { _ = link.exchange([]) }
    guard hasBegun, !link.isBroken, !link.isIdle, let rollback = try? Statement.once("rollback")
    else { return }
    _ = link.exchange([rollback])
  }
}
