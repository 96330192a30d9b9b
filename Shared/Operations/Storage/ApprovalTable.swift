internal import EventStream
internal import FoundationEssentials
internal import ReviewEvents
internal import ServiceRuntime

/// The table `approval`.
enum ApprovalTable {
  private static let columns: SQL =
    "select service, operation, scope, fact_count, expires_at, requester, approver, signature, used_at"

  /// Writes down what an operator wants; expiry by the server's clock, which nobody moves.
  static func ask(
    _ wish: ApprovalWish, by requester: String, valid: Duration,
    in transaction: borrowing AnyTransaction
  ) throws -> ApprovalPlan {
    let now = try transaction.rows("select clock_timestamp()", [])[0].instant(0)
    let plan = ApprovalPlan(wish: wish, expires: now + valid)
    try transaction.rows(
      """
      insert into approval (plan, service, operation, scope, fact_count, expires_at, requester)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict (plan) do nothing
      """,
      [
        .text(plan.hash), .text(wish.service), .text(wish.operation),
        .text(String(decoding: JSONText.encode(wish.scope), as: UTF8.self)), .integer(wish.count),
        .instant(plan.expires), .text(requester),
      ])
    return plan
  }

  /// The approval with this hash, and the server's present moment.
  static func find(
    _ hash: String, in transaction: borrowing AnyTransaction
  ) throws -> (Approval?, now: Instant) {
    let now = try transaction.rows("select clock_timestamp()", [])[0].instant(0)
    let row = try transaction.rows(
      columns + SQL(" from approval where plan = $1 for update"), [.text(hash)]
    ).first
    return (try row.map { try Approval($0) }, now)
  }

  /// Plans, the newest first.
  static func latest(_ limit: Int, in transaction: borrowing AnyTransaction) throws -> [Approval] {
    try transaction.rows(
      columns + SQL(" from approval order by requested_at desc limit $1"),
      [.integer(Int64(limit))]
    ).map { try Approval($0) }
  }

  static func sign(
    _ hash: String, _ signature: Approval.Signature, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      update approval set approver = $2, signature = $3, approved_at = clock_timestamp()
       where plan = $1
      """,
      [
        .text(hash), .text(signature.approver),
        .text(Data(signature.bytes).base64EncodedString()),
      ])
  }

  static func useUp(_ hash: String, in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      "update approval set used_at = clock_timestamp() where plan = $1", [.text(hash)])
  }
}

extension Approval {
  fileprivate init(_ row: SQLRow) throws {
    plan = ApprovalPlan(
      wish: ApprovalWish(
        service: try row.text(0), operation: try row.text(1),
        scope: try JSONText.decode([String: String].self, from: Array(try row.text(2).utf8)),
        count: try row.integer(3)),
      expires: try row.instant(4))
    requester = try row.text(5)
    if let approver = row.optionalText(6), let text = row.optionalText(7) {
      signed = Signature(approver: approver, bytes: Array(Data(base64Encoded: text) ?? Data()))
    }
    isUsed = !row.isNull(8)
  }
}
