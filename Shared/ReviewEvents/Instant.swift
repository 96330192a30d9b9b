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
  var text = String(number)
  while text.utf8.count < width { text = "0" + text }
  return text
}

/// Reads the fixed-width numbers of a date text.
struct DigitScanner {
  private let bytes: [UInt8]
  private var next = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { next == bytes.count }

  mutating func number(digits: Int) throws(MalformedInstant) -> Int {
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit() else { throw MalformedInstant() }
      value = value * 10 + digit
    }
    return value
  }

  mutating func skip(_ character: Unicode.Scalar) throws(MalformedInstant) {
    guard take(character) else { throw MalformedInstant() }
  }

  mutating func fractionInMilliseconds() throws(MalformedInstant) -> Int {
    guard take(".") else { return 0 }
    var (value, count) = (0, 0)
    while let digit = digit() {
      if count < 3 { value = value * 10 + digit }
      count += 1
    }
    guard (1...9).contains(count) else { throw MalformedInstant() }
    for _ in count..<max(count, 3) { value *= 10 }
    return value
  }

  mutating func offsetInMinutes() throws(MalformedInstant) -> Int {
    if take("Z") { return 0 }
    let isEast = take("+")
    if !isEast { try skip("-") }
    let hours = try number(digits: 2)
    try skip(":")
    let minutes = try number(digits: 2)
    guard hours < 24, minutes < 60 else { throw MalformedInstant() }
    return (isEast ? 1 : -1) * (hours * 60 + minutes)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next < bytes.count, bytes[next] == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  /// The next byte's value, if it is a digit.
  private mutating func digit() -> Int? {
    guard next < bytes.count, case let digit = bytes[next] &- UInt8(ascii: "0"), digit < 10 else {
      return nil
    }
    next += 1
    return Int(digit)
  }
}
