/// Why somebody decides against the usual course, and on what basis.
public struct Ground: Sendable, Hashable {
  /// The number of the document it rests on, as printed.
  public var legalBasis: String
  /// The reason; only its fingerprint is published.
  public var reason: String
  /// SHA-256 of the reason, in lower-case hexadecimal.
  public var reasonHash: String

  /// Puts the parts together.
  public init(legalBasis: String, reason: String, reasonHash: String) {
    self.legalBasis = legalBasis
    self.reason = reason
    self.reasonHash = reasonHash
  }

  /// Whether both parts say something.
  var isComplete: Bool { !isBlank(legalBasis) && !isBlank(reason) }
}
