import EventStream
private import FoundationEssentials
import ReviewEvents

extension PostgresTransaction {
  borrowing func claim(_ key: IdempotencyKey, requestHash: String) throws -> StoredAnswer? {
    let twinPatience = open.settings.twinPatience.wholeMilliseconds
    let lockTimeout = open.settings.lockTimeout.wholeMilliseconds
    // A twin that runs at this moment has the key's row, which nobody sees yet: the insert waits
    // for that transaction to end.
    let (answers, failure) = try open.runUpToFailure([
      .once("set local lock_timeout = '\(twinPatience)ms'"),
      Statement(
        """
        insert into idempotency (actor, route, key, request_hash)
        values ($1, $2, $3, $4)
        on conflict (actor, route, key) do nothing
        returning key
        """, .text(key.actor), .text(key.route), .text(key.key), .text(requestHash)),
      .once("set local lock_timeout = '\(lockTimeout)ms'"),
      Statement(
        """
        select request_hash, status, headers, body from idempotency
         where actor = $1 and route = $2 and key = $3
        """, .text(key.actor), .text(key.route), .text(key.key)),
    ])
    if case .refused("55P03", _) = failure { throw open.rename(.keyInUse) }
    if let failure { throw failure }
    guard answers[1].count == 0 else {
      open.noteClaim(key)
      return nil
    }
    // The row expired between the two statements.
    guard answers[3].count == 1 else { throw open.fail(.keyInUse) }
    return try storedAnswer(answers[3])
  }

  private borrowing func storedAnswer(_ answer: Answer) throws -> StoredAnswer? {
    // Claimed by this very transaction, and not answered yet.
    guard answer.optionalText(0, 1) != nil else { return nil }
    let headers = Data(try answer.textBytes(0, 2))
    guard let headers = try? JSONDecoder().decode([String: String].self, from: headers) else {
      throw StoreError.malformedRow("column 2 does not hold headers")
    }
    return StoredAnswer(
      requestHash: try answer.text(0, 0), status: Int(try answer.integer(0, 1)),
      headers: headers, body: try answer.blob(0, 3))
  }

  borrowing func store(_ answer: StoredAnswer, for key: IdempotencyKey) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let headers = String(decoding: try encoder.encode(answer.headers), as: UTF8.self)
    _ = try open.run(
      Statement(
        """
        insert into idempotency (actor, route, key, request_hash, status, headers, body)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (actor, route, key) do update
           set request_hash = excluded.request_hash, status = excluded.status,
               headers = excluded.headers, body = excluded.body
        """, .text(key.actor), .text(key.route), .text(key.key), .text(answer.requestHash),
        .integer(Int64(answer.status)), .text(headers), .bytes(answer.body)))
    open.noteAnswer(key)
  }
}
