import EventStream
import IntakeDomain
import IntakeReadModels
import PostgresStore
import ReviewEvents
import TestSupport
import Testing

@testable import IntakeService

extension IntakeDesk {
  /// Notes that the subject of a report asked for more time.
  func wish(_ report: String) async throws {
    try await database.store.commit { transaction in
      let reportID: ReportID = id(report)
      let loaded = try ReportTable.lock(reportID, transaction)
      let duty = try #require(loaded.report.duty)
      _ = try ReportTable.record(
        [
          .extensionRequested(
            ExtensionRequested(
              reportID: reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
              dueBefore: duty.dueBefore + .seconds(86_400), reasonHash: "r"))
        ], on: loaded, of: reportID, origin: Samples.origin, transaction)
    }
  }

  /// Notes that nobody has to hand in a report any more.
  func waive(_ report: String) async throws {
    try await database.store.commit { transaction in
      let reportID: ReportID = id(report)
      let loaded = try ReportTable.lock(reportID, transaction)
      let duty = try #require(loaded.report.duty)
      _ = try ReportTable.record(
        [
          .waived(
            ReportWaived(
              reportID: reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
              reason: .ended, effectiveOn: LocalDate(duty.dueBefore)))
        ], on: loaded, of: reportID, origin: Samples.origin, transaction)
    }
  }

  /// Reopens a report in the name of the district, unless somebody else does.
  func reopen(
    _ report: String, ifMatch: Int64, by actor: String = Province.district
  ) async throws -> Answer {
    try await send(
      "/v1/reports/\(report)/reopen", Province.reopening, by: actor, ifMatch: ifMatch)
  }
}

