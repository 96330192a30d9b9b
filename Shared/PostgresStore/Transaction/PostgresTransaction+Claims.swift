import EventStream
private import FoundationEssentials
import ReviewEvents

extension PostgresTransaction {
  borrowing func claim(_ key: IdempotencyKey, requestHash: String) throws -> StoredAnswer? {
    let statements = try claiming(key, requestHash: requestHash)
    let (answers, failure) = try open.runUpToFailure(
      statements + [StoredAnswer.question(key)])
    if case .refused("55P03", _) = failure { throw open.rename(.keyInUse) }
    if let failure { throw failure }
    guard answers[1].count == 0 else {
      open.noteClaim(key)
      return nil
    }
    // The row expired between the two statements.
    guard answers[3].count == 1 else { throw open.fail(.keyInUse) }
    return try StoredAnswer(answers[3])
  }

  borrowing func claimAhead(_ key: IdempotencyKey, requestHash: String) throws {
    let statements = try claiming(key, requestHash: requestHash)
    try open.runLater([
      WaitingStatement(statements[0]),
      WaitingStatement(
        statements[1],
        rename: { if case .refused("55P03", _) = $0 { .keyInUse } else { $0 } },
        look: { answer in answer.count == 0 ? .keyTaken(key) : nil }),
      WaitingStatement(statements[2]),
    ])
    open.noteClaim(key)
  }

  /// The statements that claim a key; the second answers with a row if it was free.
  private borrowing func claiming(_ key: IdempotencyKey, requestHash: String) throws
    -> [Statement]
  {
    // A twin that runs at this moment has the key's row, which nobody sees yet: the insert waits
    // for that transaction to end.
    [
      try .once(
        "set local lock_timeout = '\(open.settings.twinPatience.wholeMilliseconds)ms'"),
      try Statement(
        """
        insert into idempotency (actor, route, key, request_hash)
        values ($1, $2, $3, $4)
        on conflict (actor, route, key) do nothing
        returning key
        """, .text(key.actor), .text(key.route), .text(key.key), .text(requestHash)),
      try .once(
        "set local lock_timeout = '\(open.settings.lockTimeout.wholeMilliseconds)ms'"),
    ]
  }

  borrowing func store(_ answer: StoredAnswer, for key: IdempotencyKey) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let headers = String(decoding: try encoder.encode(answer.headers), as: UTF8.self)
    try open.runLater([
      WaitingStatement(
        try Statement(
          """
          insert into idempotency (actor, route, key, request_hash, status, headers, body)
          values ($1, $2, $3, $4, $5, $6, $7)
          on conflict (actor, route, key) do update
             set request_hash = excluded.request_hash, status = excluded.status,
                 headers = excluded.headers, body = excluded.body
          """, .text(key.actor), .text(key.route), .text(key.key), .text(answer.requestHash),
          .integer(Int64(answer.status)), .text(headers), .bytes(answer.body)))
    ])
    open.noteAnswer(key)
  }
}

extension StoredAnswer {
  /// Asks for what is stored under a key.
  static func question(_ key: IdempotencyKey) throws(StoreError) -> Statement {
    try Statement(
      """
      select request_hash, status, headers, body from idempotency
       where actor = $1 and route = $2 and key = $3
      """, .text(key.actor), .text(key.route), .text(key.key))
  }

  /// What is stored; `nil` for a key that was claimed by the very transaction that asks, and is not
  /// answered yet.
  init?(_ answer: Answer) throws {
    guard answer.optionalText(0, 1) != nil else { return nil }
    let headers = Data(try answer.textBytes(0, 2))
    guard let headers = try? JSONDecoder().decode([String: String].self, from: headers) else {
      throw StoreError.malformedRow("column 2 does not hold headers")
    }
    self.init(
      requestHash: try answer.text(0, 0), status: Int(try answer.integer(0, 1)),
      headers: headers, body: try answer.blob(0, 3))
  }
}
