internal import EventStream
internal import ReviewEvents

/// The known headers of one record, their values one behind the other in one block of bytes.
struct IncomingHeaders {
  private enum Value {
    case missing, repeated, absent
    case bytes(Range<Int>)
  }

  /// How many headers there are, known or not.
  private(set) var count = 0
  private var bytes: [UInt8] = []
  private var values = Array(repeating: Value.missing, count: HeaderName.count)

  init() { bytes.reserveCapacity(512) }

  /// Takes the next header of the record; its name may be any, and it may have no value, which is
  /// not the same as an empty one.
  mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>?) {
    defer { count += 1 }
    guard let name = HeaderName(spelling: name, guess: count) else { return }
    guard case .missing = values[name.rawValue] else {
      values[name.rawValue] = .repeated
      return
    }
    guard let value else {
      values[name.rawValue] = .absent
      return
    }
    // One byte more than may be: enough to be refused.
    let kept = value.extracting(first: EnvelopeHeaders.valueBytesMax + 1)
    let start = bytes.count
    unsafe kept.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    values[name.rawValue] = .bytes(start..<bytes.count)
  }

  // MARK: Values

  private func place(of name: HeaderName) throws(MalformedRecord) -> Range<Int> {
    switch values[name.rawValue] {
    case .missing: throw MalformedRecord(problem: "\(name.spelling) is missing")
    case .repeated: throw MalformedRecord(problem: "\(name.spelling) stands more than once")
    case .absent: throw MalformedRecord(problem: "\(name.spelling) has no value")
    case .bytes(let range) where range.count > EnvelopeHeaders.valueBytesMax:
      throw MalformedRecord(problem: "\(name.spelling) is too long")
    case .bytes(let range): return range
    }
  }

  func text(_ name: HeaderName) throws(MalformedRecord) -> String {
    let bytes = bytes.span.extracting(try place(of: name))
    do { return String(copying: try UTF8Span(validating: bytes)) } catch {
      throw MalformedRecord(problem: "\(name.spelling) is not UTF-8")
    }
  }

  func require(_ name: HeaderName, toBe expected: String) throws(MalformedRecord) {
    if bytes.span.extracting(try place(of: name)).equals(expected.utf8.span) { return }
    guard try text(name) == expected else {
      throw MalformedRecord(problem: "\(name.spelling) is not the expected one")
    }
  }

  /// Reads a value that is ASCII throughout when it is well-formed.
  func read<Value>(
    _ name: HeaderName, _ read: (Span<UInt8>) throws -> Value
  ) throws(MalformedRecord) -> Value {
    let bytes = bytes.span.extracting(try place(of: name))
    do { return try read(bytes) } catch { throw try malformed(name, "is malformed") }
  }

  /// A whole number from 1, in its one spelling.
  func number<Number: FixedWidthInteger>(_ name: HeaderName) throws(MalformedRecord) -> Number {
    guard let number = Number(from1: bytes.span.extracting(try place(of: name))) else {
      throw try malformed(name, "is no number from 1")
    }
    return number
  }

  /// A text of the bytes that `isAllowed` lets pass.
  func text(_ name: HeaderName, if isAllowed: (Span<UInt8>) -> Bool) throws(MalformedRecord)
    -> String
  {
    let text = try text(name)
    guard isAllowed(text.utf8.span) else { throw try malformed(name, "is malformed") }
    return text
  }

  /// The text of a header that may be missing or broken without harm.
  func lenientText(_ name: HeaderName, if isAllowed: (Span<UInt8>) -> Bool) -> String? {
    guard case .bytes(let range) = values[name.rawValue],
      range.count <= EnvelopeHeaders.valueBytesMax, isAllowed(bytes.span.extracting(range))
    else { return nil }
    do { return try text(name) } catch { return nil }
  }

  /// Whether the bytes of `whole` are those of `front`, `mark` and those of `back`.
  func isJoined(
    _ whole: HeaderName, of front: HeaderName, _ mark: Unicode.Scalar, _ back: HeaderName
  ) throws(MalformedRecord) -> Bool {
    let whole = bytes.span.extracting(try place(of: whole))
    let front = bytes.span.extracting(try place(of: front))
    let back = bytes.span.extracting(try place(of: back))
    return whole.count == front.count + 1 + back.count
      && whole[front.count] == UInt8(ascii: mark)
      && whole.extracting(first: front.count).equals(front)
      && whole.extracting(last: back.count).equals(back)
  }

  /// What is wrong with a value, of which it is said first that it is no text at all.
  private func malformed(_ name: HeaderName, _ problem: String) throws(MalformedRecord)
    -> MalformedRecord
  {
    _ = try text(name)
    return MalformedRecord(problem: "\(name.spelling) \(problem)")
  }
}

extension FixedWidthInteger {
  /// A whole number from 1 in its one spelling: digits alone, and no zero in front.
  init?(from1 digits: Span<UInt8>) {
    guard !digits.isEmpty, digits[0] != UInt8(ascii: "0") else { return nil }
    var number: Self = 0
    for index in digits.indices {
      let digit = digits[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, isTooLargeNow) = tens.addingReportingOverflow(Self(digit))
      guard !isTooLarge, !isTooLargeNow else { return nil }
      number = sum
    }
    self = number
  }
}
