import EventStream
import ReviewEvents

extension PostgresTransaction {
  borrowing func outbox(limit: Int) throws -> [OutboxRow] {
    let answer = try open.run(
      Statement(
        "select \(Envelope.columns), id from outbox order by id limit $1",
        .integer(Int64(limit))))
    return try (0..<answer.count).map { row in
      OutboxRow(
        id: try answer.integer(row, Envelope.columnCount),
        event: try answer.envelope(row, area: open.area))
    }
  }

  borrowing func deleteOutbox(_ ids: [Int64]) throws {
    guard !ids.isEmpty else { return }
    _ = try open.run(
      Statement("delete from outbox where id = any($1::bigint[])", .integers(ids)))
  }

  borrowing func outboxBacklog() throws -> Backlog {
    let answer = try open.run(
      Statement(
        """
        select (select count(*) from outbox),
               coalesce((select floor(extract(epoch from clock_timestamp() - enqueued_at) * 1000)
                           from outbox order by id limit 1), 0)::bigint
        """))
    return Backlog(
      rows: Int(try answer.integer(0, 0)),
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
