/// A moment in UTC, to the millisecond.
///
/// Written as RFC 3339 in UTC (`2021-12-09T17:00:00.000Z`). Time for people is
/// `Asia/Ho_Chi_Minh`; see ``LocalDate``.
public struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  /// The moment `milliseconds` after 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Orders moments, the earlier first.
  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  /// The moment `duration` later, cut to whole milliseconds.
  public static func + (instant: Self, duration: Duration) -> Self {
    let (seconds, attoseconds) = duration.components
    return Instant(
      milliseconds: instant.milliseconds + seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
  }

  /// How long after `earlier` this moment is.
  public static func - (later: Self, earlier: Self) -> Duration {
    .milliseconds(later.milliseconds - earlier.milliseconds)
  }

  /// RFC 3339 in UTC with milliseconds.
  public var description: String {
    let (days, rest) = floorDivide(milliseconds, by: 86_400_000)
    let date = LocalDate(daysSince1970: Int(days))
    let seconds = rest / 1_000
    return "\(date)T\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2))"
      + ":\(padded(seconds % 60, 2)).\(padded(rest % 1_000, 3))Z"
  }

  /// Reads RFC 3339: `Z` or a numeric offset, up to nanoseconds (cut to milliseconds).
  /// - Throws: ``MalformedInstant`` for anything else.
  public init(_ text: String) throws(MalformedInstant) {
    var scanner = DigitScanner(text)
    let year = try scanner.number(digits: 4)
    try scanner.skip("-")
    let month = try scanner.number(digits: 2)
    try scanner.skip("-")
    let day = try scanner.number(digits: 2)
    try scanner.skip("T")
    let hour = try scanner.number(digits: 2)
    try scanner.skip(":")
    let minute = try scanner.number(digits: 2)
    try scanner.skip(":")
    let second = try scanner.number(digits: 2)
    let fraction = try scanner.fractionInMilliseconds()
    let offsetMinutes = try scanner.offsetInMinutes()
    guard let date = LocalDate(year: year, month: month, day: day), hour < 24, minute < 60,
      second < 60, scanner.isAtEnd
    else { throw MalformedInstant() }
    let minutes = Int64(date.daysSince1970) * 1_440 + Int64(hour * 60 + minute - offsetMinutes)
    milliseconds = minutes * 60_000 + Int64(second * 1_000 + fraction)
  }
}

/// A text that is not a moment in RFC 3339.
public struct MalformedInstant: Error, Sendable, Equatable {}

extension Instant: Codable {
  /// Reads RFC 3339 from a single string.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do { try self.init(text) } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not an RFC 3339 instant"))
    }
  }

  /// Writes RFC 3339 in UTC as a single string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

func padded(_ number: some BinaryInteger, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Reads the fixed-width numbers of a date text.
struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number(digits: Int) throws(MalformedInstant) -> Int {
    guard rest.count >= digits else { throw MalformedInstant() }
    var value = 0
    for byte in rest.prefix(digits) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw MalformedInstant() }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    rest = rest.dropFirst(digits)
    return value
  }

  mutating func skip(_ character: Unicode.Scalar) throws(MalformedInstant) {
    guard rest.first == UInt8(ascii: character) else { throw MalformedInstant() }
    rest = rest.dropFirst()
  }

  mutating func fractionInMilliseconds() throws(MalformedInstant) -> Int {
    guard rest.first == UInt8(ascii: ".") else { return 0 }
    rest = rest.dropFirst()
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard (1...9).contains(digits.count) else { throw MalformedInstant() }
    rest = rest.dropFirst(digits.count)
    var value = 0
    for place in 0..<3 {
      let digit = digits.dropFirst(place).first ?? UInt8(ascii: "0")
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }

  mutating func offsetInMinutes() throws(MalformedInstant) -> Int {
    guard let sign = rest.first else { throw MalformedInstant() }
    rest = rest.dropFirst()
    if sign == UInt8(ascii: "Z") { return 0 }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw MalformedInstant() }
    let hours = try number(digits: 2)
    try skip(":")
    let minutes = try number(digits: 2)
    guard hours < 24, minutes < 60 else { throw MalformedInstant() }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }
}
