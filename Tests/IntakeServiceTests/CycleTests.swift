import EventStream
import ReviewEvents
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `A cycle` {
  @Test func `is opened once and shown as it was opened`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.open()
      let again = try await desk.send("/v1/cycles", Province.cycle, by: Province.province)
      #expect(again.status == 201 && again.sequence == 1)
      let other = try await desk.send(
        "/v1/cycles", Province.cycle.replacing("57-KH/TU", with: "58-KH/TU"),
        by: Province.province)
      #expect(other.status == 409 && other.slug == "cycle-exists")
      let shown = try await desk.get("/v1/cycles/2021")
      #expect(shown.sequence == 1)
      #expect(shown["state"] == "open")
      #expect(shown["milestones.1.wording"] == "trong tháng 11/2021")
      #expect(shown["pilotUnitIds.0"] == "commune-2")
    }
  }

  @Test func `asks everybody who owes a report, once`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let before = try await desk.logged()
      let again = try await desk.send("/v1/cycles/2021/launch", by: Province.province, ifMatch: 1)
      #expect(again.status == 200 && again["requestedReports"] == "5" && again.sequence == 2)
      #expect(try await desk.logged() == before)
      let list = try await desk.get("/v1/cycles/2021/reports?limit=2")
      #expect(list["reports.0.reportId"] == "2021.p-leader-1")
      #expect(list["next"] == "2021.u-commune-1")
      let rest = try await desk.get("/v1/cycles/2021/reports?limit=3&after=2021.u-commune-1")
      #expect(rest["reports.0.dueBefore"] == "2021-11-30T17:00:00.000Z")
      #expect(rest["reports.2.subjectId"] == "unit/district-2")
      #expect(rest["reports.3.subjectId"] == nil)
      let province = try await desk.get("/v1/cycles/2021/reports?level=PROVINCE&state=requested")
      #expect(province["reports.1.reportId"] == "2021.u-district-2")
      #expect(province["next"] == nil)
    }
  }

  @Test func `is not launched while a level has no date, and every such level is named`()
    async throws
  {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      _ = try await desk.approve()
      let bare = Province.cycle.replacing(#""level":"PROVINCE""#, with: #""level":"CELL""#)
        .replacing(
          #""task":"report","level":"DISTRICT""#, with: #""task":"rating","level":"DISTRICT""#)
      #expect(try await desk.send("/v1/cycles", bare, by: Province.province).status == 201)
      let refused = try await desk.send(
        "/v1/cycles/2021/launch", by: Province.province, ifMatch: 1)
      #expect(refused.status == 409 && refused.slug == "level-without-milestone")
      #expect(refused["errors.0.reason"]?.contains("DISTRICT") == true)
      #expect(refused["errors.1.reason"]?.contains("PROVINCE") == true)
    }
  }

  @Test func `belongs to the province`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.open()
      let commands: [(String, String?)] = [
        ("launch", nil), ("close", "{}"), ("lock-overdue", nil),
        ("reopen", #"{"legalBasis":"16-TB/TU"}"#),
      ]
      for (path, body) in commands {
        let refused = try await desk.send(
          "/v1/cycles/2021/\(path)", body, by: Province.district, ifMatch: 1)
        #expect(refused.status == 403 && refused.slug == "not-the-province")
      }
      let opened = try await desk.send(
        "/v1/cycles", Province.cycle.replacing("57-KH", with: "58-KH"), by: Province.district)
      #expect(opened.slug == "not-the-province")
    }
  }

  @Test func `takes no report when it is closed`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      #expect(try await desk.close(ifMatch: 1).status == 412)
      let closed = try await desk.close(ifMatch: 2)
      #expect(closed.status == 200 && closed.sequence == 3)
      let refused = try await desk.submit()
      #expect(refused.status == 409 && refused.slug == "cycle-closed")
      let launched = try await desk.send(
        "/v1/cycles/2021/launch", by: Province.province, ifMatch: 3)
      #expect(launched.slug == "cycle-closed")
    }
  }
}
