import EventStream
import ReviewEvents
import ServiceRuntime
import Testing

@testable import CaseTrackingService

/// A request that must be refused, with the slug and the field the answer must name.
private struct Malformed: Sendable, CustomTestStringConvertible {
  let path: String
  let json: String?
  let slug: String
  let field: String?
  var testDescription: String { "\(path) \(slug) \(field ?? "-")" }

  init(_ path: String, _ json: String?, _ slug: String, _ field: String?) {
    self.path = path
    self.json = json
    self.slug = slug
    self.field = field
  }
}

private let proposal = CaseDesk.proposal("c9", about: "unit/commune-1")

private let table: [Malformed] = [
  Malformed("/v1/cases", "{", "malformed-json", "body"),
  Malformed(
    "/v1/cases", proposal.replacing(#""cycleId":"2021","#, with: ""), "missing-member", "cycleId"),
  Malformed(
    "/v1/cases", proposal.replacing("unit/commune-1", with: "commune-1"), "malformed-subject",
    "subjectId"),
  Malformed("/v1/cases", proposal.replacing("c9", with: "c 9"), "malformed-identifier", "caseId"),
  Malformed(
    "/v1/cases", proposal.replacing(#""caseId""#, with: #""cycleId":"2021","caseId""#),
    "duplicate-member", "cycleId"),
  Malformed(
    "/v1/cases", proposal.replacing(#""caseId""#, with: #""name":"A","caseId""#),
    "unknown-member", "name"),
  Malformed(
    "/v1/cases", proposal.replacing(#"["DISUNITY"]"#, with: #"["RUMOUR"]"#), "unknown-ground",
    "grounds[0]"),
  Malformed(
    "/v1/cases", proposal.replacing("LAND", with: "SEA"), "unknown-area", "matters[0].area"),
  Malformed(
    "/v1/cases", proposal.replacing(#"["DISUNITY"]"#, with: "[]"), "missing-member", "grounds"),
  Malformed(
    "/v1/cases", proposal.replacing("Sử dụng đất", with: String(repeating: "ấ", count: 20_001)),
    "text-too-long", "matters[0].text"),
  Malformed(
    "/v1/cases", proposal.replacing(#""area":"LAND""#, with: #""area":"LAND","matterId":"c1.1""#),
    "matter-already-known", "matters[0].matterId"),
  Malformed(
    "/v1/cases", proposal.replacing("2021", with: "1999"), "cycle-not-yet-known", "cycleId"),
  Malformed(
    "/v1/cases", proposal.replacing("commune-1", with: "nobody"), "subject-not-yet-known",
    "subjectId"),
  Malformed(
    "/v1/cases", proposal.replacing("district-1", with: "nowhere"), "unit-not-yet-known",
    "authorityId"),
  Malformed("/v1/cases/nowhere/approve", nil, "unknown-case", nil),
  Malformed("/v1/cases/c1/approve", nil, "case-already-issued", nil),
  Malformed("/v1/cases/c1/issue", "{}", "missing-member", "documentNumber"),
  Malformed(
    "/v1/cases/c1/issue", #"{"documentNumber":"1\u0007"}"#, "control-character", "documentNumber"),
  Malformed("/v1/cases/nowhere/acknowledge", nil, "unknown-case", nil),
  Malformed("/v1/cases/c1/explain", #"{"answers":[]}"#, "missing-member", "answers"),
  Malformed(
    "/v1/cases/c1/explain", #"{"answers":[{"matterId":"c1.1","kind":"denied","text":"x"}]}"#,
    "not-a-choice", "answers[0].kind"),
  Malformed(
    "/v1/cases/c1/conference", #"{"heldAt":"4/12/2021","minutes":"x"}"#, "malformed-instant",
    "heldAt"),
  Malformed(
    "/v1/cases/c1/conference", #"{"heldAt":"2021-12-04T08:00:00Z","minutes":""}"#,
    "text-too-short", "minutes"),
  Malformed(
    "/v1/cases/c1/conclude", #"{"conclusions":[{"matterId":"c1.1"}]}"#, "missing-member",
    "conclusions[0].outcome"),
  Malformed(
    "/v1/cases/c1/plan",
    #"{"items":[{"matterId":"c1.1","owner":"service/case","dueBefore":"2022-01-01T00:00:00Z","#
      + #""measures":"x"}]}"#, "malformed-subject", "items[0].owner"),
  Malformed(
    "/v1/cases/c1/progress", #"{"matterId":"c1.1","percentDone":101,"note":"x"}"#, "out-of-range",
    "percentDone"),
  Malformed(
    "/v1/cases/c1/progress", #"{"matterId":"c1.1","percentDone":"40","note":"x"}"#, "wrong-type",
    "percentDone"),
  Malformed(
    "/v1/cases/c1/verify", #"{"matterId":"c1.1","result":"fixed"}"#, "not-a-choice", "result"),
  Malformed("/v1/cases/c1/close", nil, "case-not-concluded", nil),
  Malformed(
    "/v1/cases/c1/carry-over", #"{"toCycleId":"1999"}"#, "cycle-not-yet-known", "toCycleId"),
  Malformed("/v1/cases/c1/withdraw", #"{"reason":7}"#, "wrong-type", "reason"),
  Malformed(
    "/v1/cases/issue-batch", #"{"documentNumber":"1","caseIds":"c1"}"#, "wrong-type", "caseIds"),
  Malformed(
    "/v1/cases/issue-batch",
    #"{"documentNumber":"1","caseIds":["#
      + Array(repeating: #""c1""#, count: 501).joined(separator: ",") + "]}",
    "too-many-items", "caseIds"),
]

@Suite(.timeLimit(.minutes(2))) struct `Malformed input` {
  @Test func `is refused with slug and field, and leaves no fact behind`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.issue("c1", about: "unit/commune-1")
      let before = try await desk.logged()
      for malformed in table {
        let answer = try await desk.post(
          malformed.path, malformed.json, by: Province.district, ifMatch: 3)
        #expect((400..<500).contains(answer.status), "\(malformed.testDescription)")
        #expect(answer.slug == malformed.slug, "\(malformed.testDescription)")
        #expect(answer.field == malformed.field, "\(malformed.testDescription)")
      }
      #expect(try await desk.logged() == before)
      #expect(Set(table.map { "\($0.slug) \($0.field ?? "")" }).count >= 28)
    }
  }

  @Test func `is known of every route`() async throws {
    try await CaseDesk.with { desk in
      let patterns = desk.definition.routes.filter { $0.method == "POST" }.map(\.path)
      for pattern in patterns {
        let covered = table.contains { malformed in
          malformed.path == pattern
            || malformed.path.split(separator: "/").last == pattern.split(separator: "/").last
        }
        #expect(covered, "\(pattern)")
      }
      for (path, slug, field) in Self.paths {
        let answer = try await desk.get(path)
        #expect(answer.slug == slug, "\(path)")
        #expect(answer.field == field, "\(path)")
      }
    }
  }

  private static let paths: [(String, String, String?)] = [
    ("/v1/cases/a+b", "malformed-path", "case"), ("/v1/cases/nowhere", "unknown-case", nil),
    ("/v1/subjects/cycle/c/cases", "malformed-path", "id"),
    ("/v1/cycles/a+b/case-statistics", "malformed-path", "cycle"),
    ("/v1/cycles/a+b/cases", "malformed-path", "cycle"),
    ("/v1/subjects/unit/commune-1/cases?withPredecessors=yes", "wrong-type", "withPredecessors"),
    ("/v1/units/a+b/debts", "malformed-path", "unit"),
    ("/v1/units/nowhere/debts", "unknown-unit", "unit"),
    ("/v1/units/commune-1/debts?after=a%20b", "malformed-identifier", "after"),
    ("/v1/units/commune-1/debts?limit=501", "out-of-range", "limit"),
  ]
}
