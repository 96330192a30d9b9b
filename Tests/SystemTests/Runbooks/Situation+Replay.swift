import Foundation
import Testing

extension Situation {
  /// Somebody deleted half of what rating knows of reports.
  static let replay = Situation(
    runbook: "replay.md",
    begin: { drill in
      for number in 32...35 { try await drill.province.accept(number) }
      try await drill.province.rest()
      try await damage(drill)
    },
    steps: [
      Step("rating replay plan") { try await learnFacts($0) },
      Step("rating replay run"),
      Step("rating replay compare", code: 1, shows: ["reviewed"]),
      Step("rating replay accept"),
      Step("rating replay swap") { try await expectDamage(true, $0) },
      Step("rating verify read-models", shows: ["rating.facts"]) {
        try await expectDamage(false, $0)
      },
      Step("rating replay undo"),
      Step("rating replay undo") { try await expectDamage(true, $0) },
      Step("rating replay drop") { drill in
        try await expectDamage(false, drill)
        let run = try await drill.province.operate(
          .rating, "replay-run",
          [
            "read-model": "rating.facts", "into": "shadow", "from-log": "true",
            "confirm": drill.value(of: "FACTS"),
          ])
        #expect(run.status == 200, "\(run.text)")
      },
      Step("rating replay status"),
    ],
    check: { try await expectDamage(false, $0) })

  private static func damage(_ drill: Drill) async throws {
    drill.learn("REVIEWED", try await reviewed(drill))
    _ = try await drill.province.query(
      """
      \\connect rating
      delete from reviewed where ctid in (
        select ctid from reviewed order by ctid limit (select count(*) / 2 from reviewed))
      """)
    try await expectDamage(true, drill)
  }

  private static func expectDamage(_ isDamaged: Bool, _ drill: Drill) async throws {
    let rows = try await reviewed(drill)
    #expect((rows < drill.value(of: "REVIEWED")) == isDamaged)
  }

  /// Padded, so that it can be compared as text.
  private static func reviewed(_ drill: Drill) async throws -> String {
    let rows = try await drill.province.query(
      "\\connect rating\nselect lpad(count(*)::text, 9, '0') from reviewed")
    return rows.last ?? ""
  }

  private static func learnFacts(_ drill: Drill) async throws {
    let plan = try await drill.province.operate(
      .rating, "replay-plan", ["read-model": "rating.facts"])
    guard let events = plan["events"] as? Int else { throw Trouble("no plan: \(plan.text)") }
    drill.learn("FACTS", String(events))
  }
}
