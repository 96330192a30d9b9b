public import ReviewEvents
internal import ReviewRules

/// What the authority approved of one rule set: versions, told apart by their fingerprints.
///
/// An approval is never taken back; a text that nobody approved pins no cycle.
public struct RuleSetApprovals: Sendable, Hashable {
  /// Every approval, the oldest first.
  public private(set) var approvals: [RuleSetApproved] = []

  /// A rule set that nobody approved.
  public init() {}

  /// What these facts tell of.
  public init(_ facts: some Sequence<RuleSetApproved>) {
    for fact in facts { apply(fact) }
  }

  /// Takes an approval into account.
  public mutating func apply(_ approved: RuleSetApproved) { approvals.append(approved) }

  /// Approves the version with `fingerprint`; approving it again on the same basis changes nothing.
  /// - Parameter loaded: the fingerprint of what this service goes by.
  public func approve(
    _ id: RuleSetID, fingerprint: String, loaded: String, legalBasis: String
  ) throws(ApprovalRejection) -> [RuleSetApproved] {
    guard fingerprint == loaded else { throw .fingerprintDiffers }
    let printed = withoutSpareSpace(legalBasis)
    guard let basis = try? DocumentNumber(printed) else { throw .malformedLegalBasis }
    let isRepeated = approvals.contains {
      $0.fingerprint == fingerprint && (try? DocumentNumber($0.legalBasis)) == basis
    }
    guard !isRepeated else { return [] }
    return [RuleSetApproved(ruleSetID: id, fingerprint: fingerprint, legalBasis: printed)]
  }

  /// Lets a cycle be opened only under a version that was approved.
  public func require(_ fingerprint: String) throws(ApprovalRejection) {
    guard approvals.contains(where: { $0.fingerprint == fingerprint }) else { throw .notApproved }
  }
}

/// Why an approval, or a cycle without one, was refused.
public enum ApprovalRejection: Error, Sendable, Hashable {
  /// What was approved is not what this service goes by.
  case fingerprintDiffers
  /// The legal basis is no number of a document.
  case malformedLegalBasis
  /// Nobody approved the rules as they stand now.
  case notApproved
}
