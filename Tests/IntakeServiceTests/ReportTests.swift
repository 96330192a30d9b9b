import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `A report` {
  private let path = "/v1/reports/\(Province.communeReport)"

  @Test func `goes from draft to acceptance with a receipt for each version`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let owed = try await desk.get(path)
      #expect(owed["state"] == "requested" && owed.sequence == 1)
      #expect(owed["dueWording"] == "trước ngày 10/12/2021")
      #expect(owed["minutesLeft"] == "55680")
      #expect(owed["sections.1.title"] == "Hạn chế")
      let draft = try await desk.put(
        path + "/draft", Province.content(["I": "Nháp"]), by: Province.commune, ifMatch: 1)
      #expect(draft.status == 200 && draft.sequence == 2)
      let again = try await desk.put(
        path + "/draft", Province.content(["I": "Nháp"]), by: Province.commune, ifMatch: 1)
      #expect(again.sequence == 2, "saving the same text again changes nothing")
      #expect(try await desk.get(path + "/draft")["sections.0.text"] == "Nháp")

      let first = try await desk.submit(ifMatch: 2)
      #expect(first.status == 201 && first["version"] == "1" && first["lateness"] == "onTime")
      #expect(first["minutesLeft"] == "55680")
      #expect(first["receivedAt"] == "2021-11-01T01:00:00.000Z")
      #expect(first.location == path + "/receipts/1")
      let returned = try await desk.judge(
        "return", #"{"reasons":[{"section":"II","reason":"Nêu nguyên nhân chủ quan"}]}"#,
        ifMatch: 3)
      #expect(returned.status == 200)
      let back = try await desk.get(path)
      #expect(back["state"] == "returned")
      #expect(back["reasons.0.reason"] == "Nêu nguyên nhân chủ quan")

      desk.calendar.set(to: Province.due + .seconds(86_400))
      let second = try await desk.submit(
        Province.communeReport, Province.content(["I": "Ưu", "II": "Nhược"]), ifMatch: 4)
      #expect(second["version"] == "2" && second["lateness"] == "onTime")
      #expect(second["minutesLeft"] == "0")
      #expect(second["sha256"] != first["sha256"])
      #expect(try await desk.judge("accept", ifMatch: 5).status == 200)
      #expect(try await desk.judge("accept", ifMatch: 5).sequence == 6, "a repeat is no error")

      #expect(try await desk.get(path + "/receipts/1")["sha256"] == first["sha256"])
      #expect(try await desk.get(path + "/versions/1")["sections.1.text"] == "Hạn chế…")
      #expect(try await desk.get(path + "/versions/2")["sections.1.text"] == "Nhược")
      #expect(try await desk.get(path + "/receipts/3").slug == "unknown-receipt")
      #expect(
        try await desk.story(of: .report(id(Province.communeReport))) == [
          "report-requested", "report-drafted", "report-submitted", "report-returned",
          "report-submitted", "report-accepted",
        ])
    }
  }

  @Test func `handed in twice with one key is handed in once`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let key = "one-key-for-both"
      func submit(_ content: String) async throws -> Answer {
        try await desk.send(
          path + "/submit", content, by: Province.commune, ifMatch: 1, key: key)
      }
      let first = try await submit(Province.complete)
      let second = try await submit(Province.complete)
      #expect(first.status == 201 && second.status == 201 && first.body == second.body)
      #expect(
        try await submit(Province.content(["I": "a", "II": "b"])).slug == "idempotency-key-reused")
      #expect(
        try await desk.story(of: .report(id(Province.communeReport))).count == 2)
    }
  }

  @Test func `that comes at the due instant is late`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      desk.calendar.set(to: Province.due)
      let late = try await desk.submit()
      #expect(late["lateness"] == "late" && late["minutesLeft"] == "0")
      desk.calendar.set(to: Province.due + .milliseconds(-1))
      let punctual = try await desk.submit(
        "2021.p-leader-1", Province.content(["I": "Ưu"]), by: "person/leader-1")
      #expect(punctual["lateness"] == "onTime")
    }
  }

  @Test func `that comes late after a recorded outage says so`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let refused = try await desk.send(
        "/v1/outages",
        #"{"from":"2021-12-09T16:00:00Z","to":"2021-12-09T18:00:00Z","note":"Mất điện"}"#,
        by: Province.district)
      #expect(refused.slug == "not-the-province")
      let recorded = try await desk.send(
        "/v1/outages",
        #"{"from":"2021-12-09T16:00:00Z","to":"2021-12-09T18:00:00Z","note":"Mất điện"}"#,
        by: Province.province)
      #expect(recorded.status == 201)
      desk.calendar.set(to: Province.due + .seconds(3_600 + 7_199))
      #expect(try await desk.submit()["lateness"] == "lateServiceOutage")
      desk.calendar.set(to: Province.due + .seconds(3_600 + 7_200))
      let late = try await desk.submit(
        "2021.p-leader-1", Province.content(["I": "Ưu"]), by: "person/leader-1")
      #expect(late["lateness"] == "late")
      let counters = try await desk.get("/v1/cycles/2021/counters")
      #expect(counters["counters.0.lateServiceOutage"] == "1")
      #expect(counters["counters.1.late"] == "1")
    }
  }

  @Test func `is refused when the client saw an older version`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await desk.put(path + "/draft", Province.complete, by: Province.commune, ifMatch: 1)
      let stale = try await desk.submit(ifMatch: 1)
      #expect(stale.status == 412 && stale.slug == "version-stale" && stale.field == "If-Match")
      let blind = try await desk.send(path + "/submit", Province.complete, by: Province.commune)
      #expect(blind.status == 428 && blind.slug == "version-required")
    }
  }

  @Test func `is written by its subject and judged by who manages it`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      for actor in [Province.district, Province.province, "person/secretary"] {
        let refused = try await desk.submit(by: actor)
        #expect(refused.status == 403 && refused.slug == "not-your-report")
      }
      _ = try await desk.submit()
      for actor in [Province.commune, Province.otherDistrict, "unit/cell-1"] {
        let refused = try await desk.judge("accept", ifMatch: 2, by: actor)
        #expect(refused.status == 403 && refused.slug == "not-the-managing-unit")
      }
      #expect(try await desk.judge("accept", ifMatch: 2, by: Province.province).status == 200)
    }
  }

  @Test func `is counted by level and kind`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await desk.submit()
      _ = try await desk.judge(
        "return", #"{"reasons":[{"section":"I","reason":"Viết lại"}]}"#, ifMatch: 2)
      desk.calendar.set(to: moment("2021-12-01T08:00"))
      _ = try await desk.submit("2021.u-commune-2", by: "person/x;on-behalf-of=unit/commune-2")
      let district = "person/y;on-behalf-of=unit/district-1"
      _ = try await desk.submit("2021.u-district-1", by: district)
      _ = try await desk.send(
        "/v1/reports/2021.u-district-1/accept", by: Province.province, ifMatch: 2)
      let counters = try await desk.get("/v1/cycles/2021/counters")
      func line(_ place: Int) -> [String?] {
        [
          "managingLevel", "kind", "owed", "due", "received", "late", "returned", "accepted",
          "supplementsOpen",
        ].map { counters["counters.\(place).\($0)"] }
      }
      #expect(line(0) == ["DISTRICT", "collective", "2", "0", "2", "1", "1", "0", "0"])
      #expect(line(1) == ["DISTRICT", "individual", "1", "1", "0", "0", "0", "0", "0"])
      #expect(line(2) == ["PROVINCE", "collective", "2", "1", "1", "0", "0", "1", "0"])
    }
  }
}
