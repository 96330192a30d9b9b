import Foundation
import NIOHTTP1
import Testing

extension `The whole system` {
  @Suite(.serialized, .timeLimit(.minutes(10))) struct `A year that is replayed` {
    /// Every read model of every service, and a table of it to damage.
    private static let models: [(service: Service, name: String, damage: String)] = [
      (.intake, "intake.reports", "update report set state = 'accepted', version = version + 1"),
      (.intake, "intake.matters", "delete from suggested_matter"),
      (
        .caseTracking, "case-tracking.registry",
        "update organisation_term set managing_level = 'X'"
      ),
      (.caseTracking, "case-tracking.cases", "delete from matter"),
      (.rating, "rating.facts", "delete from reviewed"),
      (.rating, "rating.ratings", "update rating set decided_level = 'GOOD'"),
      (.notification, "notification.duties", "update duty set state = 'cancelled'"),
    ]

    @Test func `gives the same read models, the same figures and no mail`() async throws {
      try await Province.with { province in
        let (code, text) = try await province.rehearse()
        try #require(code == 0, "\(text)")
        try await province.rest()
        let figures = try await province.figures()
        let mails = try await Mailbox(of: province).received.sorted()
        #expect(!mails.isEmpty)
        for model in Self.models {
          for source in [true, false] {
            try await Self.replay(model.service, model.name, fromLog: source, in: province)
          }
        }
        try await province.rest()
        #expect(try await province.figures() == figures)
        #expect(try await Mailbox(of: province).received.sorted() == mails)
        try await Self.checkAudit(of: province)
        for model in Self.models {
          try await Self.repair(model.service, model.name, model.damage, in: province)
        }
        #expect(try await province.figures() == figures)
        #expect(try await Mailbox(of: province).received.sorted() == mails)
      }
    }

    private static func replay(
      _ service: Service, _ model: String, fromLog: Bool, in province: Province
    ) async throws {
      let plan = try await province.operate(service, "replay-plan", ["read-model": model])
      #expect(plan.status == 200, "\(plan.text)")
      let events = try #require(plan["events"] as? Int)
      let run = try await province.operate(
        service, "replay-run",
        ["read-model": model, "into": "shadow", "anew": "true", "confirm": "\(events)"].merging(
          fromLog ? ["from-log": "true"] : [:]
        ) { $1 })
      #expect(run["events"] as? Int == events, "\(model): \(run.text)")
      let compare = try await province.operate(service, "replay-compare", ["read-model": model])
      #expect(compare["equal"] as? Bool == true, "\(model): \(compare.text)")
      for step in ["replay-swap", "replay-undo"] {
        let answer = try await province.operate(service, step, ["read-model": model])
        #expect(answer.status == 200, "\(model) \(step): \(answer.text)")
      }
    }

    /// Half of the rows are damaged as somebody with psql would; `compare` finds them all, `run` and
    /// `swap` repair them.
    private static func repair(
      _ service: Service, _ model: String, _ damage: String, in province: Province
    ) async throws {
      let table = try #require(
        damage.split(separator: " ").first { word in
          !["update", "delete", "from"].contains(word)
        })
      let damaged = try await province.query(
        """
        \\connect \(service.database)
        with half as (
          select ctid from \(table) order by ctid limit (select (count(*) + 1) / 2 from \(table))
        ), done as (\(damage) where ctid in (select ctid from half) returning 1)
        select count(*) from done
        """)
      #expect((Int(damaged.last ?? "") ?? 0) > 0, "\(model)")
      let plan = try await province.operate(service, "replay-plan", ["read-model": model])
      let events = try #require(plan["events"] as? Int)
      _ = try await province.operate(
        service, "replay-run",
        ["read-model": model, "into": "shadow", "from-log": "true", "confirm": "\(events)"])
      let found = try await province.operate(service, "replay-compare", ["read-model": model])
      #expect(found["equal"] as? Bool == false, "\(model): \(found.text)")
      let refused = try await province.operate(service, "replay-swap", ["read-model": model])
      #expect(refused.status == 409, "a difference that nobody accepted: \(refused.text)")
      for step in ["replay-accept", "replay-swap"] {
        let answer = try await province.operate(service, step, ["read-model": model])
        #expect(answer.status == 200, "\(model) \(step): \(answer.text)")
      }
      _ = try await province.operate(
        service, "replay-run",
        ["read-model": model, "into": "shadow", "from-log": "true", "confirm": "\(events)"])
      let mended = try await province.operate(service, "replay-compare", ["read-model": model])
      #expect(mended["equal"] as? Bool == true, "\(model): \(mended.text)")
    }

    private static func checkAudit(of province: Province) async throws {
      for service in Service.allCases {
        let rows = try await province.query(
          """
          \\connect \(service.database)
          select operation, outcome, count(*) from audit group by 1, 2
          """)
        for operation in ["replay run", "replay compare", "replay swap", "replay undo"] {
          for outcome in ["begun", "done"] {
            #expect(
              rows.contains { $0.hasPrefix("\(operation)\t\(outcome)\t") }, "\(service) \(rows)")
          }
        }
      }
    }
  }
}

extension Province {
  /// Runs an operation through the admin port of the first instance.
  func operate(
    _ service: Service, _ operation: String, _ values: [String: String]
  ) async throws -> Answer {
    var values = values
    // What only reads asks for no reason.
    if !["replay-plan", "verify-log"].contains(operation) {
      values["operator"] = "operator-1"
      values["reason"] = "a drill"
    }
    return try await client.insist(
      .POST, admin(service) + "/admin/operations/" + operation,
      body: try JSONEncoder().encode(values))
  }

  /// Everything that people read of a year, as the services answer it.
  func figures() async throws -> [String] {
    var figures: [String] = []
    for (service, path) in [
      (Service.intake, "/v1/cycles/2021/counters"),
      (.caseTracking, "/v1/cycles/2021/case-statistics"),
      (.rating, "/v1/cycles/2021/rating-statistics"),
    ] {
      let answer = try await client.insist(.GET, url(service) + path)
      #expect(answer.status == 200, "\(service) \(path): \(answer.text)")
      // The moment of the answer is no figure.
      let text = String(decoding: answer.body, as: UTF8.self)
      figures.append(text.replacing(/"(serverTime|asOf|knownAt)":"[^"]*"/, with: ""))
    }
    return figures
  }
}
