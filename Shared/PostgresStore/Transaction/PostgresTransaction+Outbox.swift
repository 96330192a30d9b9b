import EventStream
import ReviewEvents

extension PostgresTransaction {
  borrowing func outbox(limit: Int) throws -> [OutboxRow] {
    try open.run(OutboxStatement.reading(limit: limit)).outboxRows(area: open.area)
  }

  borrowing func deleteOutbox(_ ids: [Int64]) throws {
    guard !ids.isEmpty else { return }
    _ = try open.run(OutboxStatement.removing(ids))
  }

  borrowing func outboxBacklog(countingUpTo rowsMax: Int) throws -> Backlog {
    let answer = try open.run(
      Statement(
        """
        select (select count(*) from (select from outbox limit $1) as counted),
               coalesce((select floor(extract(epoch from clock_timestamp() - enqueued_at) * 1000)
                           from outbox order by id limit 1), 0)::bigint
        """, .integer(Int64(rowsMax))))
    let rows = Int(try answer.integer(0, 0))
    return Backlog(
      rows: rows, isAtLeast: rows == rowsMax,
      oldestAge: .milliseconds(max(0, try answer.integer(0, 1))))
  }

  borrowing func publishedCluster() throws -> String? {
    let answer = try open.run(Statement("select cluster_id from publication"))
    return answer.count == 0 ? nil : try answer.text(0, 0)
  }

  borrowing func setPublishedCluster(_ clusterID: String) throws {
    _ = try open.run(
      Statement(
        """
        insert into publication (cluster_id) values ($1)
        on conflict (is_only_row) do update set cluster_id = excluded.cluster_id
        """, .text(clusterID)))
  }

  // MARK: Sending again

  borrowing func requestRepublication(_ requests: [RepublicationRequest]) throws {
    guard !requests.isEmpty else { return }
    _ = try open.run(
      Statement(
        """
        insert into republication (stream, from_place)
        select stream, from_place
          from unnest($1::text[], $2::bigint[]) with ordinality
            as request (stream, from_place, place)
         where not exists (
               select from republication as waiting
                where waiting.stream is not distinct from request.stream
                  and waiting.from_place = request.from_place)
         group by stream, from_place
         order by min(place)
        """,
        .optionalTexts(requests.map { $0.stream?.description }),
        .integers(requests.map(\.from))))
  }

  borrowing func nextRepublication() throws -> RepublicationRequest? {
    let answer = try open.run(
      Statement("select id, stream, from_place from republication order by id limit 1"))
    guard answer.count > 0 else { return nil }
    let isWholeLog = answer.optionalText(0, 1) == nil
    return RepublicationRequest(
      id: try answer.integer(0, 0), stream: isWholeLog ? nil : try answer.stream(0, 1),
      from: try answer.integer(0, 2))
  }

  borrowing func advanceRepublication(_ id: Int64, to progress: RepublicationProgress) throws {
    switch progress {
    case .reached(let place):
      _ = try open.run(
        Statement(
          "update republication set from_place = $2 where id = $1", .integer(id), .integer(place)))
    case .finished:
      _ = try open.run(Statement("delete from republication where id = $1", .integer(id)))
    }
  }
}

/// The statements of the relay, which travel alone or together.
enum OutboxStatement {
  static func reading(limit: Int) throws(StoreError) -> Statement {
    try Statement(
      "select \(Envelope.columns), id from outbox order by id limit $1", .integer(Int64(limit)))
  }

  static func isRepublicationWaiting() throws(StoreError) -> Statement {
    try Statement("select exists (select from republication)")
  }

  static func removing(_ ids: [Int64]) throws(StoreError) -> Statement {
    try Statement("delete from outbox where id = any($1::bigint[])", .integers(ids))
  }
}

extension Answer {
  /// The answer to ``OutboxStatement/reading(limit:)``.
  func outboxRows(area: ServiceArea) throws(StoreError) -> [OutboxRow] {
    var rows: [OutboxRow] = []
    rows.reserveCapacity(count)
    for (row, event) in try envelopes(area: area).enumerated() {
      rows.append(OutboxRow(id: try integer(row, Envelope.columnCount), event: event))
    }
    return rows
  }
}
