import Foundation
import Testing

extension Situation {
  /// A year of long ago fills intake's log, and somebody wants a read model built anew after it went.
  static let archive = Situation(
    runbook: "archive.md",
    begin: { drill in
      drill.learn("YEAR", "2019")
      drill.learn("FACTS", "3")
      drill.learn("FOLDER", drill.province.state.path)
      // Streams that no reader counts: the province of these tests begins later.
      _ = try await drill.province.query(
        """
        \\connect intake
        insert into event_log (recorded_year, stream, sequence, event_type, data_version,
                               recorded_at, actor, correlation_id, causation_id, payload)
        select 2019, 'repair/2019-' || number, 1, 'review.intake.republish-requested', 1,
               '2019-06-01', 'service/intake', 'drill', 'drill', '{"note":"Tiếng Việt"}'
          from generate_series(1, 3) as number;
        insert into stream_head
        select 'repair/2019-' || number, 1, 0, 1 from generate_series(1, 3) as number;
        """)
    },
    steps: [
      Step("intake log archive --year"),
      Step("intake log archives", shows: ["2019: 3 facts of 3 streams"]) {
        try await expectOld("0", $0)
      },
      Step("intake log verify-archive", shows: ["is whole"]),
      Step("sha256sum"),
      Step("intake log restore-archive"),
      Step("intake verify log") { try await expectOld("3", $0) },
      Step("rating verify read-models", shows: ["rating.facts"]),
      Step("intake log archive --year"),
    ],
    check: { drill in
      try await expectOld("0", drill)
      // The next pages rebuild from this log.
      let back = try await drill.province.operate(
        .intake, "log-restore-archive", ["year": "2019", "into": drill.value(of: "FOLDER")])
      #expect(back.status == 200, "\(back.text)")
      try await expectOld("3", drill)
    })

  private static func expectOld(_ facts: String, _ drill: Drill) async throws {
    let rows = try await drill.province.query(
      "\\connect intake\nselect count(*) from event_log where recorded_year = 2019")
    #expect(rows.last == facts)
  }
}
