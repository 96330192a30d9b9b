/// A subject asked for more time.
public struct ExtensionRequested: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.extension-requested"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The first moment that would be too late, if it is granted.
  public var dueBefore: Instant
  /// SHA-256 of the reason, in lower-case hexadecimal; the text stays with intake.
  public var reasonHash: String

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, dueBefore: Instant,
    reasonHash: String
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.dueBefore = dueBefore
    self.reasonHash = reasonHash
  }
}

/// The authority gave more time.
///
/// The first date stays visible: it is part of the fact, and of the report that was requested.
public struct ExtensionGranted: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.extension-granted"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The first moment that is too late from now on.
  public var dueBefore: Instant
  /// The wording to show from now on.
  public var dueWording: String
  /// The first moment that was too late when the report was requested.
  public var firstDueBefore: Instant
  /// SHA-256 of the reason, in lower-case hexadecimal; the text stays with intake.
  public var reasonHash: String

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, dueBefore: Instant,
    dueWording: String, firstDueBefore: Instant, reasonHash: String
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.dueBefore = dueBefore
    self.dueWording = dueWording
    self.firstDueBefore = firstDueBefore
    self.reasonHash = reasonHash
  }
}

/// The authority gave no more time.
public struct ExtensionRefused: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.extension-refused"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// SHA-256 of the reason, in lower-case hexadecimal; the text stays with intake.
  public var reasonHash: String

  /// Puts the parts together.
  public init(reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, reasonHash: String) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.reasonHash = reasonHash
  }
}
