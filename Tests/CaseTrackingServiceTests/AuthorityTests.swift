import EventStream
import ReviewEvents
import Testing

@testable import CaseTrackingService

@Suite(.timeLimit(.minutes(2))) struct `Who may suggest a review of whom` {
  private static let table = [
    ("unit/commune-1", "district-1", 201), ("unit/commune-1", "province", 201),
    ("unit/commune-1", "district-2", 403), ("unit/commune-1", "commune-1", 403),
    ("unit/commune-1", "cell-1", 403), ("person/member-1", "commune-1", 201),
    ("person/member-1", "district-1", 201), ("person/leader-1", "commune-1", 403),
    ("unit/province", "province", 403),
  ]

  @Test func `the one who manages, or stands above`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      for (number, (subject, authority, status)) in Self.table.enumerated() {
        let answer = try await desk.post(
          "/v1/cases", CaseDesk.proposal("c\(number)", about: subject, authority: authority),
          by: Province.inspection)
        #expect(answer.status == status, "\(authority) about \(subject)")
        if status == 403 { #expect(answer.slug == "authority-does-not-manage-subject") }
      }
    }
  }

  @Test func `only the authority issues, and by the tree of that day`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.approve("c1", about: "unit/commune-1")
      let letter = #"{"documentNumber":"12-CV/HU"}"#
      for actor in [Province.otherDistrict, Province.province, Province.commune] {
        let refused = try await desk.post("/v1/cases/c1/issue", letter, by: actor, ifMatch: 2)
        #expect(refused.slug == "not-authorised")
      }
      try await desk.hear([
        Province.unit(
          "commune-1", level: "GRASSROOTS", below: "district-2",
          managedBy: ("district-2", "DISTRICT"), at: 2)
      ])
      let moved = try await desk.post(
        "/v1/cases/c1/issue", letter, by: Province.district, ifMatch: 2)
      #expect(moved.status == 403)
      #expect(moved.slug == "authority-does-not-manage-subject")
    }
  }

  @Test func `what is not known yet may be asked again soon`() async throws {
    try await CaseDesk.with { desk in
      let body = CaseDesk.proposal("c1", about: "unit/commune-1", authority: "province")
      func slug() async throws -> String? {
        let answer = try await desk.post("/v1/cases", body, by: Province.inspection)
        #expect(answer.status == 409)
        #expect(answer["retryAfterSeconds"] == "1")
        return answer.slug
      }
      #expect(try await slug() == "cycle-not-yet-known")
      try await desk.hear([Province.cycle("2021", year: 2021)])
      #expect(try await slug() == "subject-not-yet-known")
      let commune = Province.unit(
        "commune-1", level: "GRASSROOTS", below: "district-1",
        managedBy: ("district-1", "DISTRICT"))
      try await desk.hear([commune])
      #expect(try await slug() == "unit-not-yet-known")
      try await desk.hear([
        Province.unit("province", level: "PROVINCE", below: nil, managedBy: nil)
      ])
      #expect(try await slug() == "unit-not-yet-known", "the district between them is missing")
      try await desk.hear([
        Province.unit(
          "district-1", level: "DISTRICT", below: "province",
          managedBy: ("province", "PROVINCE"))
      ])
      #expect(
        try await desk.post("/v1/cases", body, by: Province.inspection).status == 201)
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct `Issuing an approved list` {
  @Test func `one bad row holds nobody else up`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      for number in 1...3 {
        try await desk.approve("c\(number)", about: "unit/commune-\(number)")
      }
      let unapproved = CaseDesk.proposal("c4", about: "unit/commune-1", matters: ["Khác"])
      _ = try await desk.post("/v1/cases", unapproved, by: Province.inspection)
      let answer = try await desk.post(
        "/v1/cases/issue-batch",
        #"{"documentNumber":"15-CV/HU","caseIds":["c1","c4","nowhere","c2","c3","c1"]}"#,
        by: Province.district)
      #expect(answer.status == 200)
      #expect(answer["issued"] == "3")
      #expect(answer["refused"] == "2")
      #expect(answer["rows.0.sequence"] == "3")
      #expect(answer["rows.1.slug"] == "case-not-approved")
      #expect(answer["rows.2.slug"] == "unknown-case")
      #expect(try await desk.get("/v1/cases/c3")["documentNumber"] == "15-CV/HU")
      #expect(try await desk.get("/v1/cases/c4")["state"] == "proposed")
    }
  }
}
