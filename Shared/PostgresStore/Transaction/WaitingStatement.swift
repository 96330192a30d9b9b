import EventStream

/// A statement whose answer no body looks at, with what its failure means to callers.
struct WaitingStatement {
  /// What an answer can say although the server sees no failure.
  enum Flaw {
    /// The key of the request is not free.
    case keyTaken(IdempotencyKey)
  }

  let statement: Statement
  /// Whether its answer has to be looked at before the commit is sent.
  let mustBeLookedAt: Bool
  private let look: (Answer) throws(StoreError) -> Flaw?
  private let rename: (StoreError) -> StoreError

  /// A statement that has done what it should unless the server says otherwise; `rename` gives
  /// what it says the name that callers know it by.
  init(_ statement: Statement, rename: @escaping (StoreError) -> StoreError = { $0 }) {
    self.statement = statement
    mustBeLookedAt = false
    look = { _ throws(StoreError) in nil }
    self.rename = rename
  }

  /// A statement whose answer `look` has to see before anything is kept.
  init(
    _ statement: Statement, rename: @escaping (StoreError) -> StoreError = { $0 },
    look: @escaping (Answer) throws(StoreError) -> Flaw?
  ) {
    self.statement = statement
    mustBeLookedAt = true
    self.look = look
    self.rename = rename
  }

  func flaw(_ answer: Answer) throws(StoreError) -> Flaw? { try look(answer) }

  func name(_ failure: StoreError) -> StoreError { rename(failure) }
}
