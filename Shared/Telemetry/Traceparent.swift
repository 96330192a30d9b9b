/// A position in a trace as W3C Trace Context writes it: `00-<trace id>-<parent id>-<flags>`.
public struct Traceparent: Hashable, Sendable, CustomStringConvertible {
  /// Names the whole trace: 32 hexadecimal digits.
  public let traceID: String
  /// Names the step that made the request: 16 hexadecimal digits.
  public let parentID: String
  /// Two hexadecimal digits; the lowest bit says whether the trace is recorded.
  public let flags: String

  /// Reads a header; `nil` when it is not valid, so that the trace begins anew.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, Self.isHexadecimal(parts[0], 2), parts[0] != "ff",
      Self.isHexadecimal(parts[1], 32), Self.isHexadecimal(parts[2], 16),
      Self.isHexadecimal(parts[3], 2)
    else { return nil }
    // Version 00 has exactly four parts; a later one may go on after a hyphen.
    guard parts.count == 4 || parts[0] != "00" else { return nil }
    guard parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }) else {
      return nil
    }
    traceID = String(parts[1])
    parentID = String(parts[2])
    flags = String(parts[3])
  }

  /// The header in version 00.
  public var description: String { "00-\(traceID)-\(parentID)-\(flags)" }

  private static func isHexadecimal(_ text: Substring, _ length: Int) -> Bool {
    text.utf8.count == length
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
