internal import EventStream
internal import ReviewEvents
internal import ServiceRuntime

/// Writes down what operators do, in rows that the service's role can neither change nor delete.
struct AuditTrail: Sendable {
  let store: any Store

  /// What became of an operation.
  enum Outcome: String, Sendable, Codable {
    case begun
    case done
    case refused
    case failed
    case cancelled
  }

  /// Writes a row.
  /// - Returns: its number, by which the row of the end refers to the one of the beginning.
  @discardableResult
  func write(
    _ operation: Operation, _ call: OperationCall, _ outcome: Outcome, begunBy: Int64? = nil,
    problem: String? = nil
  ) async throws -> Int64 {
    var scope = call.input.written.filter { !Self.ownColumns.contains($0.key) }
    scope["problem"] = problem
    let parameters: [SQLValue] = [
      .text(call.input.operator), .text(operation.name), .text(call.input.reason),
      .text(String(decoding: JSONText.encode(scope), as: UTF8.self)), .text(outcome.rawValue),
      .text(String(decoding: JSONText.encode(call.counts.all), as: UTF8.self)),
      .optional(begunBy),
    ]
    return try await store.commit { transaction in
      // Whoever copies rows by their numbers must not see a higher one before a lower one.
      try transaction.rows(
        "select pg_advisory_xact_lock_shared(hashtextextended('audit', 0))", [])
      return try transaction.rows(
        """
        insert into audit (operator, operation, reason, scope, outcome, counts, begun_by)
        values ($1, $2, $3, $4, $5, $6, $7) returning id
        """, parameters)[0].integer(0)
    }
  }

  private static let ownColumns: Set<String> = [
    OperationParameter.operator.name, OperationParameter.reason.name,
  ]

  /// Rows after `id`, oldest first, without any that could still appear between them.
  func rows(after id: Int64, limit: Int) async throws -> [AuditRow] {
    try await store.commit { transaction in
      try transaction.rows("select pg_advisory_xact_lock(hashtextextended('audit', 0))", [])
      return try transaction.rows(
        """
        select id, at, operator, operation, reason, scope, outcome, counts, begun_by
          from audit where id > $1 order by id limit $2
        """, [.integer(id), .integer(Int64(limit))]
      ).map { try AuditRow($0) }
    }
  }

  /// The last rows, oldest first, of one operator or operation or of all.
  func latest(_ limit: Int, by operator: String?, operation: String?) async throws -> [AuditRow] {
    try await store.commit { transaction in
      try transaction.rows(
        """
        select id, at, operator, operation, reason, scope, outcome, counts, begun_by
          from audit
         where ($1::text is null or operator = $1) and ($2::text is null or operation = $2)
         order by id desc limit $3
        """, [.optional(`operator`), .optional(operation), .integer(Int64(limit))]
      ).map { try AuditRow($0) }.reversed()
    }
  }
}

/// What one operator did or was refused.
struct AuditRow: Encodable, Sendable, Hashable {
  let id: Int64
  let at: Instant
  let `operator`: String
  let operation: String
  let reason: String
  /// JSON.
  let scope: String
  let outcome: String
  /// JSON.
  let counts: String
  let begunBy: Int64?

  init(_ row: SQLRow) throws {
    id = try row.integer(0)
    at = try row.instant(1)
    `operator` = try row.text(2)
    operation = try row.text(3)
    reason = try row.text(4)
    scope = try row.text(5)
    outcome = try row.text(6)
    counts = try row.text(7)
    begunBy = try row.optionalInteger(8)
  }
}
