import EventStream
import ReviewEvents
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `Importing organisations and members` {
  @Test func `takes everything, and a second time nothing`() async throws {
    try await IntakeDesk.with { desk in
      let first = try await desk.table("/v1/units/import", Province.units)
      #expect(first.status == 200)
      #expect(first["registered"] == "6")
      let again = try await desk.table("/v1/units/import", Province.units)
      #expect(again["registered"] == "0" && again["unchanged"] == "6")
      let persons = try await desk.table("/v1/persons/import", Province.persons)
      #expect(persons["registered"] == "2")
      #expect(try await desk.logged() == "8")
      let unit = try await desk.get("/v1/units/commune-1")
      #expect(unit["managingLevel"] == "DISTRICT")
      #expect(unit.sequence == 1)
      let member = try await desk.get("/v1/persons/member-1")
      #expect(member["fullName"] == "Trần Văn Hai, anh")
      #expect(member["managingLevel"] == "GRASSROOTS")
    }
  }

  @Test func `amends what changed and keeps its stream`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      let amended = try await desk.table(
        "/v1/units/import",
        Province.units.replacing("Đảng bộ xã Hai", with: "Đảng bộ xã Hai mới"))
      #expect(amended["amended"] == "1" && amended["unchanged"] == "5")
      let unit = try await desk.get("/v1/units/commune-2")
      #expect(unit["name"] == "Đảng bộ xã Hai mới")
      #expect(unit.sequence == 2)
      #expect(
        try await desk.story(of: .unit(id("commune-2"))) == ["unit-registered", "unit-registered"])
    }
  }

  @Test func `a dry run counts and changes nothing`() async throws {
    try await IntakeDesk.with { desk in
      let dry = try await desk.table("/v1/units/import?dryRun=true", Province.units)
      #expect(dry["dryRun"] == "1" && dry["registered"] == "6")
      #expect(try await desk.logged() == "0")
      #expect(try await desk.get("/v1/units/province").slug == "unknown-unit")
    }
  }

  @Test(arguments: ["", "?dryRun=true"])
  func `three bad lines of two thousand are three faults and no change`(
    query: String
  ) async throws {
    try await IntakeDesk.with { desk in
      var csv = Province.units
      for number in 1...1_994 {
        let (parent, level, reviewed) =
          switch number {
          case 500: ("nowhere", "GRASSROOTS", "true")
          case 900: ("district-2", "WARD", "true")
          case 1_400: ("district-2", "GRASSROOTS", "maybe")
          default: ("district-2", "GRASSROOTS", "true")
          }
        csv += "c\(number),Xã \(number),\(level),\(parent),district-2,communes,\(reviewed)\n"
      }
      let answer = try await desk.table("/v1/units/import" + query, csv)
      #expect(answer.status == 422)
      #expect(answer.slug == "csv-has-errors")
      // The unknown parent shows only when every line can be read.
      #expect(answer["errors.0.line"] == "907")
      #expect(answer["errors.0.field"] == "level")
      #expect(answer["errors.0.slug"] == "import-level-unknown")
      #expect(answer["errors.1.line"] == "1407")
      #expect(answer["errors.1.slug"] == "wrong-type")
      let readable = try await desk.table(
        "/v1/units/import" + query, csv.replacing("maybe", with: "true"))
      #expect(readable["errors.0.line"] == "507")
      #expect(readable["errors.0.slug"] == "import-unit-unknown")
      #expect(readable["errorsTotal"] == "2")
      #expect(try await desk.logged() == "0")
    }
  }

  @Test func `faults of members are named line by line`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      let answer = try await desk.table(
        "/v1/persons/import",
        Province.persons + """
          leader-1,Lê Văn Ba,cell-1,district-1,head,leaders,electronic
          member-2,Lê Văn Tư,nowhere,district-1,member,members,paper

          """)
      #expect(answer.status == 422)
      #expect(answer["errors.0.line"] == "4")
      #expect(answer["errors.0.field"] == "person_id")
      #expect(answer["errors.0.slug"] == "import-id-repeated")
      #expect(answer["errors.1.line"] == "5")
      #expect(answer["errors.1.field"] == "member_of")
      #expect(try await desk.logged() == "6")
    }
  }

  @Test func `only the province imports, except into an empty system`() async throws {
    try await IntakeDesk.with { desk in
      let alone = try await desk.table(
        "/v1/units/import", Province.units, by: "person/p-clerk")
      #expect(alone.slug == "not-the-province")
      let early = try await desk.table("/v1/persons/import", Province.persons)
      #expect(early.slug == "not-the-province")
      #expect(
        try await desk.table("/v1/units/import", Province.units, by: Province.district).status
          == 200)
      let district = try await desk.table(
        "/v1/units/import", Province.units, by: Province.district)
      #expect(district.status == 403)
      #expect(district.slug == "not-the-province")
    }
  }

  @Test func `tens of thousands of members come in at once`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      let csv =
        Province.personHeader
        + (1...20_000).map {
          "m\($0),Đảng viên \($0),cell-1,commune-1,member,members,paper\n"
        }.joined()
      let answer = try await desk.table("/v1/persons/import", csv)
      #expect(answer["registered"] == "20000")
      #expect(try await desk.logged() == "20006")
      #expect(try await desk.rows("select count(*) from person") == ["20000"])
    }
  }
}
