/// Matters became known after the report's receipt: they are answered in a supplement with its own
/// deadline, and the receipt stands (contract 25).
public struct SupplementRequested: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.supplement-requested"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The case.
  public var caseID: CaseID
  /// The matters to answer.
  public var matterIDs: [MatterID]
  /// The first moment that is too late.
  public var dueBefore: Instant
  /// The wording to show.
  public var dueWording: String

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, caseID: CaseID,
    matterIDs: [MatterID], dueBefore: Instant, dueWording: String
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.caseID = caseID
    self.matterIDs = matterIDs
    self.dueBefore = dueBefore
    self.dueWording = dueWording
  }
}

/// The matters of one case were answered after the report's receipt.
public struct SupplementSubmitted: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.supplement-submitted"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The case.
  public var caseID: CaseID
  /// SHA-256 of the canonical content that it came with, in lower-case hexadecimal; missing in
  /// older facts.
  public var contentHash: String?
  /// When the complete request arrived.
  public var receivedAt: Instant
  /// Whether it came in time.
  public var lateness: Lateness
  /// One answer for each matter.
  public var answers: [MatterAnswer]

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, caseID: CaseID,
    contentHash: String? = nil, receivedAt: Instant, lateness: Lateness, answers: [MatterAnswer]
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.caseID = caseID
    self.contentHash = contentHash
    self.receivedAt = receivedAt
    self.lateness = lateness
    self.answers = answers
  }
}

/// A supplement is not needed any more because its case was withdrawn.
public struct SupplementCancelled: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.supplement-cancelled"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The case.
  public var caseID: CaseID

  /// Puts the parts together.
  public init(reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, caseID: CaseID) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.caseID = caseID
  }
}
