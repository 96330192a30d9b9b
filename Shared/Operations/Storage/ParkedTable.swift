internal import EventStream
internal import ReviewEvents

/// Questions about what is parked, over all consumers.
enum ParkedTable {
  /// One row for each parked stream: its first event, how many events, and since when.
  private static let firsts: SQL = """
    select distinct on (consumer, stream)
           consumer, stream, sequence, event_type, cause, coalesce(problem, '') as problem,
           attempts, parked_at,
           count(*) over (partition by consumer, stream) as events
      from parked
     order by consumer, stream, sequence
    """

  /// The conditions of a choice over ``parameters(_:)``, $1…$4.
  private static let conditions: SQL = """
     where ($1::text is null or consumer = $1) and ($2::text is null or cause = $2)
       and ($3::text is null or problem = $3) and ($4::text is null or event_type = $4)
    """

  private static func parameters(_ choice: ParkedChoice) -> [SQLValue] {
    [
      .optional(choice.consumer), .optional(choice.cause), .optional(choice.problem),
      .optional(choice.type),
    ]
  }

  /// The groups of a choice, the one that waits longest first.
  static func groups(
    _ choice: ParkedChoice, limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [ParkedGroup] {
    try transaction.rows(
      SQL("select consumer, cause, problem, event_type, count(*), sum(events)::bigint,")
        + SQL(" min(parked_at), (array_agg(stream order by parked_at, stream))[1] from (") + firsts
        + SQL(") as first ") + conditions
        + SQL(" group by consumer, cause, problem, event_type order by 7, 1, 4 limit $5"),
      parameters(choice) + [.integer(Int64(limit))]
    ).map { row in
      ParkedGroup(
        consumer: try row.text(0), cause: try row.text(1), problem: try row.text(2),
        type: try row.text(3), streams: try row.integer(4), events: try row.integer(5),
        oldest: try row.instant(6), oldestStream: try row.text(7))
    }
  }

  /// Where a walk through the streams of a choice stands.
  struct Place: Sendable {
    var since: Instant
    var stream: String
  }

  /// The streams of a choice behind a place, the one that waits longest first, whose first event
  /// was parked no later than `until`.
  static func streams(
    _ choice: ParkedChoice, after place: Place?, until: Instant, limit: Int,
    in transaction: borrowing AnyTransaction
  ) throws -> [(stream: StreamID, place: Place)] {
    // Moments are read to the millisecond and compared as they are read.
    try transaction.rows(
      SQL("select stream, date_trunc('milliseconds', parked_at) from (") + firsts
        + SQL(") as first ") + conditions
        + SQL(
          """
           and date_trunc('milliseconds', parked_at) <= $5
           and ($6::timestamptz is null
                or (date_trunc('milliseconds', parked_at), stream collate "C")
                     > ($6::timestamptz, $7::text collate "C"))
           order by 2, stream collate "C" limit $8
          """),
      parameters(choice) + [
        .instant(until), .optional(place?.since), .text(place?.stream ?? ""),
        .integer(Int64(limit)),
      ]
    ).map { row in
      (
        try row.value(0) { try StreamID($0) },
        Place(since: try row.instant(1), stream: try row.text(0))
      )
    }
  }

  /// How many events of a choice are parked; the server's clock.
  static func size(
    _ choice: ParkedChoice, in transaction: borrowing AnyTransaction
  ) throws -> (events: Int64, now: Instant) {
    let row = try transaction.rows(
      SQL("select coalesce(sum(events), 0)::bigint, clock_timestamp() from (") + firsts
        + SQL(") as first ") + conditions, parameters(choice))[0]
    return (try row.integer(0), try row.instant(1))
  }

  /// Since when the events of one stream are parked, by sequence.
  static func times(
    _ consumer: ConsumerName, _ stream: StreamID, limit: Int,
    in transaction: borrowing AnyTransaction
  ) throws -> [Int64: Instant] {
    try transaction.rows(
      """
      select sequence, parked_at from parked where consumer = $1 and stream = $2
       order by sequence limit $3
      """, [.text(consumer.description), .text(stream.description), .integer(Int64(limit))]
    ).reduce(into: [:]) { times, row in times[try row.integer(0)] = try row.instant(1) }
  }

  /// Writes down that an event was discarded, for every rebuild from now on.
  static func discard(
    _ event: ParkedEvent, of consumer: ConsumerName, by operator: String, because reason: String,
    in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into discarded (consumer, event_id, stream, sequence, reason, operator)
      values ($1, $2, $3, $4, $5, $6)
      """,
      [
        .text(consumer.description), .text(event.event.id), .text(event.event.stream.description),
        .integer(event.event.sequence), .text(reason), .text(`operator`),
      ])
  }
}

/// Which parked streams an operator means, by their first event; every condition must hold.
struct ParkedChoice: Sendable, Hashable {
  var consumer: String?
  var cause: String?
  /// Empty means: none was noted.
  var problem: String?
  var type: String?

  init() {}

  init(_ input: OperationInput) {
    consumer = input.text("consumer")
    cause = input.text("cause")
    problem = input.text("problem")
    type = input.text("type")
  }

  /// Exactly one group.
  init(_ group: ParkedGroup) {
    consumer = group.consumer
    cause = group.cause
    problem = group.problem
    type = group.type
  }

  static let parameters: [OperationParameter] = [
    .optional("consumer", .text, "only this consumer, such as rating.intake"),
    .optional("cause", .choice(["undecodable", "failed", "behind"]), "only this cause"),
    .optional("problem", .text, "only this problem, as `parked list` writes it"),
    .optional("type", .text, "only streams held up by this type of fact"),
  ]
}

/// Parked streams that one cause explains.
struct ParkedGroup: Encodable, Sendable, Hashable {
  let consumer: String
  let cause: String
  let problem: String
  let type: String
  let streams: Int64
  let events: Int64
  let oldest: Instant
  let oldestStream: String

  var line: String {
    "\(consumer)  \(cause)\(problem.isEmpty ? "" : " \(problem)")  \(type)  \(streams) streams, "
      + "\(events) events, since \(oldest.localWithZone), first \(oldestStream)"
  }
}
