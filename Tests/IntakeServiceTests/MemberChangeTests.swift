import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `A member who moves` {
  private func launched(
    _ body: @escaping @Sendable (IntakeDesk) async throws -> Void
  ) async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      desk.calendar.set(to: moment("2021-11-20T08:00"))
      try await body(desk)
    }
  }

  @Test func `leaves in mid-cycle, and nobody waits for the report any more`() async throws {
    try await launched { desk in
      let path = "/v1/persons/leader-1/leave"
      let stale = try await desk.change(path, on: "2021-11-20", by: Province.district, ifMatch: 9)
      #expect(stale.status == 412 && stale.slug == "version-stale")
      let left = try await desk.change(path, on: "2021-11-20", by: Province.district, ifMatch: 1)
      #expect(left.status == 200 && left.sequence == 2 && left["reports.waived"] == "1")
      #expect(try await desk.report("p-leader-1") == ["report-requested", "report-waived"])
      let repeated = try await desk.change(path, on: "2021-11-20", ifMatch: 1)
      #expect(repeated.status == 200 && repeated.sequence == 2)
      let shown = try await desk.get("/v1/persons/leader-1")
      #expect(shown.status == 200 && shown["leftOn"] == "2021-11-20")
      let before = try await desk.get("/v1/persons/leader-1?asOf=2021-11-19")
      #expect(before["leftOn"] == nil && before["managingUnitId"] == "district-1")
      func exported(_ query: String) async throws -> Bool {
        let file = try await desk.get("/v1/persons/export" + query, by: Province.province)
        return String(decoding: file.body, as: UTF8.self).contains("leader-1")
      }
      #expect(try await exported("") == false)
      #expect(try await exported("?asOf=2021-11-19"))
      let back = try await desk.change(
        "/v1/persons", Province.joining("leader-1"), on: "2021-11-25")
      #expect(back.status == 201 && back.sequence == 3)
      #expect(try await desk.get("/v1/persons/leader-1?asOf=2021-11-25")["leftOn"] == nil)
    }
  }

  @Test func `leaves while the cycle is closed, and is waited for no more when it goes on`()
    async throws
  {
    try await launched { desk in
      try await desk.passDay()
      #expect(try await desk.close(ifMatch: 2).status == 200)
      let left = try await desk.change(
        "/v1/persons/leader-1/leave", on: "2021-11-20", by: Province.district, ifMatch: 1)
      #expect(left.status == 200 && left["reports.waived"] == "0")
      let reopened = try await desk.send(
        "/v1/cycles/2021/reopen", #"{"legalBasis":"17-TB/TU"}"#, by: Province.province, ifMatch: 3)
      #expect(reopened.status == 200, "\(reopened.slug ?? "")")
      try await desk.passDay()
      #expect(try await desk.report("p-leader-1") == ["report-requested", "report-waived"])
    }
  }

  @Test func `who joined after the launch is asked on demand, once, and follows a new manager`()
    async throws
  {
    try await launched { desk in
      let joined = try await desk.change(
        "/v1/persons", Province.joining("newcomer"), on: "2021-11-10", by: Province.commune)
      #expect(joined.status == 201 && joined.location == "/v1/persons/newcomer")
      #expect(try await desk.report("p-newcomer") == [])
      let alone = try await desk.send("/v1/cycles/2021/joiners", by: Province.district)
      #expect(alone.slug == "not-the-province")
      for count in ["1", "0"] {
        let asked = try await desk.send("/v1/cycles/2021/joiners", by: Province.province)
        #expect(asked.status == 200 && asked["requestedReports"] == count)
      }
      #expect(try await desk.report("p-newcomer") == ["report-requested"])
      let transferred = try await desk.change(
        "/v1/persons/newcomer/transfer", #""managingUnitId":"district-2""#, on: "2021-11-15",
        by: Province.district, ifMatch: 1)
      #expect(transferred["reports.handedOver"] == "1", "\(transferred.slug ?? "")")
      #expect(
        try await desk.get("/v1/reports/2021.p-newcomer")["managingUnitId"] == "district-2")
      let same = try await desk.change(
        "/v1/persons/newcomer/transfer", #""managingUnitId":"district-2","role":"member""#,
        on: "2021-11-20", ifMatch: 1)
      #expect(same.status == 200 && same["changedSubjects"] == "0" && same.sequence == 2)
      let corrected = "/v1/persons/newcomer?asOf=2021-11-15"
      #expect(try await desk.get(corrected)["managingUnitId"] == "district-2")
      #expect(
        try await desk.get("/v1/persons/newcomer?asOf=2021-11-14")["managingUnitId"]
          == "district-1")
      #expect(
        try await desk.get(corrected + "&knownAt=2021-11-20T00:00:00Z").slug == "unknown-person")
      let early = try await desk.change(
        "/v1/persons/newcomer/leave", on: "2021-11-12", ifMatch: 2)
      #expect(
        early.status == 409 && early.slug == "organisation-contradicts-later-change"
          && early.field == "effectiveOn")
    }
  }

  @Test func `holds posts, of which the first that is there says the role`() async throws {
    try await launched { desk in
      let posts = try await desk.change(
        "/v1/persons/member-1/posts",
        #""posts":[{"unitId":"cell-1","role":"head"},{"unitId":"commune-1","role":"deputy"}]"#,
        on: "2021-11-20", by: "unit/cell-1", ifMatch: 1)
      #expect(posts.status == 200, "\(posts.slug ?? "")")
      let shown = try await desk.get("/v1/persons/member-1")
      #expect(shown["role"] == "head" && shown["posts.1.unitId"] == "commune-1")
      _ = try await desk.change(
        "/v1/units/cell-1/dissolve", #""receiverId":"commune-1""#, on: "2021-11-21", ifMatch: 1)
      let after = try await desk.get("/v1/persons/member-1?asOf=2021-11-21")
      #expect(after["role"] == "deputy" && after["memberOf"] == "commune-1")
      let file = try await desk.get("/v1/persons/export", by: Province.province)
      let unchanged = try await desk.table(
        "/v1/persons/import", String(decoding: file.body, as: UTF8.self))
      #expect(unchanged["unchanged"] == "2", "an import speaks of the role without posts")
    }
  }

  @Test func `is nobody's business outside the line above`() async throws {
    try await launched { desk in
      let before = try await desk.logged()
      for (path, members) in [
        ("/v1/persons/leader-1/leave", ""),
        ("/v1/persons/leader-1/transfer", #""memberOf":"commune-2""#),
        ("/v1/persons/leader-1/posts", #""posts":[]"#),
        ("/v1/persons", Province.joining("newcomer")),
      ] {
        let refused = try await desk.change(
          path, members, on: "2021-11-20", by: Province.otherDistrict, ifMatch: 1)
        #expect(refused.status == 403 && refused.slug == "not-above-the-member", "\(path)")
        #expect(refused.field == "Review-Actor")
      }
      let unknown = try await desk.change(
        "/v1/persons/nobody/leave", on: "2021-11-20", by: Province.district, ifMatch: 1)
      #expect(unknown.status == 404 && unknown.slug == "unknown-person")
      #expect(try await desk.logged() == before)
    }
  }

  @Test func `is asked nothing before the launch`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.open()
      let early = try await desk.send("/v1/cycles/2021/joiners", by: Province.province)
      #expect(early.status == 409 && early.slug == "cycle-not-launched")
    }
  }
}
