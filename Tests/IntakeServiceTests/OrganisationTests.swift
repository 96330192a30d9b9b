import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `A restructured organisation` {
  private func merged(
    on day: String = "2021-11-15", _ body: @escaping @Sendable (IntakeDesk) async throws -> Void
  ) async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      desk.calendar.set(to: moment("2021-11-02T08:00"))
      let merged = try await desk.change("/v1/units/merge", Province.mergedDistricts, on: day)
      #expect(merged.status == 201 && merged.location == "/v1/units/district-3", "\(merged.body)")
      #expect(merged["stream"] == "unit/district-3" && merged.sequence == 1)
      #expect(merged["changedSubjects"] == "6" && merged["reports.handedOver"] == "0")
      try await body(desk)
    }
  }

  @Test func `stands as it will from its day on, and as it was known before`() async throws {
    try await merged { desk in
      func manager(_ query: String) async throws -> String? {
        try await desk.get("/v1/units/commune-1" + query)["managingUnitId"]
      }
      #expect(try await manager("") == "district-1")
      #expect(try await manager("?asOf=2021-11-14") == "district-1")
      #expect(try await manager("?asOf=2021-11-15") == "district-3")
      #expect(
        try await manager("?asOf=2021-11-15&knownAt=2021-11-01T12:00:00Z") == "district-1")
      #expect(try await desk.get("/v1/units/commune-1?asOf=2021-10-31").slug == "unknown-unit")
      #expect(try await desk.get("/v1/units/district-3").slug == "unknown-unit")
      #expect(
        try await desk.get("/v1/persons/leader-1?asOf=2021-11-15")["managingUnitId"]
          == "district-3")
      let ended = try await desk.get("/v1/units/district-1?asOf=2021-11-15")
      #expect(ended.status == 200 && ended["ended.heirId"] == "district-3")
      #expect(ended["ended.on"] == "2021-11-15" && ended["ended.ending"] == "merged")
      let heirs = try await desk.get("/v1/units/district-1/lineage?asOf=2021-11-15")
      #expect(heirs["heirId"] == "district-3" && heirs["descendantIds.0"] == "district-3")
      let now = try await desk.get("/v1/units/district-1/lineage")
      #expect(now["heirId"] == "district-1" && now["successorIds.0"] == nil)
      let answers = try await desk.get("/v1/units/district-3/lineage?asOf=2021-11-15")
      #expect(answers["answersForIds.2"] == "district-2" && answers["ancestorIds.1"] != nil)
      let below = try await desk.get("/v1/units/district-3/children?asOf=2021-11-15")
      #expect(below["children.0.unitId"] == "commune-1" && below["children.1.unitId"] != nil)
      #expect(try await desk.get("/v1/units/district-1/children")["children.0.unitId"] != nil)
    }
  }

  @Test func `takes over open reports when its day comes, once, by whichever instance`()
    async throws
  {
    try await merged { desk in
      #expect(try await desk.submit().status == 201)
      try await desk.passDay()
      #expect(try await desk.report("u-commune-1") == ["report-requested", "report-submitted"])
      desk.calendar.set(to: moment("2021-11-15T00:00"))
      async let one: Void = desk.passDay()
      async let other: Void = desk.passDay(limit: 3)
      _ = try await (one, other)
      #expect(
        try await desk.report("u-commune-1") == [
          "report-requested", "report-submitted", "report-handed-over",
        ])
      for subject in ["u-commune-2", "p-leader-1"] {
        #expect(try await desk.report(subject) == ["report-requested", "report-handed-over"])
      }
      for subject in ["u-district-1", "u-district-2"] {
        #expect(try await desk.report(subject) == ["report-requested", "report-waived"])
      }
      #expect(
        try await desk.rows(
          "select distinct actor from event_log where event_type like '%report-handed-over'")
          == ["service/intake"])
      let before = try await desk.logged()
      for day in ["2021-11-15T09:00", "2021-11-16T00:00"] {
        desk.calendar.set(to: moment(day))
        try await desk.passDay()
      }
      #expect(try await desk.logged() == before)
      let list = try await desk.get("/v1/cycles/2021/reports?state=waived")
      #expect(list["reports.1.reportId"] == "2021.u-district-2" && list["reports.2"] == nil)
      let refused = try await desk.submit("2021.u-district-1", by: "unit/district-1")
      #expect(refused.status == 409 && refused.slug == "report-waived")
      let old = try await desk.judge("accept", ifMatch: 3)
      #expect(old.status == 403 && old.slug == "not-the-managing-unit")
      #expect(try await desk.judge("accept", ifMatch: 3, by: Province.district3).status == 200)
    }
  }

  @Test func `is followed although its day was passed over, or the calendar set back`()
    async throws
  {
    try await merged(on: "2021-11-20") { desk in
      desk.calendar.set(to: moment("2021-11-25T08:00"))
      try await desk.passDay(limit: 100)
      #expect(try await desk.report("u-commune-2") == ["report-requested", "report-handed-over"])
      desk.calendar.set(to: moment("2021-11-22T08:00"))
      let moved = try await desk.change(
        "/v1/units/commune-2/move", #""managingUnitId":"province","handovers":[]"#,
        on: "2021-11-24", ifMatch: 2)
      #expect(moved.status == 200 && moved["reports.handedOver"] == "0", "\(moved.slug ?? "")")
      desk.calendar.set(to: moment("2021-11-24T08:00"))
      try await desk.passDay()
      let shown = try await desk.get("/v1/reports/2021.u-commune-2")
      #expect(shown["managingUnitId"] == "province" && shown["managingLevel"] == "PROVINCE")
    }
  }

  @Test func `changes at once what takes effect today, with every kind of decision`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let founded = try await desk.change(
        "/v1/units", Province.new("district-4"), on: "2021-11-01")
      #expect(founded.status == 201 && founded.sequence == 1)
      let renamed = try await desk.change(
        "/v1/units/district-4/rename", #""name":"Đảng bộ huyện Bốn""#, on: "2021-11-01", ifMatch: 1)
      #expect(renamed.status == 200 && renamed.sequence == 2)
      let again = try await desk.change(
        "/v1/units/district-4/rename", #""name":"Đảng bộ huyện Bốn""#, on: "2021-11-01", ifMatch: 1)
      #expect(again.status == 200 && again["changedSubjects"] == "0")
      let moved = try await desk.change(
        "/v1/units/commune-2/move",
        #""parentId":"district-4","managingUnitId":"district-4","handovers":[]"#,
        on: "2021-11-01", ifMatch: 1)
      #expect(moved["reports.handedOver"] == "1", "\(moved.slug ?? "")")
      let split = try await desk.change(
        "/v1/units/district-1/split",
        #""founded":[{\#(Province.new("district-5"))}],"existing":["district-4"],"#
          + #""heirId":"district-5","handovers":["#
          + #"{"subjectId":"unit/commune-1","toUnitId":"district-5"},"#
          + #"{"subjectId":"person/leader-1","toUnitId":"district-4"}]"#,
        on: "2021-11-01", ifMatch: 1)
      #expect(split.status == 200 && split.sequence == 2, "\(split.slug ?? "")")
      #expect(split["reports.handedOver"] == "2" && split["reports.waived"] == "1")
      let dissolved = try await desk.change(
        "/v1/units/district-2/dissolve", #""receiverId":"district-5""#, on: "2021-11-01",
        ifMatch: 1)
      #expect(dissolved["reports.waived"] == "1")
      let merged = try await desk.change(
        "/v1/units/merge", #""unitIds":["district-4"],"successorId":"district-5""#,
        on: "2021-11-01")
      #expect(merged.status == 200 && merged["stream"] == "unit/district-5")
      #expect(merged["reports.handedOver"] == "2")
      #expect(
        try await desk.get("/v1/units/district-5/lineage")["answersForIds.3"] != nil,
        "itself and the three that ended in it")
      let units = try await desk.get("/v1/units/export")
      #expect(!String(decoding: units.body, as: UTF8.self).contains("district-2,"))
    }
  }

  @Test func `belongs to the province, which may not act any more once it has ended`()
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.open()
      let district = try await desk.change(
        "/v1/units", Province.new("district-4"), on: "2021-11-01", by: Province.district)
      #expect(district.status == 403 && district.slug == "not-the-province")
      let merged = try await desk.change(
        "/v1/units/merge",
        #""unitIds":["province"],"founded":{"unitId":"region","name":"Tỉnh mới","#
          + #""level":"PROVINCE","peerGroup":"province","reviewed":false}"#, on: "2021-11-10")
      #expect(merged.slug == "organisation-too-few-units" && merged.field == "unitIds")
      let founded = try await desk.change(
        "/v1/units",
        #""unitId":"region","name":"Đảng bộ tỉnh mới","level":"PROVINCE","#
          + #""peerGroup":"province","reviewed":false"#, on: "2021-11-01")
      #expect(founded.status == 201, "\(founded.slug ?? "")")
      let ended = try await desk.change(
        "/v1/units/province/dissolve", #""receiverId":"region""#, on: "2021-11-10", ifMatch: 1)
      #expect(ended.status == 200, "\(ended.slug ?? "")")
      desk.calendar.set(to: moment("2021-11-10T00:00"))
      let late = try await desk.send("/v1/cycles/2021/launch", by: Province.province, ifMatch: 1)
      #expect(late.status == 403 && late.slug == "not-the-province")
      let launched = try await desk.send("/v1/cycles/2021/launch", by: "unit/region", ifMatch: 1)
      #expect(launched["requestedReports"] == "5", "\(launched.slug ?? "")")
      #expect(
        try await desk.get("/v1/reports/2021.u-district-1")["managingUnitId"] == "region")
    }
  }

  @Test func `is imported as it stands today, without what has ended`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.open()
      let today = "2021-11-01"
      _ = try await desk.change(
        "/v1/units/commune-2/dissolve", #""receiverId":"commune-1""#, on: today, ifMatch: 1)
      _ = try await desk.change("/v1/persons/member-1/leave", on: today, ifMatch: 1)
      let units = try await desk.table("/v1/units/import", Province.units)
      #expect(units.status == 422 && units["errors.0.slug"] == "import-not-there")
      #expect(units["errors.0.line"] == "3" && units["errors.0.field"] == "unit_id")
      let exported = String(
        decoding: try await desk.get("/v1/units/export").body, as: UTF8.self)
      let unchanged = try await desk.table("/v1/units/import", exported)
      #expect(unchanged["unchanged"] == "5" && unchanged["amended"] == "0")
      let persons = try await desk.table(
        "/v1/persons/import",
        Province.persons + "p-3,Lê Văn Tư,commune-2,province,member,members,paper\n")
      #expect(
        try Told(persons).errors.map { "\($0.line) \($0.field) \($0.slug)" } == [
          "3 person_id import-not-there", "4 member_of import-not-there",
        ])
      _ = try await desk.change(
        "/v1/units/district-2/dissolve", #""receiverId":"district-1""#, on: "2021-12-20",
        ifMatch: 1)
      let doomed = try await desk.table(
        "/v1/units/import",
        Province.unitHeader + "c-9,Xã Chín,GRASSROOTS,district-2,district-2,communes,true\n")
      #expect(doomed["errors.0.slug"] == "import-contradicts-later-change")
      #expect(doomed["errors.0.line"] == "2")
      let member = try await desk.table(
        "/v1/persons/import",
        Province.personHeader + "p-9,Lê Văn Tư,cell-1,district-2,member,members,paper\n")
      #expect(member["errors.0.slug"] == "import-contradicts-later-change")
      let launched = try await desk.send(
        "/v1/cycles/2021/launch", by: Province.province, ifMatch: 1)
      #expect(launched["requestedReports"] == "4", "commune-2 has ended, district-2 not yet")
    }
  }

  @Test func `hands open reports over when an import says another manager`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let amended = try await desk.table(
        "/v1/units/import",
        Province.units.replacing(
          "commune-2,Đảng bộ xã Hai,GRASSROOTS,district-1,district-1",
          with: "commune-2,Đảng bộ xã Hai,GRASSROOTS,district-2,district-2"))
      #expect(amended["amended"] == "1")
      #expect(try await desk.report("u-commune-2") == ["report-requested", "report-handed-over"])
      #expect(try await desk.report("u-commune-1") == ["report-requested"])
    }
  }
}
