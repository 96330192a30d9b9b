internal import Crypto
internal import FoundationEssentials
internal import ReviewEvents
internal import ServiceRuntime

/// What an operator wants to do, as two persons have to agree on it.
struct ApprovalWish: Sendable, Hashable, Codable {
  /// The executable's name.
  let service: String
  /// The operation.
  let operation: String
  /// What it was told, and what else makes it this one and no other.
  let scope: [String: String]
  /// The exact number of facts it concerns.
  let count: Int64

  init(service: String, operation: String, scope: [String: String], count: Int64) {
    self.service = service
    self.operation = operation
    self.scope = scope
    self.count = count
  }

  /// What `call` wants; `also` names what its values do not say, such as the run of a shadow.
  init(_ service: String, _ call: OperationCall, count: Int64, also: [String: String] = [:]) {
    self.init(
      service: service, operation: call.input.operation,
      scope: call.input.written.filter { !Self.unbound.contains($0.key) }
        .merging(also) { _, more in more },
      count: count)
  }

  /// Who says it and with which proof is no part of what is wanted.
  private static let unbound: Set<String> = [
    OperationParameter.operator.name, OperationParameter.reason.name,
    OperationSafety.approval.name, OperationSafety.confirm.name,
  ]
}

/// A wish with its expiry: what is signed.
struct ApprovalPlan: Sendable, Hashable, Codable {
  let wish: ApprovalWish
  /// The first moment that is too late, by the real clock.
  let expires: Instant

  /// SHA-256 of service, operation, scope, exact count and expiry, written in one way only.
  private var digest: SHA256.Digest { SHA256.hash(data: JSONText.encode(self)) }

  /// The digest as people copy it.
  var hash: String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
  }

  /// The signature of an approver.
  func sign(_ key: Curve25519.Signing.PrivateKey) throws -> [UInt8] {
    Array(try key.signature(for: Data(digest)))
  }

  func isSigned(_ signature: [UInt8], with key: Curve25519.Signing.PublicKey) -> Bool {
    key.isValidSignature(Data(signature), for: Data(digest))
  }

  /// What the operator who wants it has to do.
  var request: String {
    "two persons decide this: before \(expires.localWithZone) have another operator run "
      + "`\(wish.service) replay approve --plan \(hash) --key-file FILE`, then repeat with "
      + "--approval \(hash)"
  }

  /// For the operator who is to approve.
  var summary: String {
    let words = wish.scope.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return
      "\(wish.service) \(wish.operation) \(words.joined(separator: " ")): \(wish.count) facts, "
      + "until \(expires.localWithZone)"
  }
}
