import EventStream
import IntakeDomain
import ReviewEvents

/// The table `outage`: when reports could not be handed in (contract 18).
enum OutageTable {
  /// Records an outage.
  static func add(
    _ outage: Outage, note: String, at recordedAt: Instant, by recordedBy: ActorContext,
    _ transaction: borrowing AnyTransaction
  ) throws -> Int64 {
    let rows = try transaction.rows(
      """
      insert into outage (from_at, to_at, note, recorded_at, recorded_by)
      values ($1, $2, $3, $4, $5) returning outage_id
      """,
      [
        .instant(outage.from), .instant(outage.to), .text(note), .instant(recordedAt),
        .text(recordedBy.description),
      ])
    guard let row = rows.first else { throw StoreError.malformedRow("no outage_id") }
    return try row.integer(0)
  }

  /// The outages that began before `instant`, the newest first; more could not matter.
  static func began(before instant: Instant) -> Question<[Outage]> {
    Question(
      "select from_at, to_at from outage where from_at < $1 order by to_at desc limit 100",
      [.instant(instant)]
    ) { rows in
      try rows.map { row in Outage(from: try row.instant(0), to: try row.instant(1)) }
    }
  }
}
