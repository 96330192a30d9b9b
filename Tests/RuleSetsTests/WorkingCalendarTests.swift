import Foundation
import ReviewEvents
import ReviewRules
import RuleSets
import Testing

private func day(_ text: String) throws -> LocalDate { try LocalDate(text) }

private func days(of year: Int) throws -> [LocalDate] {
  let first = try #require(LocalDate(year: year, month: 1, day: 1))
  let next = try #require(LocalDate(year: year + 1, month: 1, day: 1))
  return (first.daysSince1970..<next.daysSince1970).map { LocalDate(daysSince1970: $0) }
}

@Suite struct `The shipped calendar of working days` {
  let calendar: WorkingCalendar

  init() throws {
    calendar = try WorkingCalendars.load(
      directory: Shipped.root.appending(path: "deploy/calendars").path())
  }

  /// The law gives eleven holidays, and a working day for each that falls on a weekend; a swapped
  /// day takes one and gives one.
  ///
  /// So whatever else a year has is a mistake.
  @Test(arguments: 2021...2026)
  func `takes eleven working days from each year that it lists`(_ year: Int) throws {
    #expect(calendar.lists(year))
    let all = try days(of: year)
    let offInTheWeek = all.filter { day in
      !calendar.weekend.contains(Weekday(day)) && !calendar.isWorkingDay(day)
    }
    let swapped = all.filter { calendar.swappedIn[$0] != nil }
    #expect(offInTheWeek.count - swapped.count == 11, "\(offInTheWeek)")
  }

  @Test(arguments: [
    ("2025-04-29", 1, "2025-05-05"),  // three holidays, one of them swapped, and a weekend
    ("2025-04-24", 2, "2025-04-26"),  // a Saturday that is worked on
    ("2026-02-13", 1, "2026-02-23"),  // Tết
    ("2021-12-17", 3, "2021-12-22"),  // a plain weekend
    ("2021-12-18", 3, "2021-12-22"),  // begins on a day off
    ("2023-12-29", 1, "2024-01-02"),  // the turn of a year
  ])
  func `counts to the nth working day`(_ from: String, _ count: Int, _ to: String) throws {
    #expect(try calendar.workingDay(count, after: day(from)) == day(to))
  }

  @Test func `counts forth and back to the same number`() throws {
    for (place, from) in try days(of: 2025).enumerated() {
      for count in [1, 5, 60] + (place % 90 == 0 ? [WorkingCalendar.daysMax] : []) {
        let last = calendar.workingDay(count, after: from)
        #expect(calendar.isWorkingDay(last))
        #expect(calendar.workingDays(after: from, through: last) == count)
      }
      #expect(calendar.workingDays(after: from, through: from) == 0)
      #expect(calendar.workingDays(after: from, through: from.adding(days: -9)) == 0)
    }
  }

  @Test func `names every day off, and what nobody has confirmed`() throws {
    #expect(try calendar.dayOff(day("2025-04-30"))?.name == "Ngày Chiến thắng")
    #expect(try calendar.dayOff(day("2025-04-07"))?.name == "Giỗ Tổ Hùng Vương")
    #expect(try calendar.dayOff(day("2025-05-03"))?.name == "Thứ Bảy")
    #expect(try calendar.dayOff(day("2025-04-26")) == nil)
    #expect(try calendar.unverified[day("2026-08-31")] != nil)
    // Named by the Politburo, in no law yet.
    #expect(try calendar.isWorkingDay(day("2026-11-24")))
    #expect(try calendar.unverified[day("2026-11-24")] != nil)
  }

  @Test func `knows of another year the weekend and the fixed days only, and says so`() throws {
    #expect(!calendar.lists(2031) && !calendar.lists(2020))
    let off = try days(of: 2031).filter { day in
      !calendar.weekend.contains(Weekday(day)) && !calendar.isWorkingDay(day)
    }
    #expect(off.map(\.description) == ["2031-01-01", "2031-04-30", "2031-05-01", "2031-09-02"])
  }

  @Test(arguments: [
    ("1970-01-01", Weekday.thursday), ("1969-12-31", .wednesday), ("1945-09-02", .sunday),
    ("2024-02-29", .thursday), ("2026-11-28", .saturday),
  ])
  func `knows the day of the week`(_ text: String, _ weekday: Weekday) throws {
    #expect(Weekday(try day(text)) == weekday)
  }
}

