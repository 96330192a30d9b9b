import EventStream
import ReviewEvents
import Threads

/// One connection on one thread: a transaction runs there from start to end without a suspension,
/// so nothing interleaves with it.
actor PostgresConnection {
  private let executor: any SerialExecutor
  private let settings: PostgresSettings
  private let area: ServiceArea
  private var link: ServerLink?

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// A connection that opens itself when it is first used, and blocks the thread of `executor`.
  init(_ settings: PostgresSettings, area: ServiceArea, executor: any SerialExecutor) {
    self.settings = settings
    self.area = area
    self.executor = executor
  }

  /// A connection on a thread of its own.
  init(_ settings: PostgresSettings, area: ServiceArea, threadName: String) {
    self.init(settings, area: area, executor: ThreadExecutor(name: threadName))
  }

  /// Whether a lost connection may be replaced by a new one.
  enum Reopening {
    /// A new one is as good.
    case allowed
    /// What matters belongs to this very connection: a lock.
    case forbidden
  }

  /// What became of one run of a body, and of the connection.
  struct Attempt<Value: Sendable>: Sendable {
    var result: Result<Value, any Error>
    var isRetriable = false
    var condition = Condition.open
  }

  /// How a connection is after use.
  enum Condition: Sendable {
    /// Ready for the next use.
    case open
    /// It was open and was lost.
    case lost
    /// It could not be opened.
    case unreachable(StoreError)
  }

  /// Runs `body` once in a transaction; never throws, so that the pool always gets its connection
  /// back.
  func attempt<Value: Sendable>(
    _ reopening: Reopening, waiting: OpenTransaction.Waiting = .none,
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) -> Attempt<Value> {
    let link: ServerLink
    do { link = try openLink(reopening) } catch {
      return Attempt(result: .failure(error), condition: .unreachable(error))
    }
    let open = OpenTransaction(link, area: area, settings: settings, waiting)
    let transaction: AnyTransaction = PostgresTransaction(open)
    var attempt: Attempt<Value>
    do {
      let value = try body(transaction)
      try open.commit()
      attempt = Attempt(result: .success(value))
    } catch {
      open.rollBack()
      // The body may have dressed the failure up; what the server said decides.
      let told = open.answeredBefore.map { AnsweredBefore($0) as any Error } ?? error
      attempt = Attempt(result: .failure(told), isRetriable: open.failure?.isRetriable ?? false)
    }
    if link.isBroken || !link.isIdle {
      self.link = nil
      attempt.condition = .lost
    }
    return attempt
  }

  /// Runs `body` again after failures that mean no more than bad luck, a bounded number of times.
  ///
  /// The caller keeps the connection between the runs, so it never waits for its turn again.
  func attemptRepeatedly<Value: Sendable>(
    _ reopening: Reopening, waiting: OpenTransaction.Waiting = .none,
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async -> Attempt<Value> {
    for run in 1..<PostgresStore.runsMax {
      let attempt = attempt(reopening, waiting: waiting, body)
      guard attempt.isRetriable, case .open = attempt.condition else { return attempt }
      // Two transactions that met once shall not meet again: the pause grows and is never equal.
      let pause = Duration.milliseconds(Int.random(in: 2 * run...10 * run))
      do { try await Task.sleep(for: pause) } catch { return attempt }
    }
    return attempt(reopening, waiting: waiting, body)
  }

  /// Runs steps that are known beforehand once, on the connection as it is.
  func attempt(_ steps: [KnownStep]) -> Result<[[SQLRow]], any Error> {
    Result {
      let statements = try steps.map { try StepStatement($0, area: area) }
      let (answers, failure) = try exchange(statements.map(\.statement))
      if let failure {
        // Behind the last statement it is the commit that failed.
        throw answers.count < statements.count
          ? statements[answers.count].meaning(of: failure) : failure
      }
      return zip(statements, answers).map { $0.isAskedForRows ? $1.rows : [] }
    }
  }

  /// Removes rows of the outbox and reads what waits behind them once, on the connection as it is.
  func attemptRelayWork(
    afterRemoving ids: [Int64], limit: Int
  ) -> Result<RelayWork, any Error> {
    Result {
      let removing = ids.isEmpty ? [] : [try OutboxStatement.removing(ids)]
      let (answers, failure) = try exchange(
        removing + [
          try OutboxStatement.reading(limit: limit), try OutboxStatement.isRepublicationWaiting(),
        ])
      if let failure { throw failure }
      return RelayWork(
        rows: try answers[removing.count].outboxRows(area: area),
        isRepublicationWaiting: try answers[removing.count + 1].boolean(0, 0))
    }
  }

  /// Runs statements as one transaction in one round trip.
  ///
  /// Without `begin` everything up to the end of a round trip is one transaction: the server keeps
  /// all of it or, when a statement fails, nothing.
  private func exchange(
    _ statements: [Statement]
  ) throws(StoreError) -> (answers: [Answer], failure: StoreError?) {
    let link = try openLink(.forbidden)
    defer { if link.isBroken || !link.isIdle { self.link = nil } }
    let forgetting = try link.takeForgetting()
    let (answers, failure) = link.exchange(forgetting + statements)
    if case .unavailable(let reason) = failure {
      throw .unavailable("\(reason): whether it was kept is unknown")
    }
    return (Array(answers.dropFirst(forgetting.count)), failure)
  }

  /// Takes a lock that lasts as long as the connection.
  /// - Returns: whether it was free.
  func tryLock(_ lock: StoreLock) throws(StoreError) -> Bool {
    let link = try openLink(.allowed)
    let statement = try Statement.once(
      "select pg_try_advisory_lock(hashtextextended($1, 0))", .text("lock:\(lock.name)"))
    let (answers, failure) = link.exchange([statement])
    if let failure {
      self.link = nil
      throw failure
    }
    return try answers[0].boolean(0, 0)
  }

  /// Lends the conversation itself, for migrations.
  func withLink<Value: Sendable>(_ body: @Sendable (ServerLink) throws -> Value) throws -> Value {
    let link = try openLink(.allowed)
    defer { if link.isBroken || !link.isIdle { self.link = nil } }
    return try body(link)
  }

  /// Ends the connection, and with it every lock it holds.
  func close() { link = nil }

  /// How many plans the server keeps for this connection.
  var keptStatements: Int { link?.keptCount ?? 0 }

  private func openLink(_ reopening: Reopening) throws(StoreError) -> ServerLink {
    if let link, link.isAlive() { return link }
    link = nil
    guard reopening == .allowed else {
      throw .unavailable("the lock was lost with its connection")
    }
    let opened = try ServerLink(settings)
    link = opened
    return opened
  }
}
