internal import Crypto
internal import FoundationEssentials

/// The operators' public Ed25519 keys, by name.
///
/// The file has one line for each operator, the name and the key in base64 with a blank between;
/// `#` begins a comment line.
public struct OperatorKeys: Sendable {
  private let keys: [String: Curve25519.Signing.PublicKey]

  /// Reads the text of such a file.
  /// - Throws: ``MalformedOperatorKeys``.
  public init(_ text: String) throws(MalformedOperatorKeys) {
    var keys: [String: Curve25519.Signing.PublicKey] = [:]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let bytes = Data(base64Encoded: String(parts[1])),
        let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes),
        keys.updateValue(key, forKey: String(parts[0])) == nil
      else { throw MalformedOperatorKeys(line: index + 1) }
    }
    self.keys = keys
  }

  /// Nobody: whatever needs an approval is refused.
  public init() { keys = [:] }

  func key(of operator: String) -> Curve25519.Signing.PublicKey? { keys[`operator`] }

  /// Whether two names stand for one person: the same name, or the same key.
  func isOnePerson(_ one: String, _ other: String) -> Bool {
    one == other
      || (keys[one] != nil && keys[one]?.rawRepresentation == keys[other]?.rawRepresentation)
  }
}

/// A file of public keys that cannot be read.
public struct MalformedOperatorKeys: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// What is wrong.
  public var description: String { "line \(line) is not NAME KEY, or names somebody again" }
}
