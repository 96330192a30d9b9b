import EventStream
import ReviewEvents
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `A sector with guidance of its own` {
  /// The province with the police of a district: a collective, a cell and its head.
  static let units =
    Province.units.split(separator: "\n").enumerated().map { line, text in
      "\(text),\(line == 0 ? "sector" : "")\n"
    }.joined() + """
      police-1,Đảng bộ Công an huyện Một,GRASSROOTS,district-1,district-1,communes,true,POLICE
      police-cell,Chi bộ Công an Một,CELL,police-1,police-1,cells,false,

      """
  static let persons =
    Province.persons + "officer-1,Phạm Văn Năm,police-cell,district-1,head,leaders,electronic\n"

  static let cycle = Province.cycle
    .replacing(
      #"}],"#,
      with: #"""
        },{"task":"report","level":"DISTRICT","pilot":false,"sector":"POLICE",
         "dueBefore":"2021-12-05T00:00:00+07:00","wording":"theo hướng dẫn của ngành"}],
        """#
    )
    .replacing(
      #""pilotUnitIds""#,
      with: #""sectorRules":[{"sector":"POLICE","ruleSetId":"132-2018.police"}],"pilotUnitIds""#)

  private static func open(_ desk: IntakeDesk) async throws {
    #expect(try await desk.table("/v1/units/import", units)["registered"] == "8")
    #expect(try await desk.table("/v1/persons/import", persons)["registered"] == "3")
    #expect(try await desk.approve().status == 201)
    let unapproved = try await desk.send("/v1/cycles", cycle, by: Province.province)
    #expect(unapproved.slug == "rule-set-not-approved", "the sector's rules need it as well")
    #expect(try await desk.approve("132-2018.police").status == 201)
    #expect(try await desk.send("/v1/cycles", cycle, by: Province.province).status == 201)
  }

  @Test func `is reviewed by its own dates and forms, cells and members too`() async throws {
    try await IntakeDesk.with { desk in
      try await Self.open(desk)
      let shown = try await desk.get("/v1/cycles/2021")
      #expect(shown["milestones.3.sector"] == "POLICE" && shown["milestones.2.sector"] == nil)
      #expect(shown["sectorRules.0.ruleSetId"] == "132-2018.police")
      let launched = try await desk.send(
        "/v1/cycles/2021/launch", by: Province.province, ifMatch: 1)
      #expect(launched["requestedReports"] == "7")
      let collective = try await desk.get("/v1/reports/2021.u-police-1")
      #expect(collective["form"] == "P01")
      #expect(collective["dueBefore"] == "2021-12-04T17:00:00.000Z")
      #expect(try await desk.get("/v1/reports/2021.p-officer-1")["form"] == "P02")
      #expect(try await desk.get("/v1/reports/2021.p-leader-1")["form"] == "02")
      #expect(
        try await desk.get("/v1/reports/\(Province.communeReport)")["dueBefore"]
          == "2021-12-09T17:00:00.000Z")
      // What has to be written is what the sector's form asks for.
      let police = "person/chief;on-behalf-of=unit/police-1"
      let others = try await desk.submit("2021.u-police-1", by: police)
      #expect(others.slug == "section-unknown")
      let own = try await desk.submit(
        "2021.u-police-1", Province.content(["A": "Kết quả"]), by: police)
      #expect(own.status == 201)
    }
  }

  @Test func `stays where a file says nothing of sectors, and goes where it says none`()
    async throws
  {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Self.units)
      let old =
        Province.unitHeader
        + "police-1,Đảng bộ Công an huyện,GRASSROOTS,district-1,district-1,communes,true\n"
      #expect(try await desk.table("/v1/units/import", old)["amended"] == "1")
      #expect(try await desk.get("/v1/units/police-1")["sector"] == "POLICE")
      let exported = try await desk.get("/v1/units/export")
      let lines = String(decoding: exported.body, as: UTF8.self).split(separator: "\r\n")
      #expect(lines[0].hasSuffix(",reviewed,sector"))
      #expect(lines.filter { $0.hasSuffix(",POLICE") }.count == 1)
      let again = try await desk.table(
        "/v1/units/import", String(decoding: exported.body, as: UTF8.self))
      #expect(again["unchanged"] == "8")
      _ = try await desk.table(
        "/v1/units/import", Self.units.replacing("true,POLICE", with: "true,"))
      #expect(try await desk.get("/v1/units/police-1")["sector"] == nil)
    }
  }
}

@Suite(.timeLimit(.minutes(3))) struct `A quarterly cycle` {
  static let cycle = Province.cycle
    .replacing(#""cycleId":"2021""#, with: #""cycleId":"2021-q4""#)
    .replacing("annual", with: "quarterly")
    .replacing(
      #""pilotUnitIds""#,
      with: #""period":{"from":"2021-10-01","through":"2021-12-31"},"pilotUnitIds""#)

  @Test func `is about the leaders beside the year, because the rules say so`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      #expect(
        try await desk.send("/v1/cycles", Self.cycle, by: Province.province).status == 201)
      let shown = try await desk.get("/v1/cycles/2021-q4")
      #expect(shown["period.from"] == "2021-10-01" && shown["period.through"] == "2021-12-31")
      #expect(shown["scope.roles.0"] == "head" && shown["scope.roles.1"] == "deputy")
      #expect(shown["scope.kinds.0"] == "individual" && shown["scope.kinds.1"] == nil)
      let launched = try await desk.send(
        "/v1/cycles/2021-q4/launch", by: Province.province, ifMatch: 1)
      #expect(launched["requestedReports"] == "1")
      let list = try await desk.get("/v1/cycles/2021-q4/reports")
      #expect(list["reports.0.reportId"] == "2021-q4.p-leader-1")
      let year = try await desk.get("/v1/cycles/2021")
      #expect(year["period.from"] == nil && year["scope"] == nil)
      #expect(try await desk.get("/v1/cycles/2021/reports")["reports.4.reportId"] != nil)
    }
  }

  @Test func `is about whom the plan names, where it names somebody`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let below = Self.cycle.replacing(
        #""pilotUnitIds""#, with: #""scope":{"unitIds":["commune-1"]},"pilotUnitIds""#)
      #expect(try await desk.send("/v1/cycles", below, by: Province.province).status == 201)
      let shown = try await desk.get("/v1/cycles/2021-q4")
      #expect(shown["scope.unitIds.0"] == "commune-1" && shown["scope.roles"] == nil)
      let launched = try await desk.send(
        "/v1/cycles/2021-q4/launch", by: Province.province, ifMatch: 1)
      // The commune, and the leader in its cell.
      #expect(launched["requestedReports"] == "2")
    }
  }
}
