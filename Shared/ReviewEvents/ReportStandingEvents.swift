/// Nobody has to hand in this report any more.
///
/// What was handed in before stays what it is.
public struct ReportWaived: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-waived"

  /// Why nobody has to.
  public enum Reason: String, Codable, Sendable, CaseIterable {
    /// The member left.
    case left
    /// The organisation ended; nobody else can review itself in its place.
    case ended
  }

  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// Why.
  public var reason: Reason
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, reason: Reason,
    effectiveOn: LocalDate
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.reason = reason
    self.effectiveOn = effectiveOn
  }
}

/// An overdue report takes nothing any more, until it is reopened.
public struct ReportLocked: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-locked"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID

  /// Puts the parts together.
  public init(reportID: ReportID, cycleID: CycleID, subjectID: SubjectID) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
  }
}

/// A report that was accepted or locked, or whose cycle was closed, lies with the subject again.
///
/// What was handed in stays; what follows is a new version, and figures show that there was one.
public struct ReportReopened: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-reopened"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// How often it was handed in before.
  public var version: Int
  /// The number of the document it rests on, as printed.
  public var legalBasis: String
  /// SHA-256 of the reason, in lower-case hexadecimal; the text stays with intake.
  public var reasonHash: String

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, version: Int, legalBasis: String,
    reasonHash: String
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.version = version
    self.legalBasis = legalBasis
    self.reasonHash = reasonHash
  }
}
