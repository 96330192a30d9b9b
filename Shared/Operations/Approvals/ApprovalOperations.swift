internal import Crypto
public import EventStream
internal import FoundationEssentials
internal import ReviewEvents

/// The operations with which a second person agrees.
public enum ApprovalOperations {
  /// All of them.
  public static func all(_ store: any Store, _ safety: OperationSafety) -> [Operation] {
    [approve(store, safety), list(store)]
  }

  /// The most plans that are listed.
  private static let plansMax = 200

  private static func approve(_ store: any Store, _ safety: OperationSafety) -> Operation {
    .changes(
      "replay approve", "Signs a plan that another operator wants to carry out",
      [
        .required("plan", .text, "the plan's hash, as the refusal named it"),
        .required("key-file", .text, "the file with your private key in base64, on this machine"),
      ]
    ) { call in
      guard let keys = safety.approvers else {
        throw OperationRefusal("approval-needless", "one person is enough here: nothing to approve")
      }
      let (hash, approver) = (call.input.text("plan") ?? "", call.input.operator)
      let key = try privateKey(call.input.text("key-file") ?? "")
      guard let known = keys.key(of: approver) else {
        throw OperationRefusal("approver-unknown", "no public key of \(approver) is configured")
      }
      guard known.rawRepresentation == key.publicKey.rawRepresentation else {
        throw OperationRefusal(
          "key-of-another", "the key in this file is not the one of \(approver)")
      }
      return try await store.commit { transaction in
        let (found, now) = try ApprovalTable.find(hash, in: transaction)
        guard let found else {
          throw OperationRefusal("approval-unknown", "no plan here has the hash \(hash)")
        }
        try found.checkOpen(for: approver, keys: keys, now: now)
        try ApprovalTable.sign(
          hash, .init(approver: approver, bytes: try found.plan.sign(key)), in: transaction)
        return Told("approved: \(found.plan.summary)")
      }
    }
  }

  /// Never a word of what stands in the file.
  private static func privateKey(_ path: String) throws -> Curve25519.Signing.PrivateKey {
    guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8),
      let bytes = Data(base64Encoded: String(text.prefix { !$0.isNewline })),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
    else {
      throw OperationRefusal("key-unreadable", "the file holds no private key in base64")
    }
    return key
  }

  private static func list(_ store: any Store) -> Operation {
    .reads("replay approvals", "Lists the plans that two persons decide") { _ in
      ApprovalList(plans: try await store.commit { try ApprovalTable.latest(plansMax, in: $0) })
    }
  }
}

/// The plans that two persons decide, newest first.
struct ApprovalList: OperationAnswer {
  struct Plan: Encodable, Sendable {
    let plan: String
    let wish: ApprovalWish
    let expires: Instant
    let requester: String
    let approver: String?
    let used: Bool
    let summary: String

    init(_ approval: Approval) {
      plan = approval.plan.hash
      wish = approval.plan.wish
      expires = approval.plan.expires
      requester = approval.requester
      approver = approval.signed?.approver
      used = approval.isUsed
      summary = approval.plan.summary
    }
  }

  let plans: [Plan]

  init(plans: [Approval]) { self.plans = plans.map { Plan($0) } }

  var text: String {
    guard !plans.isEmpty else { return "no plan was asked for" }
    return plans.map { plan in
      let state =
        plan.used ? "carried out" : plan.approver.map { "approved by \($0)" } ?? "not approved"
      return "\(plan.plan)  \(state), wanted by \(plan.requester)\n  \(plan.summary)"
    }.joined(separator: "\n")
  }
}
