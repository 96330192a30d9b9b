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
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    appendDescription(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends RFC 3339 in UTC with milliseconds.
  package func appendDescription(to bytes: inout [UInt8]) {
    let (days, rest) = floorDivide(milliseconds, by: 86_400_000)
    LocalDate(daysSince1970: Int(days)).appendDescription(to: &bytes)
    let seconds = Int(rest / 1_000)
    bytes.append(UInt8(ascii: "T"))
    bytes.appendPadded(seconds / 3_600, 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendPadded(seconds / 60 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendPadded(seconds % 60, 2)
    bytes.append(UInt8(ascii: "."))
    bytes.appendPadded(Int(rest % 1_000), 3)
    bytes.append(UInt8(ascii: "Z"))
  }

  /// Reads RFC 3339: `Z` or a numeric offset, up to nanoseconds (cut to milliseconds).
  /// - Throws: ``MalformedInstant`` for anything else.
  public init(_ text: String) throws(MalformedInstant) {
    try self.init(utf8: text.utf8.span)
  }

  /// Reads RFC 3339 from bytes, as ``init(_:)`` does from a text.
  /// - Throws: ``MalformedInstant`` for anything else.
  package init(utf8 bytes: Span<UInt8>) throws(MalformedInstant) {
    var scanner = DigitScanner()
    let local = try scanner.moment(in: bytes, dividedBy: "T")
    let offsetMinutes = try scanner.offsetInMinutes(in: bytes)
    guard scanner.next == bytes.count else { throw MalformedInstant() }
    milliseconds = local - Int64(offsetMinutes) * 60_000
  }

  /// Reads what PostgreSQL writes for a `timestamptz` in a session whose zone is UTC:
  /// `2021-12-09 17:00:00.123+00`, which is RFC 3339 but for the blank and the short offset.
  /// - Throws: ``MalformedInstant`` for anything else.
  package init(timestampInUTC bytes: Span<UInt8>) throws(MalformedInstant) {
    var scanner = DigitScanner()
    while scanner.take(" ", in: bytes) {}
    milliseconds = try scanner.moment(in: bytes, dividedBy: " ")
    for character: Unicode.Scalar in ["+", "0", "0"] { try scanner.skip(character, in: bytes) }
    guard scanner.next == bytes.count else { throw MalformedInstant() }
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

extension [UInt8] {
  /// Appends `number` in decimal digits, with zeros before it up to `width`.
  mutating func appendPadded(_ number: Int, _ width: Int) {
    guard number >= 0, number < 10_000, width <= 4 else {
      return append(contentsOf: padded(number, width).utf8)
    }
    if width > 3 || number > 999 { append(UInt8(ascii: "0") + UInt8(number / 1_000)) }
    if width > 2 || number > 99 { append(UInt8(ascii: "0") + UInt8(number / 100 % 10)) }
    if width > 1 || number > 9 { append(UInt8(ascii: "0") + UInt8(number / 10 % 10)) }
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}

/// Reads the fixed-width numbers of a date text, which is handed in at every step.
private struct DigitScanner {
  /// The first byte that was not read yet.
  private(set) var next = 0

  /// A day and a time of day, in milliseconds since 1970-01-01 without any offset.
  mutating func moment(in bytes: Span<UInt8>, dividedBy divider: Unicode.Scalar)
    throws(MalformedInstant) -> Int64
  {
    let year = try number(digits: 4, in: bytes)
    try skip("-", in: bytes)
    let month = try number(digits: 2, in: bytes)
    try skip("-", in: bytes)
    let day = try number(digits: 2, in: bytes)
    try skip(divider, in: bytes)
    let hour = try number(digits: 2, in: bytes)
    try skip(":", in: bytes)
    let minute = try number(digits: 2, in: bytes)
    try skip(":", in: bytes)
    let second = try number(digits: 2, in: bytes)
    let fraction = try fractionInMilliseconds(in: bytes)
    guard let date = LocalDate(year: year, month: month, day: day), hour < 24, minute < 60,
      second < 60
    else { throw MalformedInstant() }
    let minutes = Int64(date.daysSince1970) * 1_440 + Int64(hour * 60 + minute)
    return minutes * 60_000 + Int64(second * 1_000 + fraction)
  }

  mutating func skip(_ character: Unicode.Scalar, in bytes: Span<UInt8>) throws(MalformedInstant) {
    guard take(character, in: bytes) else { throw MalformedInstant() }
  }

  mutating func take(_ character: Unicode.Scalar, in bytes: Span<UInt8>) -> Bool {
    guard next < bytes.count, bytes[next] == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  mutating func offsetInMinutes(in bytes: Span<UInt8>) throws(MalformedInstant) -> Int {
    if take("Z", in: bytes) { return 0 }
    let isEast = take("+", in: bytes)
    if !isEast { try skip("-", in: bytes) }
    let hours = try number(digits: 2, in: bytes)
    try skip(":", in: bytes)
    let minutes = try number(digits: 2, in: bytes)
    guard hours < 24, minutes < 60 else { throw MalformedInstant() }
    return (isEast ? 1 : -1) * (hours * 60 + minutes)
  }

  private mutating func number(digits: Int, in bytes: Span<UInt8>) throws(MalformedInstant) -> Int {
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit(in: bytes) else { throw MalformedInstant() }
      value = value * 10 + digit
    }
    return value
  }

  private mutating func fractionInMilliseconds(in bytes: Span<UInt8>) throws(MalformedInstant)
    -> Int
  {
    guard take(".", in: bytes) else { return 0 }
    var (value, count) = (0, 0)
    while let digit = digit(in: bytes) {
      if count < 3 { value = value * 10 + digit }
      count += 1
    }
    guard (1...9).contains(count) else { throw MalformedInstant() }
    for _ in count..<max(count, 3) { value *= 10 }
    return value
  }

  /// The next byte's value, if it is a digit.
  private mutating func digit(in bytes: Span<UInt8>) -> Int? {
    guard next < bytes.count, case let digit = bytes[next] &- UInt8(ascii: "0"), digit < 10 else {
      return nil
    }
    next += 1
    return Int(digit)
  }
}
