/// A subject owes a report in a cycle; the first event of every report stream.
public struct ReportRequested: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-requested"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The organisation that manages the subject.
  public var managingUnitID: UnitID
  /// The level of the managing organisation.
  public var managingLevel: LevelCode
  /// The form to fill in.
  public var form: FormCode
  /// The first moment that is too late.
  public var dueBefore: Instant
  /// The wording that the province prints.
  public var dueWording: String
  /// The year under review.
  public var year: Int
  /// The plan's number as printed.
  public var planNumber: String
  /// The rule set that applies.
  public var ruleSetID: RuleSetID

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, managingUnitID: UnitID,
    managingLevel: LevelCode, form: FormCode, dueBefore: Instant, dueWording: String, year: Int,
    planNumber: String, ruleSetID: RuleSetID
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.form = form
    self.dueBefore = dueBefore
    self.dueWording = dueWording
    self.year = year
    self.planNumber = planNumber
    self.ruleSetID = ruleSetID
  }
}

/// A draft was saved.
///
/// The text stays with intake; the event carries its fingerprint.
public struct ReportDrafted: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-drafted"
  /// The report.
  public var reportID: ReportID
  /// SHA-256 of the canonical content, in lower-case hexadecimal.
  public var contentHash: String

  /// Puts the parts together.
  public init(reportID: ReportID, contentHash: String) {
    self.reportID = reportID
    self.contentHash = contentHash
  }
}

/// The answer to one suggested matter, without its text (contract 25).
public struct MatterAnswer: Codable, Sendable, Hashable {
  /// How the subject stands to the matter (feature 31).
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Accepted as a shortcoming.
    case accepted
    /// Accepted in part.
    case partlyAccepted
    /// Not accepted, and explained.
    case explained
  }

  /// The case.
  public var caseID: CaseID
  /// The matter.
  public var matterID: MatterID
  /// What kind it is.
  public var kind: Kind
  /// SHA-256 of the answer's text, in lower-case hexadecimal.
  public var textHash: String

  /// Puts the parts together.
  public init(caseID: CaseID, matterID: MatterID, kind: Kind, textHash: String) {
    self.caseID = caseID
    self.matterID = matterID
    self.kind = kind
    self.textHash = textHash
  }
}

/// Whether a report came in time.
public enum Lateness: String, Codable, Sendable, CaseIterable {
  /// Before the due instant.
  case onTime
  /// At or after the due instant.
  case late
  /// After it, within the grace that follows a recorded outage; the authority decides.
  case lateServiceOutage
}

/// A report was handed in and receipted.
public struct ReportSubmitted: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-submitted"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The level of the managing organisation.
  public var managingLevel: LevelCode
  /// Counts the submissions of this report from 1.
  public var version: Int
  /// SHA-256 of the canonical content, in lower-case hexadecimal.
  public var contentHash: String
  /// When the complete request arrived (contract 18).
  public var receivedAt: Instant
  /// Whether it came in time.
  public var lateness: Lateness
  /// One answer for each matter.
  public var answers: [MatterAnswer]

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, managingLevel: LevelCode,
    version: Int, contentHash: String, receivedAt: Instant, lateness: Lateness,
    answers: [MatterAnswer]
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.managingLevel = managingLevel
    self.version = version
    self.contentHash = contentHash
    self.receivedAt = receivedAt
    self.lateness = lateness
    self.answers = answers
  }
}

/// Why one section has to be rewritten.
public struct ReturnReason: Codable, Sendable, Hashable {
  /// The section.
  public var section: SectionCode
  /// What is wanted, in Vietnamese.
  public var reason: String

  /// Puts the parts together.
  public init(section: SectionCode, reason: String) {
    self.section = section
    self.reason = reason
  }
}

/// A report was given back to be rewritten.
public struct ReportReturned: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-returned"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// Counts the submissions of the report from 1.
  public var version: Int
  /// Why, section by section.
  public var reasons: [ReturnReason]

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, version: Int,
    reasons: [ReturnReason]
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.version = version
    self.reasons = reasons
  }
}

/// A report was accepted; the subject counts as reviewed.
public struct ReportAccepted: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-accepted"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// Counts the submissions of the report from 1.
  public var version: Int

  /// Puts the parts together.
  public init(reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, version: Int) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.version = version
  }
}
