import ReviewEvents
import Testing

@Suite struct `An identifier` {
  @Test(arguments: ["a", "A-Z_0.9", "2021.u-U1", String(repeating: "x", count: 160)])
  func `is kept as written`(_ text: String) throws {
    #expect(try UnitID(text).description == text)
  }

  @Test(arguments: [
    "", " ", "a b", "a/b", "a\n", "é", "Đ", "a\u{0}", "a%20", "a'", "a\"", "a;b", "a:b",
    "\u{202E}a", "ａ", "../x\\", String(repeating: "x", count: 161),
  ])
  func `is never oddly spelled`(_ text: String) {
    #expect(throws: MalformedIdentifier.self) { try UnitID(text) }
  }

  @Test func `of a report is made of cycle and subject`() throws {
    let cycle = try CycleID("2021")
    #expect(ReportID(cycle: cycle, subject: .unit(try UnitID("U1"))).text == "2021.u-U1")
    #expect(ReportID(cycle: cycle, subject: .person(try PersonID("U1"))).text == "2021.p-U1")
  }
}

@Suite struct `A stream` {
  @Test(arguments: ["cycle/2021", "unit/U1", "person/P1", "report/2021.u-U1", "repair/intake"])
  func `reads back as written`(_ text: String) throws {
    let stream = try StreamID(text)
    #expect(stream.description == text)
    #expect("\(stream.kind.rawValue)/\(stream.id)" == text)
  }

  @Test(arguments: [
    "", "/", "unit", "unit/", "/U1", "suggestion/S1", "unit/U1/x", "Unit/U1", "unit/ U1",
    "unit//U1", "unit/U1\n", "subject/U1",
  ])
  func `is never something else`(_ text: String) {
    #expect(throws: MalformedIdentifier.self) { try StreamID(text) }
  }
}

@Suite struct `Who acts` {
  @Test(arguments: [
    "person/P1", "unit/U1", "service/case", "person/P1;on-behalf-of=unit/U1",
    "service/notification;on-behalf-of=person/P1",
  ])
  func `reads back as written`(_ text: String) throws {
    #expect(try ActorContext(text).description == text)
  }

  @Test func `acts for himself unless said otherwise`() throws {
    #expect(try ActorContext("person/P1;on-behalf-of=person/P1").description == "person/P1")
  }

  @Test(arguments: [
    "", ";", "person", "person/", "service/mail", "service/", "office/U1", "person/P1;",
    "person/P1;on-behalf-of=", "person/P1;on-behalf-of=unit/U1;", "person/P1;as=unit/U1",
    ";on-behalf-of=unit/U1", "person/P1 ;on-behalf-of=unit/U1", "person/P1/x",
    "person/P1;on-behalf-of=unit/U1;on-behalf-of=unit/U2", "person/P1\r\nX: y",
  ])
  func `is never guessed`(_ text: String) {
    #expect(throws: MalformedIdentifier.self) { try ActorContext(text) }
  }

  @Test(arguments: ["unit/U1", "person/P1"])
  func `a subject reads back as written`(_ text: String) throws {
    #expect(try SubjectID(text).description == text)
  }

  @Test(arguments: ["", "unit", "service/case", "unit/", "unit/a b", "unit/U1/x"])
  func `a subject is a unit or a person`(_ text: String) {
    #expect(throws: MalformedIdentifier.self) { try SubjectID(text) }
  }
}

@Suite struct `A moment` {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2021-12-10T00:00:00.000+07:00", 1_639_069_200_000),
    ("2021-12-09T17:00:00Z", 1_639_069_200_000), ("1969-12-31T23:59:59.999Z", -1),
    ("2024-02-29T12:00:00.5Z", 1_709_208_000_500),
    ("2021-12-09T17:00:00.123456789Z", 1_639_069_200_123),
    ("0000-03-01T00:00:00Z", -62_162_035_200_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
  ])
  func `reads RFC 3339`(_ text: String, _ milliseconds: Int64) throws {
    let moment = try Instant(text)
    #expect(moment.milliseconds == milliseconds)
    #expect(try Instant(moment.description) == moment)
  }

  @Test(arguments: [
    "", "2021", "2021-12-09", "2021-12-09T17:00:00", "2021-12-09 17:00:00Z",
    "2021-13-01T00:00:00Z", "2021-02-29T00:00:00Z", "2021-12-09T24:00:00Z",
    "2021-12-09T17:60:00Z", "2021-12-09T17:00:60Z", "2021-12-09T17:00:00.Z",
    "2021-12-09T17:00:00.1234567890Z", "2021-12-09T17:00:00+7:00", "2021-12-09T17:00:00+0700",
    "2021-12-09T17:00:00+24:00", "2021-12-09T17:00:00+07:60", "2021-12-09T17:00:00Zx",
    "2021-12-09t17:00:00z", "+2021-12-09T17:00:00Z", "-021-12-09T17:00:00Z",
    "２０２１-12-09T17:00:00Z", "2021-12-09T17:00:00Z\u{0}", "2021-00-09T17:00:00Z",
    "2021-12-00T17:00:00Z", "99999-12-09T17:00:00Z",
  ])
  func `is never guessed`(_ text: String) {
    #expect(throws: MalformedInstant.self) { try Instant(text) }
  }

  @Test func `is moved by durations`() {
    let start = Instant(milliseconds: -1)
    #expect((start + .milliseconds(2)).milliseconds == 1)
    #expect(start + .seconds(1) - start == .seconds(1))
    #expect((start + .seconds(-1)).milliseconds == -1_001)
  }
}

@Suite struct `A day` {
  @Test func `is that of Việt Nam`() throws {
    #expect(LocalDate(try Instant("2021-12-09T16:59:59.999Z")).description == "2021-12-09")
    #expect(LocalDate(try Instant("2021-12-09T17:00:00Z")).description == "2021-12-10")
    #expect(LocalDate(try Instant("2021-12-09T17:00:00Z")).forPeople == "10/12/2021")
    let day = try #require(LocalDate(year: 2021, month: 12, day: 10))
    #expect(day.start == (try Instant("2021-12-10T00:00:00+07:00")))
    #expect(day.at(hour: 7, minute: 30) == (try Instant("2021-12-10T07:30:00+07:00")))
    #expect(day.adding(days: 22).description == "2022-01-01")
  }

  @Test func `exists or does not`() {
    #expect(LocalDate(year: 2024, month: 2, day: 29) != nil)
    for (year, month, day) in [
      (2021, 2, 29), (1900, 2, 29), (2021, 4, 31), (2021, 0, 1), (2021, 13, 1), (2021, 1, 0),
      (10_000, 1, 1), (-1, 1, 1),
    ] {
      #expect(LocalDate(year: year, month: month, day: day) == nil)
    }
  }

  @Test func `every day of four centuries reads back`() throws {
    var previous: LocalDate?
    for days in stride(from: -84_006, through: 62_091, by: 1) {
      let date = LocalDate(daysSince1970: days)
      let parts = date.description.split(separator: "-").compactMap { Int($0) }
      try #require(LocalDate(year: parts[0], month: parts[1], day: parts[2]) == date)
      if let previous { try #require(previous < date) }
      previous = date
    }
  }
}