@Suite struct `A faulty calendar` {
  static let good = """
    id: mau
    title: Lịch mẫu
    weekend: { days: [SATURDAY, SUNDAY], source: QĐ 188/1999/QĐ-TTg }
    everyYear:
      - { day: 01-01, name: Tết Dương lịch, source: Điều 112 }
    years:
      - year: 2025
        holidays:
          - { date: 2025-04-07, name: Giỗ Tổ, source: Điều 112 }
          - { date: 2025-05-02, name: Hoán đổi, source: Công văn }
        workingDays:
          - { date: 2025-04-26, name: Làm bù, source: Công văn }
    """

  static let breaks: [(old: String, new: String, mistake: String)] = [
    ("id: mau", "id: mẫu", "1: id is no identifier"),
    ("title: Lịch mẫu\n", "", "1: calendar.title is missing"),
    ("title: Lịch mẫu", "title: Lịch\ncolour: red", "3: calendar has an unknown member colour"),
    ("[SATURDAY,", "[FRIDAY, SATURDAY,", "3: weekend.days are 2 at most"),
    ("SUNDAY]", "SUNDAY, HOLIDAY]", "3: weekend.days must be one of"),
    ("day: 01-01", "day: 02-29", "5: everyYear.day must be a day of every year"),
    (
      "source: Điều 112 }\nyears",
      "source: Điều 112 }\n  - { day: 01-01, name: a, source: b }\nyears",
      "6: everyYear.day stands twice"
    ),
    ("year: 2025", "year: 1999", "7: years.year must be a whole number in 2000...2100"),
    (
      "years:", "years:\n  - year: 2025\n    holidays: [{ date: 2025-09-01, name: a, source: b }]",
      "9: years.year stands twice"
    ),
    ("date: 2025-04-07", "date: 2024-04-07", "9: holidays.date does not lie in 2025"),
    ("date: 2025-04-07", "date: 2025-04-31", "9: holidays.date must be a day such as"),
    ("date: 2025-05-02", "date: 2025-04-07", "10: 2025-04-07 is a holiday already: Giỗ Tổ"),
    ("date: 2025-04-07", "date: 2025-01-01", "9: 2025-01-01 is a holiday already: Tết Dương"),
    ("date: 2025-04-26", "date: 2025-04-25", "12: 2025-04-25 is a working day already"),
    ("date: 2025-04-26", "date: 2025-05-02", "12: 2025-05-02 is a holiday: Hoán đổi"),
    ("name: Giỗ Tổ,", "name: Giỗ Tổ, colour: red,", "9: holidays has an unknown member colour"),
    ("name: Làm bù, source: Công văn", "name: Làm bù", "12: workingDays.source is missing"),
    ("    workingDays:", "    workdays: 1\n    workingDays:", "11: years has an unknown member"),
    (
      "title: Lịch mẫu",
      "title: Lịch\nunverified:\n  - { date: 2025-05-02, note: a }\n"
        + "  - { date: 2025-05-02, note: b }",
      "5: unverified.date stands twice"
    ),
  ]

  @Test(arguments: breaks)
  func `leads to one error with its file and line`(
    old: String, new: String, mistake: String
  ) throws {
    try #require(Self.good.contains(old))
    let text = Self.good.replacing(old, with: new, maxReplacements: 1)
    let problems = try #require(throws: RuleProblems.self) {
      _ = try WorkingCalendars.parse([("mau.yaml", text)])
    }
    #expect(problems.description.hasPrefix("mau.yaml:\(mistake)"), "\(problems)")
    #expect(problems.problems.count == 1, "\(problems)")
  }

  @Test func `has more holidays in a year than leave anybody time to work`() throws {
    let first = try #require(LocalDate(year: 2025, month: 6, day: 1))
    let many = (0..<WorkingCalendar.holidaysMax).map {
      "\n      - { date: \(first.adding(days: $0)), name: a, source: b }"
    }.joined()
    let text = Self.good.replacing("    holidays:", with: "    holidays:" + many)
    let problems = try #require(throws: RuleProblems.self) {
      _ = try WorkingCalendars.parse([("mau.yaml", text)])
    }
    #expect(problems.description == "mau.yaml:7: a year has 100 holidays at most")
  }

  @Test func `stands beside another one, or is not there`() throws {
    let two = try #require(throws: RuleProblems.self) {
      _ = try WorkingCalendars.parse([("a.yaml", Self.good), ("b.yaml", Self.good)])
    }
    #expect(
      two.description == "b.yaml:1: a.yaml holds a calendar already: say what this one adds to")
    let none = try #require(throws: RuleProblems.self) {
      _ = try WorkingCalendars.parse([("tinh.yaml", `What a province adds`.addition)])
    }
    #expect(none.description == "tinh.yaml:1: no file holds a calendar")
    #expect(throws: RuleProblems.self) { try WorkingCalendars.load(directory: "/nowhere") }
  }
}

