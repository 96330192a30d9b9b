public import ReviewEvents

/// Which days people work on: weekends, public holidays and swapped days, as values.
///
/// The days come from data files. In a year that no file lists, the weekend and what every year has
/// are the only days off; ``lists(_:)`` tells. Nothing here moves a deadline: no rule is known by
/// which one that falls on a day off would move.
public struct WorkingCalendar: Sendable, Hashable {
  /// The most working days that are counted at a time.
  public static let daysMax = 400
  /// The most holidays of one year, those of every year among them.
  public static let holidaysMax = 100
  /// The most days of a weekend.
  ///
  /// A year has at least 260 other days. Without its holidays 160 are left, so that
  /// ``daysMax`` working days lie within ``spanMax`` days.
  public static let weekendMax = 2
  /// The most calendar days that are looked at for one answer: four years.
  public static let spanMax = 1_461

  /// What the calendar and its layers are called.
  public var titles: [String]
  /// The days of the week on which nobody works.
  public var weekend: Set<Weekday>
  /// The rule that the weekend rests on, as printed.
  public var weekendSource: String
  /// The holidays with a fixed day of the solar year.
  public var everyYear: [YearlyHoliday]
  /// The years whose other holidays are known.
  public var years: Set<Int>
  /// The holidays of single years.
  public var holidays: [LocalDate: NamedDay]
  /// Days of a weekend on which people work instead of another day (làm bù).
  public var swappedIn: [LocalDate: NamedDay]
  /// What nobody has confirmed of a day.
  public var unverified: [LocalDate: String]

  /// Puts the parts together; without any, Saturdays and Sundays are off.
  public init(
    titles: [String] = [], weekend: Set<Weekday> = [.saturday, .sunday],
    weekendSource: String = "", everyYear: [YearlyHoliday] = [], years: Set<Int> = [],
    holidays: [LocalDate: NamedDay] = [:], swappedIn: [LocalDate: NamedDay] = [:],
    unverified: [LocalDate: String] = [:]
  ) {
    self.titles = titles
    self.weekend = weekend
    self.weekendSource = weekendSource
    self.everyYear = everyYear
    self.years = years
    self.holidays = holidays
    self.swappedIn = swappedIn
    self.unverified = unverified
  }

  /// Whether the holidays of a year are known beyond those of every year.
  public func lists(_ year: Int) -> Bool { years.contains(year) }

  /// Why nobody works on `day`; `nil` for a working day.
  public func dayOff(_ day: LocalDate) -> NamedDay? {
    if swappedIn[day] != nil { return nil }
    if let holiday = holiday(day) { return holiday }
    let weekday = Weekday(day)
    guard weekend.contains(weekday) else { return nil }
    return NamedDay(date: day, name: weekday.name, source: weekendSource)
  }

  /// The holiday on `day`, whatever day of the week it is.
  public func holiday(_ day: LocalDate) -> NamedDay? {
    if let holiday = holidays[day] { return holiday }
    return everyYear.first { $0.day(of: day.year) == day }
      .map { NamedDay(date: day, name: $0.name, source: $0.source) }
  }

  /// Whether people work on `day`.
  public func isWorkingDay(_ day: LocalDate) -> Bool { dayOff(day) == nil }

  /// The `count`-th working day after `day`, which itself is never counted.
  public func workingDay(_ count: Int, after day: LocalDate) -> LocalDate {
    precondition((1...Self.daysMax).contains(count), "so many working days are never counted")
    var left = count
    for offset in 1...Self.spanMax {
      let next = day.adding(days: offset)
      if isWorkingDay(next) { left -= 1 }
      if left == 0 { return next }
    }
    preconditionFailure("the calendar has years without working days")
  }

  /// How many working days lie after `first`, up to and with `last`; none if `last` is no later.
  public func workingDays(after first: LocalDate, through last: LocalDate) -> Int {
    let span = last.daysSince1970 - first.daysSince1970
    precondition(span <= Self.spanMax, "so long a time is never counted")
    guard span > 0 else { return 0 }
    return (1...span).count { isWorkingDay(first.adding(days: $0)) }
  }
}

/// A day with a name, and what that rests on.
public struct NamedDay: Sendable, Hashable {
  /// The day.
  public var date: LocalDate
  /// What people call it.
  public var name: String
  /// What it rests on, as printed.
  public var source: String

  /// Puts the parts together.
  public init(date: LocalDate, name: String, source: String) {
    self.date = date
    self.name = name
    self.source = source
  }
}

/// A holiday on the same day of every solar year.
public struct YearlyHoliday: Sendable, Hashable {
  /// The month, 1–12.
  public var month: Int
  /// The day of the month; every year has it.
  public var day: Int
  /// What people call it.
  public var name: String
  /// What it rests on, as printed.
  public var source: String

  /// Puts the parts together.
  public init(month: Int, day: Int, name: String, source: String) {
    self.month = month
    self.day = day
    self.name = name
    self.source = source
  }

  /// The day on which it falls in a year.
  public func day(of year: Int) -> LocalDate? { LocalDate(year: year, month: month, day: day) }
}
