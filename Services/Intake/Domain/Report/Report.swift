public import ReviewEvents

/// One self-review report of one subject in one cycle, from the moment it is owed.
public struct Report: Sendable, Hashable {
  /// How far a report has come.
  public enum Phase: String, Sendable, CaseIterable {
    /// Nobody owes it.
    case unrequested
    /// Owed, nothing written.
    case requested
    /// Owed, a draft was saved.
    case drafted
    /// Handed in; it lies with the managing unit.
    case submitted
    /// Given back; it lies with the subject, whatever drafts follow.
    case returned
    /// Accepted.
    case accepted
    /// Overdue and locked: it takes nothing until it is reopened.
    case locked
    /// Nobody has to hand it in any more.
    case waived
  }

  /// The subject's wish for more time and what became of it, or time that was given without one.
  public struct Extension: Sendable, Hashable {
    /// What became of a wish.
    public enum Phase: String, Sendable, CaseIterable {
      /// The authority has not decided.
      case requested
      /// There is more time.
      case granted
      /// There is none.
      case refused
    }

    /// What was asked for; none where the authority gave time by itself.
    public var request: ExtensionRequested?
    /// What became of it.
    public var phase: Phase
    /// The fingerprint of the authority's reason, once it has decided.
    public var decisionReasonHash: String?
  }

  /// The answers that one case asks for after the receipt.
  public struct Supplement: Sendable, Hashable {
    /// How far it has come.
    public enum Phase: String, Sendable, CaseIterable {
      /// Asked for.
      case requested
      /// Answered.
      case submitted
      /// Not needed any more.
      case cancelled
    }

    /// What was asked.
    public var request: SupplementRequested
    /// How far it has come.
    public var phase: Phase
    /// The fingerprint of the content it was answered with; missing in older facts.
    public var contentHash: String?
  }

  /// How far it has come.
  public internal(set) var phase = Phase.unrequested
  /// What is owed, and until when.
  public internal(set) var duty: ReportRequested?
  /// The fingerprint of the newest draft since the last submission.
  public internal(set) var draftHash: String?
  /// Every submission, the oldest first.
  public internal(set) var submissions: [ReportSubmitted] = []
  /// Why it was given back, until it comes in again.
  public internal(set) var reasons: [ReturnReason] = []
  /// The supplements by case.
  public internal(set) var supplements: [CaseID: Supplement] = [:]
  /// The newest wish for more time, or the newest time that was given.
  public internal(set) var timeExtension: Extension?
  /// The first moment that was too late when the report was requested, if that has moved since.
  public internal(set) var firstDueBefore: Instant?
  /// How often it was reopened.
  public internal(set) var reopenings = 0
  /// Why it was reopened the last time.
  public internal(set) var lastReopening: ReportReopened?
  /// Whether it was reopened and has not been accepted since: then even a closed cycle takes it.
  public internal(set) var isReopened = false

  /// A report that nobody owes.
  public init() {}

  /// The report that these facts tell of.
  public init(_ events: some Sequence<ReportEvent>) {
    for event in events { apply(event) }
  }

  /// The newest submission.
  public var submission: ReportSubmitted? { submissions.last }
  /// How often it was handed in.
  public var version: Int { submission?.version ?? 0 }

  /// Takes a fact into account; every fact can be applied in every phase.
  public mutating func apply(_ event: ReportEvent) {
    switch event {
    case .requested(let requested):
      duty = requested
      phase = .requested
    case .handedOver(let handedOver):
      duty?.managingUnitID = handedOver.managingUnitID
      duty?.managingLevel = handedOver.managingLevel
    case .drafted(let drafted):
      draftHash = drafted.contentHash
      if phase == .requested { phase = .drafted }
    case .submitted(let submitted):
      submissions.append(submitted)
      draftHash = nil
      reasons = []
      phase = .submitted
    case .returned(let returned):
      reasons = returned.reasons
      phase = .returned
    case .accepted:
      phase = .accepted
      isReopened = false
    case .waived: phase = .waived
    case .locked: phase = .locked
    case .reopened(let reopened):
      reopenings += 1
      lastReopening = reopened
      isReopened = true
      phase = submissions.isEmpty ? (draftHash == nil ? .requested : .drafted) : .returned
    case .extensionRequested(let request):
      timeExtension = Extension(request: request, phase: .requested)
    case .extensionGranted(let granted):
      duty?.dueBefore = granted.dueBefore
      duty?.dueWording = granted.dueWording
      firstDueBefore = granted.firstDueBefore
      timeExtension = Extension(
        request: undecidedWish, phase: .granted, decisionReasonHash: granted.reasonHash)
    case .extensionRefused(let refused):
      timeExtension?.phase = .refused
      timeExtension?.decisionReasonHash = refused.reasonHash
    case .supplementRequested(let request):
      supplements[request.caseID] = Supplement(request: request, phase: .requested)
    case .supplementSubmitted(let submitted):
      supplements[submitted.caseID]?.phase = .submitted
      supplements[submitted.caseID]?.contentHash = submitted.contentHash
    case .supplementCancelled(let cancelled):
      supplements[cancelled.caseID]?.phase = .cancelled
    }
  }
}