@Suite struct `What a province adds` {
  static let addition = """
    adds: mau
    id: tinh-mau
    title: Ngày nghỉ riêng của tỉnh Mẫu
    legalBasis:
      - { issuer: UBND tỉnh Mẫu, number: 12/QĐ-UBND, date: 2025-01-02 }
    years:
      - year: 2025
        holidays:
          - { date: 2025-08-19, name: Ngày truyền thống của tỉnh, source: 12/QĐ-UBND }
      - year: 2027
        holidays:
          - { date: 2027-08-19, name: Ngày truyền thống của tỉnh, source: 12/QĐ-UBND }
    """

  private func load(_ addition: String) throws -> WorkingCalendar {
    // By name the addition comes first: the order of files makes no difference.
    try WorkingCalendars.parse([("a.yaml", addition), ("mau.yaml", `A faulty calendar`.good)])
  }

  @Test func `is off as well, and makes no year known`() throws {
    let calendar = try load(Self.addition)
    #expect(try calendar.dayOff(day("2025-08-19"))?.name == "Ngày truyền thống của tỉnh")
    #expect(try calendar.dayOff(day("2027-08-19")) != nil)
    #expect(try calendar.dayOff(day("2025-04-07"))?.name == "Giỗ Tổ")
    #expect(calendar.lists(2025) && !calendar.lists(2027))
    #expect(calendar.titles == ["Lịch mẫu", "Ngày nghỉ riêng của tỉnh Mẫu"])
  }

  static let breaks: [(old: String, new: String, mistake: String)] = [
    ("adds: mau", "adds: khac", "1: adds names no calendar that can be read: khac"),
    ("id: tinh-mau", "id: mau", "2: id stands twice"),
    ("number: 12/QĐ-UBND, date", "number: mười hai, date", "5: legalBasis.number must be"),
    ("title:", "weekend: {}\ntitle:", "3: calendar has an unknown member weekend"),
    ("date: 2025-08-19", "date: 2025-04-07", "9: 2025-04-07 is a holiday already: Giỗ Tổ"),
    ("date: 2025-08-19", "date: 2025-04-26", "9: 2025-04-26 is worked on: Làm bù"),
    ("  - year: 2027", "  - year: 2026\n  - year: 2027", "10: the year adds nothing"),
  ]

  @Test(arguments: breaks)
  func `is refused where it contradicts the calendar`(
    old: String, new: String, mistake: String
  ) throws {
    try #require(Self.addition.contains(old))
    let problems = try #require(throws: RuleProblems.self) {
      _ = try load(Self.addition.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(problems.description.hasPrefix("a.yaml:\(mistake)"), "\(problems)")
    #expect(problems.problems.count == 1, "\(problems)")
  }
}

@Suite struct `Days that a rule set counts` {
  @Test func `are all days of the calendar unless the file says otherwise`() throws {
    for rules in try Shipped.all() { #expect(rules.dayCount == .calendar) }
    let layer = `A province's layer on a rule set`.layer + "\ndayCount: WORKING\n"
    var book = try RuleSets.parse([
      ("layer.yaml", layer), ("366-2025.yaml", Shipped.text("366-2025")),
    ])
    book.workingCalendar = try WorkingCalendars.parse([("mau.yaml", `A faulty calendar`.good)])
    let working = try #require(try book[RuleSetID("366-2025.tinh-mau")])
    #expect(working.dayCount == .working)
    #expect(working.lines.contains(RuleLine(path: "dayCount", value: "WORKING")))
    let calendar = try #require(try book[RuleSetID("366-2025")])
    // A Thursday before a Saturday that is worked on.
    let thursday = try day("2025-04-24")
    #expect(book.lastDay(3, after: thursday, under: calendar).description == "2025-04-27")
    #expect(book.lastDay(3, after: thursday, under: working).description == "2025-04-28")
  }
}
