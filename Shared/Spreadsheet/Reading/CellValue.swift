/// What a cell holds.
public enum CellValue: Sendable, Hashable {
  /// A text, in NFC.
  case text(String)
  /// A number.
  case number(CellNumber)
  /// True or false.
  case boolean(Bool)
  /// A day, a time or both: a number that is shown as such.
  case date(CellDate)
  /// A formula, whatever its last result was: what it will show elsewhere or tomorrow is unknown.
  case formula
  /// An error such as `#N/A`.
  case error
}

/// A cell that holds something.
public struct SheetCell: Sendable, Hashable {
  /// Its column, from 1.
  public let column: Int
  /// What it holds.
  public let value: CellValue
}

/// A row with those of its cells that hold something.
public struct SheetRow: Sendable, Hashable {
  /// Its number as spreadsheet programs show it, from 1.
  public let number: Int
  /// The cells from left to right.
  public let cells: [SheetCell]
}

/// The number in a cell.
public struct CellNumber: Sendable, Hashable {
  /// Spreadsheet programs keep 15 digits, and replace the others by 0.
  static let exactMax = 999_999_999_999_999.0

  /// The number.
  public let value: Double
  /// Whether it is shown as it is: not as a percentage, with leading zeros or with words.
  public let isPlain: Bool

  /// The whole number that is both meant and shown; `nil` for fractions, for more digits than
  /// spreadsheet programs keep and for what is shown in another shape.
  public var whole: Int64? {
    guard isPlain, abs(value) <= Self.exactMax, value.rounded(.towardZero) == value else {
      return nil
    }
    return Int64(value)
  }
}

/// The day or time in a cell.
public struct CellDate: Sendable, Hashable {
  private static let secondsPerDay = 86_400.0
  /// From the first day of workbooks that count from 1904 to the same day of the others.
  static let days1904 = 1_462.0
  /// 31 December 9999, the last day that spreadsheet programs know.
  static let dayMax = 2_958_465
  /// 29 February 1900, which was none: Excel has it because Lotus 1-2-3 had.
  static let falseDay = 60

  /// The day, `2021-12-10`; `nil` when there is none, or one that never was.
  public let day: String?
  /// The seconds since midnight, 0 when only a day is meant; without a zone.
  public let seconds: Int

  /// The day of a serial number that counts from 1900.
  init(serial: Double) {
    // Times are kept as fractions, which are exact to some microseconds.
    let whole = serial.rounded(.down)
    let part = ((serial - whole) * Self.secondsPerDay).rounded()
    let isMidnight = part == Self.secondsPerDay
    seconds = isMidnight ? 0 : Int(part)
    day = Self.day(whole + (isMidnight ? 1 : 0))
  }

  /// A day that is written as text (`t="d"`): `2021-12-10`, with or without a time.
  init?(text: String) {
    let parts = text.split(separator: "T", maxSplits: 1)
    guard let date = parts.first, Self.isDay(date) else { return nil }
    day = String(date)
    guard parts.count == 2 else {
      seconds = 0
      return
    }
    let time = parts[1].prefix(8).split(separator: ":").compactMap { Int($0) }
    guard time.count == 3, time[0] < 24, time[1] < 60, time[2] < 60 else { return nil }
    seconds = time[0] * 3_600 + time[1] * 60 + time[2]
  }

  private static func isDay(_ text: Substring) -> Bool {
    text.utf8.count == 10
      && text.utf8.enumerated().allSatisfy { place, byte in
        place == 4 || place == 7
          ? byte == UInt8(ascii: "-")
          : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  private static func day(_ serial: Double) -> String? {
    guard serial >= 1, serial <= Double(dayMax), Int(serial) != falseDay else { return nil }
    // Behind the false day everything is one day later than it should be.
    let days = Int(serial) - (serial < Double(falseDay) ? 1 : 2)
    return civil(days + daysTo1900)
  }

  /// From 1 March of the year 0 to 1 January 1900.
  private static let daysTo1900 = 693_901

  /// The day by its number from 1 March of the year 0 (Gregorian, 400 years of 146.097 days).
  private static func civil(_ days: Int) -> String {
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month < 10 ? 0 : 1)
    return [padded(year, 4), padded(month < 10 ? month + 3 : month - 9, 2), padded(day, 2)]
      .joined(separator: "-")
  }

  private static func padded(_ number: Int, _ length: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, length - text.utf8.count)) + text
  }
}
