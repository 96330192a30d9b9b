internal import EventStream
internal import ReviewEvents

/// Whether the log and its outbox are consistent, page by page.
struct LogCheck: Sendable {
  /// How many streams one statement goes through.
  static let streamsPerPage = 2_000
  /// How many rows of the outbox one statement compares.
  static let rowsPerPage = 5_000

  let store: any Store
  let call: OperationCall
  let namedMax: Int
  var page = LogCheck.streamsPerPage

  init(_ store: any Store, _ call: OperationCall, namedMax: Int) {
    self.store = store
    self.call = call
    self.namedMax = namedMax
  }

  /// Every stream has the sequences 1…n, once each, and its head says n.
  func sequences() async throws -> VerifyCheck {
    var check = VerifyCheck("sequences without gaps")
    let (streams, limit) = (try await store.commit { try LogCheckTable.streams(in: $0) }, page)
    var after: String? = ""
    while let from = after {
      try Task.checkCancellation()
      let page = try await store.commit { transaction in
        try LogCheckTable.faults(after: from, streams: limit, in: transaction)
      }
      check.looked += page.streams
      for fault in page.faults { check.note(fault.words, namedMax: namedMax) }
      call.report(
        check, "\(check.name): \(check.looked) of \(streams) streams",
        streams == 0 ? 1 : min(1, Double(check.looked) / Double(streams)))
      after = page.last
    }
    return check
  }

  /// Every row of the outbox is its fact in the log, and no row stands beyond the head.
  func outbox() async throws -> VerifyCheck {
    var check = VerifyCheck("outbox equals log")
    var after: Int64? = 0
    while let from = after {
      try Task.checkCancellation()
      let page = try await store.commit { transaction in
        try LogCheckTable.outbox(after: from, limit: Self.rowsPerPage, in: transaction)
      }
      check.looked += page.rows
      for fault in page.faults { check.note(fault, namedMax: namedMax) }
      call.report(check, "\(check.name): \(check.looked) rows", nil)
      after = page.last
    }
    return check
  }
}

/// The statements of ``LogCheck``.
enum LogCheckTable {
  /// A stream whose facts are not 1…n, or whose head does not say n.
  struct Fault: Sendable {
    let stream: String
    let head: Int64?
    let count: Int64
    let distinct: Int64
    let first: Int64
    let last: Int64

    var words: String {
      guard let head else { return "\(stream): \(count) facts and no head" }
      guard count > 0 else { return "\(stream): head at \(head) and no facts" }
      return "\(stream): head at \(head), \(count) facts from \(first) to \(last)"
        + (distinct == count ? "" : ", \(count - distinct) of them twice")
    }
  }

  static func streams(in transaction: borrowing AnyTransaction) throws -> Int64 {
    try transaction.rows("select count(*) from stream_head", [])[0].integer(0)
  }

  /// Looks at the next streams behind `after`; the last page takes in whatever has no head.
  static func faults(
    after: String, streams limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> (streams: Int64, faults: [Fault], last: String?) {
    let page = try transaction.rows(
      """
      select count(*), max(stream) from (
        select stream from stream_head where stream > $1 order by stream limit $2) as page
      """, [.text(after), .integer(Int64(limit))])[0]
    let count = try page.integer(0)
    let last = count == limit ? try page.text(1) : nil
    let faults = try transaction.rows(
      """
      with facts as (
        select stream, count(*) as facts, count(distinct sequence) as places,
               min(sequence) as first, max(sequence) as last
          from event_log
         where stream > $1 and ($2::text is null or stream <= $2)
         group by stream
      ), heads as (
        select stream, last_sequence from stream_head
         where stream > $1 and ($2::text is null or stream <= $2)
           -- Of these no fact may be left, as of a stream without a head.
           and archived_year is null
      )
      select stream, last_sequence, coalesce(facts, 0), coalesce(places, 0), coalesce(first, 0),
             coalesce(last, 0)
        from heads full join facts using (stream)
       where (last_sequence, facts, places, first, last)
             is distinct from (last_sequence, last_sequence, last_sequence, 1, last_sequence)
         and (last_sequence, facts) is distinct from (0, null)
       order by stream
      """, [.text(after), .optional(last)]
    ).map { row in
      Fault(
        stream: try row.text(0), head: try row.optionalInteger(1), count: try row.integer(2),
        distinct: try row.integer(3), first: try row.integer(4), last: try row.integer(5))
    }
    return (count, faults, last)
  }

  static func outbox(
    after: Int64, limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> (rows: Int64, faults: [String], last: Int64?) {
    let rows = try transaction.rows(
      """
      select outbox.id, outbox.stream, outbox.sequence, event_log.stream is not null,
             (outbox.event_type, outbox.data_version, outbox.recorded_at, outbox.actor,
              outbox.correlation_id, outbox.causation_id, outbox.traceparent, outbox.payload)
               is not distinct from
             (event_log.event_type, event_log.data_version, event_log.recorded_at,
              event_log.actor, event_log.correlation_id, event_log.causation_id,
              event_log.traceparent, event_log.payload),
             outbox.sequence <= coalesce(stream_head.last_sequence, 0)
        from (select * from outbox where id > $1 order by id limit $2) as outbox
        left join event_log
          on event_log.stream = outbox.stream and event_log.sequence = outbox.sequence
        left join stream_head on stream_head.stream = outbox.stream
       order by outbox.id
      """, [.integer(after), .integer(Int64(limit))])
    let faults = try rows.compactMap { row -> String? in
      let fact = "\(try row.text(1))@\(try row.integer(2))"
      if try !row.boolean(3) { return "\(fact): not in the log" }
      if try !row.boolean(5) { return "\(fact): beyond the head of its stream" }
      return try row.boolean(4) ? nil : "\(fact): differs from the log"
    }
    let last = rows.count >= limit ? try rows[rows.count - 1].integer(0) : nil
    return (Int64(rows.count), faults, last)
  }
}
