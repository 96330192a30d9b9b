/// Where a case stands, in the words in which people list and count cases.
public enum CaseState: String, Sendable, Hashable, CaseIterable {
  /// Proposed by an advisory body.
  case proposed
  /// Approved by the authority.
  case approved
  /// The letter is out.
  case issued
  /// The subject confirmed it.
  case acknowledged
  /// Every matter is answered.
  case explained
  /// The conference dealt with it.
  case conferenceHeld = "conference-held"
  /// The authority concluded.
  case concluded
  /// A plan stands.
  case remediationPlanned = "remediation-planned"
  /// Work or verification has begun.
  case remediationInProgress = "remediation-in-progress"
  /// Everything was verified as remedied.
  case verified
  /// The open rest goes on in another cycle.
  case carriedOver = "carried-over"
  /// Nothing is open.
  case closed
  /// Taken back.
  case withdrawn
}

extension SuggestedReviewCase {
  /// Where the case stands; none while nothing is known of it.
  ///
  /// Acknowledging, answering and the conference come in any order, so the furthest one counts.
  public var state: CaseState? {
    switch phase {
    case .unseen: nil
    case .proposed: .proposed
    case .approved: .approved
    case .issued where conference != nil: .conferenceHeld
    case .issued where explainedAt != nil: .explained
    case .issued where acknowledgedAt != nil: .acknowledged
    case .issued: .issued
    case .concluded: remediationState
    case .closed: .closed
    case .withdrawn: .withdrawn
    }
  }

  private var remediationState: CaseState {
    if items.isEmpty { return carriedOverTo == nil ? .concluded : .carriedOver }
    if openMatters.isEmpty { return .verified }
    if carriedOverTo != nil { return .carriedOver }
    let begun = items.values.contains { $0.noteHash != nil || $0.result != nil }
    return begun ? .remediationInProgress : .remediationPlanned
  }
}
