/// A calendar day as people in Việt Nam write it.
public struct LocalDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01.
  public let daysSince1970: Int

  /// The day `daysSince1970` days after 1970-01-01.
  public init(daysSince1970: Int) { self.daysSince1970 = daysSince1970 }

  /// The day with this year, month (1–12) and day of the month, if there is one.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, (0...9_999).contains(year) else { return nil }
    daysSince1970 = Self.days(year: year, month: month, day: day)
    guard parts == (year, month, day) else { return nil }
  }

  /// The day in Việt Nam at `instant`.
  public init(_ instant: Instant) {
    let local = instant.milliseconds + Self.offsetMilliseconds
    daysSince1970 = Int(floorDivide(local, by: 86_400_000).quotient)
  }

  /// Việt Nam has kept UTC+7 without daylight saving since 1975.
  static let offsetMilliseconds: Int64 = 7 * 3_600_000

  /// Midnight in Việt Nam at the start of this day.
  public var start: Instant { at(hour: 0) }

  /// The moment of this day at `hour`:`minute` in Việt Nam.
  public func at(hour: Int, minute: Int = 0) -> Instant {
    Instant(
      milliseconds: Int64(daysSince1970) * 86_400_000 - Self.offsetMilliseconds
        + Int64(hour * 60 + minute) * 60_000)
  }

  /// The day `days` later.
  public func adding(days: Int) -> LocalDate { LocalDate(daysSince1970: daysSince1970 + days) }

  /// Orders days, the earlier first.
  public static func < (left: Self, right: Self) -> Bool {
    left.daysSince1970 < right.daysSince1970
  }

  /// The year of this day.
  public var year: Int { parts.year }

  /// ISO 8601: `2021-12-10`.
  public var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(10)
    appendDescription(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends ISO 8601.
  func appendDescription(to bytes: inout [UInt8]) {
    let (year, month, day) = parts
    bytes.appendPadded(year, 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendPadded(month, 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendPadded(day, 2)
  }

  /// As the province prints it: `10/12/2021`.
  public var forPeople: String {
    let (year, month, day) = parts
    return "\(padded(day, 2))/\(padded(month, 2))/\(padded(year, 4))"
  }

  // Civil-calendar arithmetic over 400-year eras that start on 1 March of year 0: leap days fall
  // at the end of such a year, so months have a closed formula.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private var parts: (year: Int, month: Int, day: Int) {
    let shifted = daysSince1970 + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
