internal import EventStream
internal import ReviewEvents

/// How far the calendar was evaluated.
enum LadderTable {
  /// Becomes the only one who evaluates, until the transaction ends.
  /// - Returns: whether nobody else does.
  static func hold(_ transaction: borrowing AnyTransaction) throws -> Bool {
    try !transaction.rows("select 1 from ladder for update skip locked", []).isEmpty
  }

  /// Keeps that everything due at `instant` or before is planned.
  static func setEvaluated(
    through instant: Instant, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      update ladder set evaluated_through = $1::timestamptz
      where evaluated_through is distinct from $1::timestamptz
      """, [.instant(instant)])
  }

  /// The moment up to which every rung that is due has its row.
  ///
  /// A duty that was heard of late, or whose rule set is missing, has a rung before what was
  /// evaluated: the answer is then the moment before that rung.
  static func evaluatedThrough(_ transaction: borrowing AnyTransaction) throws -> Instant? {
    let row = try transaction.rows(
      """
      select least(
        (select evaluated_through from ladder),
        (select min(next_rung_at) - interval '1 millisecond' from duty
          where next_rung_at is not null and next_rung_at <= (
            select evaluated_through from ladder)))
      """, [])[0]
    return try row.optionalInstant(0)
  }
}
