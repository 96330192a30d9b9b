/// The days of the played year: when reports are due, and on which days something happens.
///
/// Days are counted from 1 January of the year under review; times are wall-clock hours in Việt
/// Nam.
public struct YearCalendar: Sendable {
  /// The year under review.
  public let year: Int

  /// The calendar of `year`.
  public init(year: Int) { self.year = year }

  /// The units and members are imported and the cycle is launched.
  public var launchDay: Int { day(11, 1) }
  /// Suggested reviews are proposed and approved.
  public var proposalDay: Int { day(11, 2) }
  /// Suggested reviews are issued.
  public var issueDay: Int { day(11, 3) }
  /// Letters are acknowledged or withdrawn.
  public var acknowledgementDay: Int { day(11, 4) }
  /// The last letters are acknowledged, after their last day.
  public var lateAcknowledgementDay: Int { day(11, 8) }
  /// Suggested reviews are issued whose subjects have handed in already.
  public var issueAfterReportDay: Int { generalLastDay - 12 }
  /// Conferences are held, cases concluded and remediation planned.
  public var conclusionDay: Int { day(12, 27) }
  /// Ratings are decided.
  public var ratingDay: Int { day(12, 28) }

  /// The last day of everybody whom a province decides on.
  public var provinceLastDay: Int { day(12, 24) }
  /// The last day of pilot units.
  public var pilotLastDay: Int { day(11, 30) }
  /// The last day of all others.
  public var generalLastDay: Int { day(12, 9) }
  /// The cycle is closed.
  public var closingDay: Int { day(12, 31) }

  /// The last day on which `subject`'s report is in time.
  public func lastDay(of subject: PlannedSubject) -> Int {
    if subject.managingLevel == "PROVINCE" { return provinceLastDay }
    return subject.isPilot ? pilotLastDay : generalLastDay
  }

  /// When the reminder ladder has its rungs, in days relative to the last day.
  public static let rungs = [-14, -7, -3, -1, 0, 1]

  /// Every day on which the clock has to stop, in order.
  public var stops: [Int] {
    var days: Set<Int> = [
      launchDay, proposalDay, issueDay, acknowledgementDay, lateAcknowledgementDay,
      issueAfterReportDay, issueAfterReportDay + 1, conclusionDay, ratingDay,
    ]
    for last in [provinceLastDay, generalLastDay, pilotLastDay] {
      for offset in Self.rungs + [-20, -19, -10, -9, -5, -4, -2, 2] { days.insert(last + offset) }
    }
    for offset in Self.rungs { days.insert(acknowledgementLastDay + offset) }
    return days.filter { $0 >= launchDay }.sorted()
  }

  /// The last day on which a letter is acknowledged in time: three days after its issue.
  public var acknowledgementLastDay: Int { issueDay + 3 }

  /// The day's number in the year, from 0.
  public func day(_ month: Int, _ day: Int) -> Int {
    Self.lengths(of: year).prefix(month - 1).reduce(0, +) + day - 1
  }

  /// The moment of `day` at `hour`:`minute` in Việt Nam, as RFC 3339.
  public func moment(_ day: Int, hour: Int, minute: Int = 0) -> String {
    let (year, month, dayOfMonth) = parts(day)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
      + "T\(padded(hour, 2)):\(padded(minute, 2)):00+07:00"
  }

  /// The day as the province prints it: `10/12/2021`.
  public func forPeople(_ day: Int) -> String {
    let (year, month, dayOfMonth) = parts(day)
    return "\(padded(dayOfMonth, 2))/\(padded(month, 2))/\(year)"
  }

  private func parts(_ day: Int) -> (year: Int, month: Int, day: Int) {
    var (rest, month, year) = (day, 1, year)
    while rest >= Self.lengths(of: year)[month - 1] {
      rest -= Self.lengths(of: year)[month - 1]
      month += 1
      if month == 13 { (month, year) = (1, year + 1) }
    }
    return (year, month, rest + 1)
  }

  private static func lengths(of year: Int) -> [Int] {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  }
}
