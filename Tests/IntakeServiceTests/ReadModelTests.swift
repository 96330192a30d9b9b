import EventStream
import IntakeReadModels
import PostgresStore
import ReviewEvents
import ReviewRules
import ServiceRuntime
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `The read models of intake` {
  private static let models = IntakeReadModels.all(
    rules: RuleBook([Province.rules, Province.laterRules]))
  private static let path = "/v1/reports/\(Province.communeReport)"
  private static let issuedAt = moment("2021-11-20T23:30")

  /// Cases before and after the receipt, withdrawn and explained ones, one that was never issued,
  /// one on a member without a report and one on a cycle nobody knows.
  private static func facts() throws -> [EventEnvelope] {
    var facts: [EventEnvelope] = []
    for (name, subject) in [
      ("a", "unit/commune-1"), ("b", "unit/commune-1"), ("c", "unit/commune-1"),
      ("d", "unit/commune-1"), ("e", "unit/commune-2"), ("f", "person/member-1"),
    ] { facts += try Province.issued(name, about: subject, matters: 2, at: issuedAt) }
    facts += try Province.issued("g", about: "unit/commune-1", at: issuedAt, cycle: "1999")
    facts.append(try Province.withdrawn("b", at: issuedAt))
    facts.append(try Province.explained("c", at: issuedAt))
    facts.append(try Province.explained("f", about: "person/member-1", at: issuedAt))
    facts.append(contentsOf: try Province.issued("h", at: issuedAt).prefix(1))
    facts.append(try Province.withdrawn("h", at: issuedAt, sequence: 2))
    return facts
  }

  /// A year of reports through the real routes and the real subscription: drafts, returns, a late
  /// report, supplements of every kind, amended units and members, reports that were locked and
  /// reopened, a cycle that was closed, went on and was closed again.
  private static func live(_ body: @escaping @Sendable (IntakeDesk) async throws -> Void)
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.launch(Province.cycleWithPlans)
      try await plan(desk)
      _ = try await desk.put(path + "/draft", Province.complete, by: Province.commune, ifMatch: 1)
      _ = try await desk.submit(ifMatch: 2)
      try await desk.hear(try facts())
      try await supplement(desk)
      try await amend(desk)
      try await extend(desk)
      desk.calendar.set(to: Province.due)
      _ = try await desk.put(
        "/v1/reports/2021.p-leader-1/draft", Province.content(["I": "Nháp"]),
        by: "person/leader-1", ifMatch: 1)
      #expect(try await desk.submit("2021.u-district-1", by: "unit/district-1").status == 201)
      try await restructure(desk)
      try await lockAndReopen(desk)
      try await body(desk)
    }
  }

  private static func lockAndReopen(_ desk: IntakeDesk) async throws {
    let locked = try await desk.send(
      "/v1/cycles/2021/lock-overdue", by: Province.province, ifMatch: 2)
    #expect(locked["locked"] == "3", "the pilot commune, and two who were asked after the day")
    let accepted = try await desk.get(path)
    for (report, sequence) in [
      ("2021.u-commune-2", 4), (Province.communeReport, try #require(accepted.sequence)),
    ] {
      let reopened = try await desk.send(
        "/v1/reports/\(report)/reopen", Province.reopening, by: Province.province,
        ifMatch: sequence)
      #expect(reopened.status == 200, "\(reopened.slug ?? "")")
    }
    try await desk.wish("2021.u-commune-2")
    #expect(try await desk.close(ifMatch: 2).status == 200)
    let reopened = try await desk.send(
      "/v1/cycles/2021/reopen", #"{"legalBasis":"17-TB/TU"}"#, by: Province.province, ifMatch: 3)
    #expect(reopened.status == 200)
    #expect(try await desk.close(ifMatch: 4).status == 200)
  }

  /// Answers one supplement by itself and one in the next version of the report.
  private static func supplement(_ desk: IntakeDesk) async throws {
    let shown = try await desk.get(path)
    let alone = try await desk.send(
      path + "/supplements/a",
      #"{"answers":[{"matterId":"a.1","kind":"accepted","text":"Nhận"},"#
        + #"{"matterId":"a.2","kind":"explained","text":"Giải trình"}]}"#,
      by: Province.commune, ifMatch: shown.sequence)
    #expect(alone.status == 201, "\(alone.slug ?? "")")
    let returned = try await desk.judge(
      "return", #"{"reasons":[{"section":"II","reason":"Viết lại"}]}"#,
      ifMatch: try #require(alone.sequence))
    let answers = [("d", "d.1"), ("d", "d.2"), ("c", "c.1"), ("c", "c.2")].map {
      (case: $0.0, matter: $0.1, text: "Giải trình \($0.1)")
    }
    let again = try await desk.submit(
      Province.communeReport, Province.content(["I": "Ưu", "II": "Nhược"], answers: answers),
      ifMatch: try #require(returned.sequence))
    #expect(again.status == 201, "\(again.slug ?? "")")
    #expect(
      try await desk.judge("accept", ifMatch: try #require(again.sequence)).status == 200)
  }

  /// A second approval, two documents, a plan and another one in its place.
  private static func plan(_ desk: IntakeDesk) async throws {
    #expect(try await desk.approve(on: "13-QĐ/TU").status == 201)
    #expect(try await desk.register("plan-1", "01/KH-ĐU", of: "ĐẢNG UỶ Xã Một").status == 201)
    #expect(try await desk.register("plan-2", "02-KH/ĐU", by: Province.district).status == 201)
    #expect(try await desk.adopt("plan-1", on: "2021-10-31").status == 201)
    #expect(try await desk.adopt("plan-2", on: "2021-11-01", ifMatch: 1).status == 201)
  }

  /// One report gets more time than was asked for, for another the wish is refused.
  private static func extend(_ desk: IntakeDesk) async throws {
    let wish = #"{"dueBefore":"2021-12-27T00:00:00+07:00","reason":"Bão lũ"}"#
    for (report, actor, decision) in [
      (
        "2021.u-district-2", "unit/district-2",
        #"{"granted":true,"dueBefore":"2021-12-28T00:00:00+07:00","reason":"Đồng ý"}"#
      ), ("2021.u-commune-2", "unit/commune-2", #"{"granted":false,"reason":"Đủ thời gian"}"#),
    ] {
      let path = "/v1/reports/\(report)/extension-requests"
      #expect(try await desk.send(path, wish, by: actor, ifMatch: 1).status == 201)
      let decided = try await desk.send(
        path + "/decision", decision, by: Province.province, ifMatch: 2)
      #expect(decided.status == 200, "\(decided.slug ?? "")")
    }
  }

  private static func amend(_ desk: IntakeDesk) async throws {
    let units = Province.units.replacing("xã Hai", with: "xã Hai mới")
      .replacing("commune-2,Đ", with: "commune-3,X,GRASSROOTS,district-2,,new,false\ncommune-2,Đ")
    #expect(try await desk.table("/v1/units/import", units).status == 200)
    let persons = Province.persons.replacing("leader-1,Nguyễn Thị Một", with: "leader-1,Lê Thị Một")
      .replacing("members,paper", with: "members,electronic")
    #expect(try await desk.table("/v1/persons/import", persons).status == 200)
  }

  /// Changes of yesterday, today and tomorrow, and what follows for open reports.
  private static func restructure(_ desk: IntakeDesk) async throws {
    let (past, today, ahead) = ("2021-11-30", "2021-12-10", "2022-01-01")
    var answers = [
      try await desk.change("/v1/persons", Province.joining("newcomer"), on: past),
      try await desk.change(
        "/v1/persons/newcomer/posts", #""posts":[{"unitId":"commune-1","role":"deputy"}]"#,
        on: today, ifMatch: 1),
      try await desk.change("/v1/persons/leader-1/leave", on: today, ifMatch: 2),
      try await desk.change(
        "/v1/units/district-2/dissolve", #""receiverId":"district-1""#, on: today, ifMatch: 1),
      try await desk.change(
        "/v1/units", Province.new("district-4") + #","sector":"POLICE""#, on: past),
      try await desk.change(
        "/v1/units/district-4/rename", #""name":"Đảng bộ Công an""#, on: ahead, ifMatch: 1),
      try await desk.change(
        "/v1/persons/member-1/transfer", #""managingUnitId":"district-4""#, on: today, ifMatch: 2),
    ]
    answers.append(try await desk.send("/v1/cycles/2021/joiners", by: Province.province))
    for answer in answers { #expect((200...201).contains(answer.status), "\(answer.slug ?? "")") }
    #expect(try await desk.report("p-leader-1").last == "report-waived")
    #expect(try await desk.report("u-district-2").last == "report-waived")
    #expect(try await desk.report("u-district-4") == ["report-requested"])
  }

  @Test func `are rebuilt from facts alone, row for row`() async throws {
    try await Self.live { desk in
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        _ = try await tables.rebuild(hearing: try Self.facts())
        let live = try await tables.liveRows()
        for table in model.tables {
          #expect(live.contains { $0.hasPrefix(table.name.text + " ") }, "\(table.name.text)")
        }
        #expect(try await tables.rows() == live)
      }
      #expect(
        try await desk.rows("select case_id || ' ' || state from supplement order by 1") == [
          "a submitted", "b cancelled", "c cancelled", "d submitted",
        ])
      #expect(
        try await desk.rows(
          """
          select concat_ws(' ', report_id, extension_state, first_due_before < due_before)
            from report where extension_state is not null order by 1
          """) == ["2021.u-commune-2 requested", "2021.u-district-2 granted t"])
      #expect(
        try await desk.rows(
          "select case_id from supplement join document on content_hash = sha256 order by 1")
          == ["a", "d"])
    }
  }

  @Test func `are not changed by being written twice`() async throws {
    try await Self.live { desk in
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        for _ in 0..<2 { _ = try await tables.rebuild(hearing: try Self.facts()) }
        #expect(try await tables.rows() == (try await tables.liveRows()))
      }
    }
  }

  @Test func `do not depend on the order of the streams`() async throws {
    try await Self.live { desk in
      let model = try #require(Self.models.first { !$0.subscriptions.isEmpty })
      let tables = try await RebuiltTables(model, in: desk.database.store)
      let live = try await tables.liveRows()
      for order in Interleavings(of: try Self.facts(), count: 100, seed: 3) {
        let rebuilt = try await RebuiltTables(model, in: desk.database.store)
        _ = try await rebuilt.learn(order)
        #expect(try await rebuilt.rows() == live)
      }
    }
  }

  @Test func `hold back what the service would tell of reports, and tell nothing`() async throws {
    try await Self.live { desk in
      let before = try await desk.logged()
      var heldBack = HeldBackEffects()
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        heldBack.add(try await tables.rebuild(hearing: try Self.facts()))
      }
      #expect(
        heldBack.counts == ["fact supplement-requested": 7, "fact supplement-cancelled": 3])
      #expect(try await desk.logged() == before)
    }
  }

  @Test func `name for each row a stream that there is`() async throws {
    try await Self.live { desk in
      let own = try await desk.rows("select distinct stream from event_log")
      let streams = Set(try Self.facts().map(\.stream.description) + own)
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        for row in try await tables.liveRows() {
          #expect(streams.contains(String(row.split(separator: " ")[1])), "\(row)")
        }
      }
    }
  }

  @Test func `are what the service subscribes to, each subscription in one of them`() async throws {
    try await IntakeDesk.with { desk in
      let replayed = Self.models.flatMap(\.subscriptions)
      let heard = try Intake.define(desk.context).subscriptions
      #expect(replayed.map(\.consumer) == heard.map(\.consumer))
      #expect(replayed.map(\.handled) == heard.map(\.handled))
      #expect(replayed.map(\.ignored) == heard.map(\.ignored))
    }
  }

  @Test func `show a supplement from before contents were recorded without one`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await desk.submit()
      try await desk.hear(try Province.issued("x", at: Self.issuedAt))
      try await desk.database.store.commit { transaction in
        let reportID: ReportID = id(Province.communeReport)
        let older = SupplementSubmitted(
          reportID: reportID, cycleID: id("2021"), subjectID: .unit(id("commune-1")),
          caseID: id("x"), receivedAt: Self.issuedAt, lateness: .onTime, answers: [])
        try transaction.append([
          StreamAppend(
            stream: .report(reportID), expected: 3, events: [older], origin: Samples.origin)
        ])
      }
      let model = try #require(Self.models.first { !$0.folds.isEmpty })
      let tables = try await RebuiltTables(model, in: desk.database.store)
      try await tables.fold()
      #expect(
        try await desk.rows(
          "select state from rebuilt_intake_reports.supplement where content_hash is null")
          == ["submitted"])
    }
  }
}
