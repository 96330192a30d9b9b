import EventStream
import IntakeDomain
import ServiceRuntime

/// Why somebody decides against the usual course; members are named as on the wire.
struct GroundInput: Decodable, Sendable {
  var reason: String
  var legalBasis: String

  /// The longest reason, in characters.
  static let reasonMax = 2_000
  /// The longest number of a document, in characters.
  static let legalBasisMax = 200

  static let shape = JSONShape.object([
    .required("reason", .text(max: reasonMax)),
    .required("legalBasis", .text(max: legalBasisMax)),
  ])

  /// The ground as the domain knows it.
  var ground: Ground {
    Ground(legalBasis: legalBasis, reason: reason, reasonHash: Fingerprint.sha256(reason))
  }
}

extension Ground {
  /// Keeps the reason under its published fingerprint.
  func save(_ transaction: borrowing AnyTransaction) throws {
    try DocumentTable.save([reasonHash: reason], transaction)
  }
}
