/// The members of one line of a log, taken apart without a decoder, which would take most of the
/// time of a rebuild.
///
/// Reads what this system writes: a flat object, its texts without escapes, the payload last.
package struct FlatLine {
  /// A member is not there, or is something else.
  package struct Missing: Error, Hashable, Sendable {}

  private enum Value {
    case text(String)
    case number(Int64)
  }

  /// As many members as a line has.
  private static let membersUsual = 12
  private static let payloadName = "payload"

  /// What stands behind the payload's name, up to the object's end, as it is.
  package let payload: ArraySlice<UInt8>
  private var members: [(name: String, value: Value)] = []

  /// - Returns: `nil` for anything else, which only a decoder can judge.
  package init?(_ line: ArraySlice<UInt8>) {
    guard line.first == UInt8(ascii: "{"), line.last == UInt8(ascii: "}") else { return nil }
    var rest = line.dropFirst().dropLast()
    members.reserveCapacity(Self.membersUsual)
    while let name = Self.text(&rest), Self.take(":", &rest) {
      guard name != Self.payloadName else {
        payload = rest
        return
      }
      let isText = rest.first == UInt8(ascii: "\"")
      guard
        let value = isText
          ? Self.text(&rest).map(Value.text) : Self.number(&rest).map(Value.number),
        Self.take(",", &rest)
      else { return nil }
      members.append((name, value))
    }
    return nil
  }

  /// A text that must be there.
  package func text(_ name: String) throws(Missing) -> String {
    guard let text = try optionalText(name) else { throw Missing() }
    return text
  }

  /// A text that may be missing.
  package func optionalText(_ name: String) throws(Missing) -> String? {
    switch members.first(where: { $0.name == name })?.value {
    case nil: return nil
    case .text(let text)?: return text
    case .number?: throw Missing()
    }
  }

  /// A whole number that must be there.
  package func number<Number: FixedWidthInteger>(_ name: String) throws(Missing) -> Number {
    guard case .number(let found)? = members.first(where: { $0.name == name })?.value,
      let number = Number(exactly: found)
    else { throw Missing() }
    return number
  }

  // MARK: Bytes

  private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard take("\"", &rest), let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    let text = rest[..<end]
    guard text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\\") }) else { return nil }
    rest = rest[(end + 1)...]
    return String(validating: text, as: UTF8.self)
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    // More digits, or what JSON spells otherwise, is the decoder's business.
    guard (1...18).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    rest = rest.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }
}
