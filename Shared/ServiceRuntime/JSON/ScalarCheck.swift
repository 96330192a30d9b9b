internal import ReviewEvents
internal import TextForms

/// What became of checking one value.
enum Checked: Sendable, Hashable {
  /// It fits; texts are normalised.
  case fits(String)
  /// It does not, and why (Vietnamese).
  case violates(RuntimeSlug, String)
}

/// Checks single values, which mean the same in JSON, in a query and in a table.
enum ScalarCheck {
  /// Checks a text, or a number or truth written as text, against a scalar shape.
  static func check(_ text: String, _ shape: JSONShape) -> Checked {
    switch shape {
    case .string(let min, let max): check(text, min: min, max: max)
    case .choice(let choices):
      choices.contains { Array($0.utf8) == Array(text.utf8) }
        ? .fits(text)
        : .violates(.notAChoice, "phải là một trong: \(choices.joined(separator: ", "))")
    case .identifier:
      fits(text, Identifier<Never>.init, .malformedIdentifier, "1–160 ký tự A–Z a–z 0–9 . _ -")
    case .identifierPart(let max):
      text.utf8.count <= max
        ? check(text, .identifier)
        : .violates(.malformedIdentifier, "1–\(max) ký tự A–Z a–z 0–9 . _ -")
    case .subject:
      fits(text, SubjectID.init, .malformedSubject, "phải có dạng unit/<mã> hoặc person/<mã>")
    case .instant:
      fits(
        text, Instant.init, .malformedInstant,
        "phải theo RFC 3339, ví dụ 2021-12-09T17:00:00Z")
    case .date:
      day(text) ? .fits(text) : .violates(.malformedDate, "phải có dạng 2021-12-10")
    case .boolean:
      text == "true" || text == "false"
        ? .fits(text) : .violates(.wrongType, "phải là true hoặc false")
    case .integer(let range): integer(text, in: range)
    case .nullable(let shape): check(text, shape)
    case .object, .list: preconditionFailure("only scalars are checked here")
    }
  }

  static func integer(_ text: String, in range: ClosedRange<Int64>) -> Checked {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return .violates(.wrongType, "phải là số nguyên")
    }
    guard let number = Int64(text), range.contains(number) else {
      return .violates(
        .outOfRange, "phải nằm trong khoảng \(range.lowerBound)–\(range.upperBound)")
    }
    return .fits(String(number))
  }

  private static func check(_ text: String, min: Int, max: Int) -> Checked {
    let text = NormalisedText.nfc(text)
    if hasControl(text) { return .violates(.controlCharacter, "chỉ cho phép xuống dòng và tab") }
    // All but the bytes that go on with a character.
    let count = text.utf8.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    if count > max { return .violates(.textTooLong, "dài nhất \(max) ký tự") }
    if count < min { return .violates(.textTooShort, "ngắn nhất \(min) ký tự") }
    return .fits(text)
  }

  /// Whether a control character other than line feed and tab stands in it; C1 is C2 80 to C2 9F.
  private static func hasControl(_ text: String) -> Bool {
    var isAfterC2 = false
    for byte in text.utf8 {
      if isAfterC2, byte <= 0x9F { return true }
      isAfterC2 = byte == 0xC2
      if byte < 0x20 ? byte != 0x0A && byte != 0x09 : byte == 0x7F { return true }
    }
    return false
  }

  private static func fits<Value>(
    _ text: String, _ read: (String) throws -> Value, _ slug: RuntimeSlug, _ reason: String
  ) -> Checked {
    do {
      _ = try read(text)
      return .fits(text)
    } catch { return .violates(slug, reason) }
  }

  private static func day(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.allSatisfy { (0x30...0x39).contains($0) } ? Int(Substring(part)) : nil
    }
    guard parts.map(\.count) == [4, 2, 2], numbers.count == 3 else { return false }
    return LocalDate(year: numbers[0], month: numbers[1], day: numbers[2]) != nil
  }
}