@Suite(.timeLimit(.minutes(3))) struct `The gates of a cycle` {
  private let check = "/v1/cycles/2021/closing-check"
  private let commune = "/v1/reports/\(Province.communeReport)"

  // MARK: Before the launch

  @Test func `show what is missing before a launch, and what it would be refused for`()
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.open()
      let path = "/v1/cycles/2021/launch-check"
      let fine = try await desk.get(path, by: Province.province)
      #expect(fine.sequence == 1 && fine["state"] == "open" && fine["owedReports"] == "5")
      #expect(fine["blocks"] == "0", "nobody heads a unit, and that alone forbids no launch")
      #expect(fine["findings.0.kind"] == "unit-without-head")
      #expect(fine["findings.0.count"] == "4" && fine["findings.0.first.0"] == "commune-1")
      #expect(fine["findings.0.blocks"] == "0" && fine["findings.1.kind"] == nil)
      #expect(fine["addresses.ask"] == "POST /v1/recipients/check")

      let bare = Province.cycle.replacing(#""cycleId":"2021""#, with: #""cycleId":"bare""#)
        .replacing(#""level":"PROVINCE""#, with: #""level":"CELL""#)
      #expect(try await desk.send("/v1/cycles", bare, by: Province.province).status == 201)
      desk.calendar.set(to: Province.due)
      let blocked = try await desk.get("/v1/cycles/bare/launch-check", by: Province.province)
      #expect(blocked["blocks"] == "1" && blocked["findings.0.blocks"] == "1")
      #expect(blocked["findings.0.kind"] == "level-without-milestone")
      #expect(blocked["findings.0.first.0"] == "PROVINCE")
      #expect(blocked["findings.2.kind"] == "milestone-passed")
      #expect(blocked["findings.2.first.1"] == "report DISTRICT pilot")
      let refused = try await desk.send(
        "/v1/cycles/bare/launch", by: Province.province, ifMatch: 1)
      #expect(refused.slug == blocked["findings.0.kind"])
    }
  }

  // MARK: Before the end

  @Test func `show what is open before a closing, and hold it back until somebody forces it`()
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      try await prepare(desk)
      let open = try await desk.get(check)
      #expect(open["isReady"] == "0" && open["state"] == "launched")
      #expect(
        obstacles(open) == [
          "requested 1 0 2021.u-district-2", "drafted 1 1 2021.p-leader-1",
          "submitted 1 0 2021.u-commune-1", "returned 1 1 2021.u-commune-2",
          "extensionUndecided 1 0 2021.u-district-2", "supplementOpen 1 0 2021.u-commune-1",
          "matterUnanswered 2 0 2021.u-district-2",
        ])
      let refused = try await desk.send(
        "/v1/cycles/2021/close", "{}", by: Province.province, ifMatch: 2)
      #expect(refused.status == 409 && refused.slug == "cycle-not-ready")
      #expect(refused["errors.6.field"] == "obstacles.matterUnanswered")
      #expect(
        refused["errors.3.reason"]
          == "Báo cáo đã trả lại hoặc mở lại, chưa nộp lại: 1, quá hạn 1")
      let closed = try await desk.close(ifMatch: 2)
      #expect(closed.status == 200 && closed.sequence == 3)
      #expect(try await desk.close(ifMatch: 2).sequence == 3, "a repeat is no error")
      let shown = try await desk.get("/v1/cycles/2021")
      #expect(shown["closing.forced"] == "1" && shown["closing.legalBasis"] == "15-TB/TU")
      #expect(shown["closing.reason"] == "Hết thời gian kiểm điểm")
    }
  }

  /// One report in each state, a wish, an open supplement, and matters without an answer; those
  /// of the returned report were answered in a supplement.
  private func prepare(_ desk: IntakeDesk) async throws {
    _ = try await desk.submit()
    _ = try await desk.submit("2021.u-commune-2", by: "unit/commune-2")
    try await desk.hear(
      try Province.issued("c", about: "unit/commune-2", at: moment("2021-11-02T08:00")))
    let answered = try await desk.send(
      "/v1/reports/2021.u-commune-2/supplements/c",
      #"{"answers":[{"matterId":"c.1","kind":"accepted","text":"Nhận"}]}"#, by: "unit/commune-2",
      ifMatch: 3)
    #expect(answered.status == 201)
    let returned = try await desk.send(
      "/v1/reports/2021.u-commune-2/return",
      #"{"reasons":[{"section":"I","reason":"Viết lại"}]}"#, by: Province.district, ifMatch: 4)
    #expect(returned.status == 200)
    _ = try await desk.put(
      "/v1/reports/2021.p-leader-1/draft", Province.content(["I": "Nháp"]),
      by: "person/leader-1", ifMatch: 1)
    _ = try await desk.submit("2021.u-district-1", by: "unit/district-1")
    let accepted = try await desk.send(
      "/v1/reports/2021.u-district-1/accept", by: Province.province, ifMatch: 2)
    #expect(accepted.status == 200)
    try await desk.wish("2021.u-district-2")
    desk.calendar.set(to: Province.due)
    try await desk.hear(
      try Province.issued("a", at: Province.due)
        + Province.issued("b", about: "unit/district-2", matters: 2, at: Province.due)
        + Province.issued("p", about: "person/member-1", at: Province.due))
  }

  /// The obstacles as `kind count overdue first`.
  private func obstacles(_ answer: Answer) -> [String] {
    (0..<20).compactMap { place in
      let path = "obstacles.\(place)"
      guard let kind = answer["\(path).kind"] else { return nil }
      let rest = ["count", "overdue", "reportIds.0"].map { answer["\(path).\($0)"] ?? "-" }
      return ([kind] + rest).joined(separator: " ")
    }
  }

  @Test func `open by themselves when everybody is done or need not be`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      try await desk.waive("2021.u-district-2")
      for (report, content, actor) in [
        ("2021.u-commune-1", Province.complete, "unit/commune-1"),
        ("2021.u-commune-2", Province.complete, "unit/commune-2"),
        ("2021.u-district-1", Province.complete, "unit/district-1"),
        ("2021.p-leader-1", Province.content(["I": "Ưu"]), "person/leader-1"),
      ] {
        #expect(try await desk.submit(report, content, by: actor).status == 201)
        let accepted = try await desk.send(
          "/v1/reports/\(report)/accept", by: Province.province, ifMatch: 2)
        #expect(accepted.status == 200)
      }
      #expect(try await desk.get(check)["isReady"] == "1")
      let closed = try await desk.send(
        "/v1/cycles/2021/close", "{}", by: Province.province, ifMatch: 2)
      #expect(closed.status == 200)
      #expect(try await desk.get("/v1/cycles/2021")["closing.forced"] == "0")
    }
  }

  // MARK: Locking and reopening

  @Test func `are locked behind what is overdue, and only behind that`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await desk.put(
        commune + "/draft", Province.complete, by: Province.commune, ifMatch: 1)
      _ = try await desk.submit("2021.u-commune-2", by: "unit/commune-2")
      desk.calendar.set(to: Province.due)
      #expect(try await lock(desk, ifMatch: 1).status == 412)
      let locked = try await lock(desk)
      #expect(locked.status == 200 && locked["locked"] == "2" && locked.sequence == 2)
      let again = try await lock(desk, ifMatch: 1)
      #expect(again.status == 200 && again["locked"] == "0", "a repeat finds nothing")
      let draft = try await desk.put(
        commune + "/draft", Province.complete, by: Province.commune, ifMatch: 3)
      #expect(draft.status == 409 && draft.slug == "report-locked")
      #expect(try await desk.submit(ifMatch: 3).slug == "report-locked")
      let list = try await desk.get("/v1/cycles/2021/reports?state=locked")
      #expect(list["reports.0.reportId"] == "2021.p-leader-1")
      #expect(list["reports.1.reportId"] == Province.communeReport)
      desk.calendar.set(to: moment("2021-12-25T00:00"))
      #expect(try await lock(desk)["locked"] == "2", "only what has become overdue since")
      let counters = try await desk.get("/v1/cycles/2021/counters")
      #expect(counters["counters.0.locked"] == "1" && counters["counters.0.due"] == "1")
      #expect(counters["counters.2.locked"] == "2")
      #expect(try await desk.get(check)["obstacles.1.kind"] == "locked")
    }
  }

  private func lock(_ desk: IntakeDesk, ifMatch: Int64 = 2) async throws -> Answer {
    try await desk.send(
      "/v1/cycles/2021/lock-overdue", by: Province.province, ifMatch: ifMatch)
  }

  @Test func `let a report in again that was locked, and one that was accepted`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      desk.calendar.set(to: Province.due)
      #expect(try await lock(desk)["locked"] == "3")
      for actor in [Province.commune, Province.otherDistrict] {
        let refused = try await desk.reopen(Province.communeReport, ifMatch: 2, by: actor)
        #expect(refused.status == 403 && refused.slug == "not-the-managing-unit")
      }
      let reopened = try await desk.reopen(Province.communeReport, ifMatch: 2)
      #expect(reopened.status == 200 && reopened.sequence == 3)
      #expect(try await lock(desk)["locked"] == "0", "what was reopened is not locked again")
      let shown = try await desk.get(commune)
      #expect(shown["state"] == "requested" && shown["reopenings"] == "1")
      #expect(shown["reopening.reason"] == "Bổ sung kết luận kiểm tra")
      #expect(shown["reopening.legalBasis"] == "16-TB/HU")
      let first = try await desk.submit(ifMatch: 3)
      #expect(first["version"] == "1" && first["lateness"] == "late")
      #expect(try await desk.reopen(Province.communeReport, ifMatch: 4).slug == "report-not-closed")
      #expect(try await desk.judge("accept", ifMatch: 4).status == 200)

      #expect(try await desk.reopen(Province.communeReport, ifMatch: 5).status == 200)
      #expect(try await desk.get(commune)["state"] == "returned")
      let second = try await desk.submit(
        Province.communeReport, Province.content(["I": "Ưu", "II": "Mới"]), ifMatch: 6)
      #expect(second["version"] == "2" && second["lateness"] == "late")
      #expect(try await desk.get(commune + "/receipts/1")["sha256"] == first["sha256"])
      #expect(try await desk.get(commune + "/versions/1")["sections.1.text"] == "Hạn chế…")
      let list = try await desk.get("/v1/cycles/2021/reports?level=DISTRICT")
      #expect(list["reports.1.reopenings"] == "2" && list["reports.2.reopenings"] == "0")
      #expect(try await desk.get("/v1/cycles/2021/counters")["counters.0.reopened"] == "1")
      #expect(
        try await desk.story(of: .report(id(Province.communeReport))) == [
          "report-requested", "report-locked", "report-reopened", "report-submitted",
          "report-accepted", "report-reopened", "report-submitted",
        ])
    }
  }

  @Test func `let one report of a closed cycle in again, or all of them`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      #expect(try await desk.close(ifMatch: 2).status == 200)
      #expect(try await lock(desk, ifMatch: 3).slug == "cycle-closed")
      #expect(try await desk.reopen(Province.communeReport, ifMatch: 1).status == 200)
      #expect(try await desk.submit(ifMatch: 2).status == 201)
      let other = try await desk.submit("2021.u-commune-2", by: "unit/commune-2")
      #expect(other.slug == "cycle-closed")
      let basis = #"{"legalBasis":"17-TB/TU"}"#
      let reopened = try await desk.send(
        "/v1/cycles/2021/reopen", basis, by: Province.province, ifMatch: 3)
      #expect(reopened.status == 200 && reopened.sequence == 4)
      let shown = try await desk.get("/v1/cycles/2021")
      #expect(shown["state"] == "launched" && shown["reopenings"] == "1")
      #expect(shown["closing.forced"] == nil)
      #expect(try await desk.submit("2021.u-commune-2", by: "unit/commune-2").status == 201)
      let again = try await desk.send(
        "/v1/cycles/2021/reopen", basis, by: Province.province, ifMatch: 4)
      #expect(again.status == 409 && again.slug == "cycle-not-closed")
    }
  }

  @Test func `decide each race between handing in and locking, and nobody waits for ever`()
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      desk.calendar.set(to: Province.due)
      let slugs: [String?] = try await withThrowingTaskGroup(of: String?.self) { group in
        for (report, content, actor) in [
          ("2021.u-commune-1", Province.complete, "unit/commune-1"),
          ("2021.u-commune-2", Province.complete, "unit/commune-2"),
          ("2021.p-leader-1", Province.content(["I": "Ưu"]), "person/leader-1"),
        ] {
          group.addTask { try await desk.submit(report, content, by: actor).slug }
        }
        for _ in 0..<3 { group.addTask { try await lock(desk).slug } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let refusals: Set<String?> = [nil, "report-locked"]
      #expect(slugs.count == 6 && slugs.allSatisfy { refusals.contains($0) }, "\(slugs)")
      let states = try await desk.rows(
        "select distinct state from report where due_before <= '2021-12-09T17:00:00Z'")
      #expect(Set(states).isSubset(of: ["submitted", "locked"]))
    }
  }
}
