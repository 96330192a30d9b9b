internal import EventStream
internal import ReviewEvents

/// Questions about consumers.
enum ConsumerTable {
  /// Consumers that have read something.
  static func consumers(in transaction: borrowing AnyTransaction) throws -> [ConsumerName] {
    try transaction.rows("select distinct consumer from consumer_position", []).map {
      ConsumerName(stringLiteral: try $0.text(0))
    }
  }

  static func state(
    _ consumer: ConsumerName, in transaction: borrowing AnyTransaction
  ) throws -> ConsumerState {
    let positions = try transaction.rows(
      """
      select topic || '/' || partition, next_offset, cluster_id, last_event_id, moved_at
        from consumer_position where consumer = $1 order by topic, partition
      """, [.text(consumer.description)]
    ).map { row in
      ConsumerState.Position(
        partition: try row.text(0), nextOffset: try row.integer(1), cluster: try row.text(2),
        lastEvent: try row.text(3), movedAt: try row.instant(4))
    }
    let sums = try transaction.rows(
      """
      select (select count(*) from fence where consumer = $1),
             (select coalesce(sum(last_sequence), 0)::bigint from fence where consumer = $1),
             (select count(*) from parked where consumer = $1),
             (select count(*) from gap where consumer = $1)
      """, [.text(consumer.description)])[0]
    return ConsumerState(
      consumer: consumer.description, positions: positions, streams: try sums.integer(0),
      applied: try sums.integer(1), parkedEvents: try sums.integer(2), gaps: try sums.integer(3))
  }

  /// How large the database is, and how long its log has been growing.
  static func size(
    in transaction: borrowing AnyTransaction
  ) throws -> (bytes: Int64, days: Int64) {
    let row = try transaction.rows(
      """
      select pg_database_size(current_database()),
             coalesce(ceil(extract(epoch from clock_timestamp()
               - (select logged_at from event_log order by position limit 1)) / 86400), 0)::bigint
      """, [])[0]
    return (try row.integer(0), try row.integer(1))
  }
}
