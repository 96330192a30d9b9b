import CaseTrackingReadModels
import EventStream
import PostgresStore
import ReviewEvents
import ReviewRules
import ServiceRuntime
import TestSupport
import Testing

@testable import CaseTrackingService

@Suite(.timeLimit(.minutes(3))) struct `The read models of case-tracking` {
  private static let models = CaseTrackingReadModels.all(rules: RuleBook([Province.rules]))
  private static let one = SubjectID.unit(id("commune-1"))
  private static let two = SubjectID.unit(id("commune-2"))

  /// What is known before the first letter.
  private static let before = Province.facts

  /// Reports and supplements that answer cases wholly, in part, twice, too late and not at all;
  /// amended units and members.
  private static let during: [EventEnvelope] = {
    let noon = moment("2021-11-30T12:00")
    let returned = ReportReturned(
      reportID: ReportID(cycle: id("2021"), subject: one), cycleID: id("2021"), subjectID: one,
      version: 1, reasons: [])
    return [
      Province.report(
        of: one, at: noon, answering: [(id("whole"), id("whole.1")), (id("gone"), id("gone.1"))]),
      Samples.envelope(returned, in: .report(returned.reportID), at: 2),
      Province.report(
        of: one, at: noon + .seconds(60), answering: [(id("whole"), id("whole.1"))], version: 2,
        sequence: 3),
      Province.supplement(
        of: one, at: noon + .seconds(120), answering: [(id("whole"), id("whole.2"))], sequence: 4),
      // After the case was explained: kept, and without effect.
      Province.supplement(
        of: one, at: noon + .seconds(180), answering: [(id("whole"), id("whole.1"))], sequence: 5),
      Province.report(of: two, at: noon, answering: [(id("part"), id("part.2"))]),
      Province.supplement(
        of: two, at: noon + .seconds(60), answering: [(id("nowhere"), id("nowhere.1"))],
        sequence: 2),
      Province.report(of: .person(id("leader-1")), at: noon),
      Province.unit(
        "commune-3", level: "GRASSROOTS", below: "district-2",
        managedBy: ("district-2", "DISTRICT"), at: 2),
      Province.person("member-1", of: "commune-2", managedBy: ("district-1", "DISTRICT"), at: 2),
      Province.ended("district-2", into: "district-1", on: "2021-11-15"),
      Province.moved("commune-3", to: "district-1", "DISTRICT", on: "2021-11-15", sequence: 3),
      Province.left("leader-1", on: "2022-03-01"),
    ]
  }()

  private static var facts: [EventEnvelope] { before + during }

  /// A year of cases through the real routes and the real subscription.
  private static func live(_ body: @escaping @Sendable (CaseDesk) async throws -> Void)
    async throws
  {
    try await CaseDesk.with { desk in
      try await desk.hear(before)
      try await desk.issue("whole", about: "unit/commune-1", matters: ["Một", "Hai"])
      try await desk.issue("gone", about: "unit/commune-1")
      try await desk.issue("part", about: "unit/commune-2", matters: ["Một", "Hai"])
      try await desk.approve("approved", about: "person/leader-1")
      let withdrawn = try await desk.post(
        "/v1/cases/gone/withdraw", #"{"reason":"Nhầm"}"#, by: Province.district, ifMatch: 3)
      try #require(withdrawn.status == 200)
      try await desk.hear(during, batchesOf: 1)
      desk.calendar.set(to: moment("2021-12-05T08:00"))
      try await go(desk, "acknowledge", nil, Province.commune)
      try await go(
        desk, "conference", #"{"heldAt":"2021-12-04T08:00:00+07:00","minutes":"Biên bản"}"#,
        Province.commune)
      try await go(
        desk, "conclude",
        #"{"conclusions":[{"matterId":"whole.2","outcome":"notFounded"},"#
          + #"{"matterId":"whole.1","outcome":"remedy"}]}"#, Province.district)
      try await remedy(desk)
      try await explainDirectly(desk)
      try await body(desk)
    }
  }

  private static func remedy(_ desk: CaseDesk) async throws {
    try await go(
      desk, "plan",
      #"{"items":[{"matterId":"whole.1","owner":"person/member-1","#
        + #""dueBefore":"2022-03-01T00:00:00+07:00","measures":"Thu hồi đất"}]}"#,
      Province.commune)
    try await go(
      desk, "progress", #"{"matterId":"whole.1","percentDone":40,"note":"Đã họp"}"#,
      "person/member-1")
    try await go(
      desk, "verify",
      #"{"matterId":"whole.1","result":"partlyRemedied","#
        + #""newDueBefore":"2022-09-01T00:00:00+07:00"}"#, Province.district)
    try await go(desk, "carry-over", #"{"toCycleId":"2022"}"#, Province.district)
    desk.calendar.set(to: moment("2022-08-01T08:00"))
    try await go(
      desk, "verify", #"{"matterId":"whole.1","result":"remedied"}"#, Province.district)
    try await go(desk, "close", nil, Province.district)
  }

  private static func explainDirectly(_ desk: CaseDesk) async throws {
    try await desk.issue("late", about: "unit/commune-1")
    let direct = try await desk.post(
      "/v1/cases/late/explain",
      #"{"answers":[{"matterId":"late.1","kind":"explained","text":"Giải trình"}]}"#,
      by: Province.commune, ifMatch: 3)
    try #require(direct.status == 200, "\(direct.slug ?? "")")
  }

  /// Gives the next command of the case that is answered wholly.
  private static func go(
    _ desk: CaseDesk, _ verb: String, _ json: String?, _ actor: String
  ) async throws {
    let version = try await desk.get("/v1/cases/whole").sequence
    let answer = try await desk.post("/v1/cases/whole/\(verb)", json, by: actor, ifMatch: version)
    try #require(answer.status == 200, "\(verb): \(answer.slug ?? "")")
  }

  @Test func `are rebuilt from facts alone, row for row`() async throws {
    try await Self.live { desk in
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        _ = try await tables.rebuild(hearing: Self.facts)
        let live = try await tables.liveRows()
        for table in model.tables {
          #expect(live.contains { $0.hasPrefix(table.name.text + " ") }, "\(table.name.text)")
        }
        #expect(try await tables.rows() == live)
      }
      #expect(
        try await desk.rows("select case_id || ' ' || state from suggested_case order by 1") == [
          "approved approved", "gone withdrawn", "late explained", "part issued", "whole closed",
        ])
    }
  }

  @Test func `are not changed by being written twice`() async throws {
    try await Self.live { desk in
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        for _ in 0..<2 { _ = try await tables.rebuild(hearing: Self.facts) }
        #expect(try await tables.rows() == (try await tables.liveRows()))
      }
    }
  }

  @Test func `do not depend on the order of the streams`() async throws {
    try await Self.live { desk in
      let model = try #require(Self.models.first { !$0.subscriptions.isEmpty })
      let tables = try await RebuiltTables(model, in: desk.database.store)
      let live = try await tables.liveRows()
      for order in Interleavings(of: Self.facts, count: 100, seed: 3) {
        let rebuilt = try await RebuiltTables(model, in: desk.database.store)
        _ = try await rebuilt.learn(order)
        #expect(try await rebuilt.rows() == live)
      }
    }
  }

  @Test func `hold back what the service would tell of cases, and tell nothing`() async throws {
    try await Self.live { desk in
      let before = try await desk.logged()
      var heldBack = HeldBackEffects()
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        heldBack.add(try await tables.rebuild(hearing: Self.facts))
      }
      // One for each case that a report or supplement answered, whether or not it was the last.
      #expect(heldBack.counts == ["fact case-explained": 7])
      #expect(try await desk.logged() == before)
    }
  }

  @Test func `name for each row a stream that there is`() async throws {
    try await Self.live { desk in
      let own = try await desk.rows("select distinct stream from event_log")
      let streams = Set(Self.facts.map(\.stream.description) + own)
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        for row in try await tables.liveRows() {
          #expect(streams.contains(String(row.split(separator: " ")[1])), "\(row)")
        }
      }
    }
  }

  @Test func `are what the service subscribes to, each subscription in one of them`() async throws {
    try await CaseDesk.with { desk in
      let replayed = Self.models.flatMap(\.subscriptions)
      let heard = desk.definition.subscriptions
      #expect(replayed.map(\.consumer) == heard.map(\.consumer))
      #expect(replayed.map(\.handled) == heard.map(\.handled))
      #expect(replayed.map(\.ignored) == heard.map(\.ignored))
    }
  }

  @Test func `an answer to a case that is explained or withdrawn has no effect on it`()
    async throws
  {
    try await Self.live { desk in
      let sheet = try await desk.get("/v1/cases/whole")
      #expect(sheet["matters.0.answer.textHash"] == "answer-2")
      #expect(
        try await desk.rows(
          "select text_hash from received_answer where matter_id in ('whole.1', 'gone.1') order by 1"
        ) == ["answer-1", "supplement-5"])
      #expect(
        try await desk.rows(
          "select stream from event_log where event_type = 'review.case.case-explained' order by 1")
          == ["case/late", "case/whole"])
    }
  }

  @Test func `an answer in the report of another subject has no effect`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Self.before)
      try await desk.issue("c1", about: "unit/commune-1")
      let answers = [(id("c1") as CaseID, id("c1.1") as MatterID)]
      let noon = moment("2021-11-30T12:00")
      try await desk.hear([Province.report(of: Self.two, at: noon, answering: answers)])
      #expect(try await desk.get("/v1/cases/c1")["state"] == "issued")
      try await desk.hear([Province.report(of: Self.one, at: noon, answering: answers)])
      #expect(try await desk.get("/v1/cases/c1")["state"] == "explained")
    }
  }

  @Test func `are referred to by no other table`() async throws {
    try await CaseDesk.with { desk in
      let tables = Self.models.flatMap(\.tables).map(\.name.text)
      let referred = try await desk.rows(
        """
        select confrelid::regclass::text from pg_constraint where contype = 'f'
        union all select conrelid::regclass::text from pg_constraint where contype = 'f'
        """)
      #expect(Set(referred).isDisjoint(with: tables))
    }
  }
}
