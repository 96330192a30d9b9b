import Foundation
import NIOHTTP1
import Testing

extension Situation {
  /// A transaction that somebody left open keeps the rows of rating's positions.
  static let consumerBehind = Situation(
    runbook: "consumer-behind.md",
    begin: { drill in
      let province = drill.province
      drill.holdSession(
        .rating, named: "left-open",
        """
        begin;
        select 1 from consumer_position where consumer = 'rating.intake' for update;
        select pg_sleep(600);
        """)
      _ = try await drill.sleepingSession(named: "left-open")
      #expect(try await TestYear(province).submit(23).status == 201)
      try await eventually("rating to say that it waits") {
        try await province.reasons(of: .rating).contains { $0.contains("waits for the database") }
      }
    },
    steps: [
      Step("rating status", code: 1, shows: ["rating.intake waits for the database"]),
      Step("rating replay status"),
      Step("pg_stat_activity", shows: ["pg_sleep"]),
      Step("pg_terminate_backend"),
      Step("rating status", shows: ["ok"]) { try await $0.province.rest() },
      Step("/admin/progress", shows: ["told"]),
      Step("/admin/progress", shows: ["rating.intake"]),
    ])

  /// A fact of a report never got to the topic, and the wish for it is not heard.
  static let gap = Situation(
    runbook: "gap.md",
    begin: { drill in
      let province = drill.province
      let stream = "report/\(TestYear.reportID(24))"
      drill.learn("STREAM", stream)
      drill.holdSession(
        .intake, named: "deaf",
        """
        select pg_advisory_lock(hashtextextended('lock:holding intake.repair', 0));
        select pg_sleep(600);
        """)
      _ = try await drill.sleepingSession(named: "deaf")
      try await province.spoil(
        .intake, "outbox", "if new.stream = '\(stream)' then return null; end if;")
      let draft = try await province.client.insist(
        .PUT, province.url(.intake) + "/v1/reports/\(TestYear.reportID(24))/draft",
        headers: Client.command(by: TestYear.commune(24), ifMatch: 1),
        body: TestYear.report("bản nháp"))
      #expect(draft.status == 200, "\(draft.text)")
      try await province.unspoil(.intake, "outbox")
      #expect(try await TestYear(province).submit(24).status == 201)
      try await eventually("rating to notice the gap") {
        try await province.gaps(of: .rating) == [stream]
      }
    },
    steps: [
      Step("from gap", shows: ["report/\(TestYear.reportID(24))", "rating.intake"]),
      Step("intake republish", shows: ["of 1 streams"]),
      Step("from gap", shows: ["(0 rows)"]) { drill in
        // Nobody heard the wish: only what the operator did can have closed it.
        try await eventually("the gap to close") {
          try await drill.province.gaps(of: .rating).isEmpty
        }
        _ = try await drill.province.query(
          "select pg_terminate_backend(\(try await drill.sleepingSession(named: "deaf")))")
      },
      Step("intake verify log"),
    ])

  /// A handler that cannot write, and an event that nobody can read.
  static let parkedEvents = Situation(
    runbook: "parked-events.md",
    begin: { drill in
      let province = drill.province
      _ = try await province.query(
        "\\connect rating\nrevoke insert, update on gate, reviewed from rating")
      let unreadable = "report/\(TestYear.reportID(30))"
      try await province.spoil(
        .intake, "outbox",
        """
        if new.stream = '\(unreadable)' and new.event_type like '%report-accepted' then
          new.data_version := 99;
        end if;
        """)
      for number in 27...30 { try await province.accept(number) }
      try await eventually("four streams to be parked") {
        try await province.parked(by: "rating.intake").count == 4
      }
      try await province.unspoil(.intake, "outbox")
      drill.learn("STREAM", "report/\(TestYear.reportID(28))")
    },
    steps: [
      Step("rating parked list", shows: ["undecodable", "failed"]),
      Step("rating parked show", shows: ["failed"]),
      Step("rating parked retry", shows: ["1 streams tried", "0 streams stay parked"]) { drill in
        let province = drill.province
        _ = try await province.query(
          "\\connect rating\ngrant insert, update on gate, reviewed to rating")
        let oldest = try await province.parked(by: "rating.intake")[0]
        let other = try await province.parked(by: "rating.intake")[1]
        #expect(oldest != other)
        drill.learn("STREAM", other)
      },
      Step("rating parked release", shows: ["1 events, free"]),
      Step("--all", shows: ["1 streams tried", "0 streams stay parked"]),
      Step("rating parked discard", shows: ["is discarded"]) { drill in
        let parked = try await drill.province.parked(by: "rating.intake")
        #expect(parked == ["report/\(TestYear.reportID(30))"])
        drill.learn("STREAM", parked[0])
        let sequence = try await drill.province.query(
          "\\connect rating\nselect min(sequence) from parked")
        drill.learn("SEQUENCE", sequence.last ?? "")
      },
      Step("rating status", shows: ["0 streams, 0 events"]) { drill in
        try await eventually("nothing to be parked") {
          try await drill.province.states()[2]?.parked?.events == 0
        }
      },
    ])
}

extension Province {
  /// Hands in the report of one commune and has it accepted, so that it counts as reviewed.
  func accept(_ number: Int) async throws {
    let submitted = try await TestYear(self).submit(number)
    guard submitted.status == 201 else { throw Trouble("not taken: \(submitted.text)") }
    let accepted = try await client.insist(
      .POST, url(.intake) + "/v1/reports/\(TestYear.reportID(number))/accept",
      headers: Client.command(by: TestYear.district, ifMatch: submitted.version, type: nil))
    guard accepted.status == 200 else { throw Trouble("not accepted: \(accepted.text)") }
  }

  /// Has rows of a table changed before they are inserted, by a statement of PL/pgSQL about `new`.
  fileprivate func spoil(_ service: Service, _ table: String, _ statement: String) async throws {
    _ = try await query(
      """
      \\connect \(service.database)
      create function spoil() returns trigger language plpgsql as
        $$ begin \(statement) return new; end $$;
      create trigger spoil before insert on \(table) for each row execute function spoil();
      """)
  }

  /// Ends it.
  fileprivate func unspoil(_ service: Service, _ table: String) async throws {
    _ = try await query(
      "\\connect \(service.database)\ndrop trigger spoil on \(table); drop function spoil();")
  }

  /// The streams of which a service misses something.
  fileprivate func gaps(of service: Service) async throws -> [String] {
    try await query("\\connect \(service.database)\nselect distinct stream from gap")
  }

  /// The streams that a consumer has parked; the oldest first, unreadable ones last.
  fileprivate func parked(by consumer: String) async throws -> [String] {
    let database = consumer.prefix { $0 != "." }.replacing("-", with: "_")
    return try await query(
      """
      \\connect \(database)
      select stream from parked where consumer = '\(consumer)'
       group by stream order by min(cause), min(parked_at), stream
      """)
  }
}
