/// What kind of review a cycle is.
public enum CycleKind: String, Codable, Sendable, CaseIterable {
  /// Once a year.
  case annual
  /// Once a quarter, for leaders and managers.
  case quarterly
  /// Once a term.
  case term
  /// When needed.
  case adHoc
}

/// One deadline of a cycle: several stand side by side, by level and for pilot units.
public struct Milestone: Codable, Sendable, Hashable {
  /// What has to be done.
  public enum Task: String, Codable, Sendable, CaseIterable {
    /// Hand in the self-review report.
    case report
    /// Decide the ratings.
    case rating
    /// Propose commendations.
    case commendation
  }

  /// What has to be done.
  public var task: Task
  /// For subjects managed at this level.
  public var level: LevelCode
  /// For pilot units only; a pilot unit follows this one instead of the general one.
  public var pilot: Bool
  /// The first moment that is too late.
  public var dueBefore: Instant
  /// The wording that the province prints, for example "trước ngày 10/12/2021".
  public var wording: String

  /// Puts the parts together.
  public init(task: Task, level: LevelCode, pilot: Bool, dueBefore: Instant, wording: String) {
    self.task = task
    self.level = level
    self.pilot = pilot
    self.dueBefore = dueBefore
    self.wording = wording
  }
}

/// A review cycle was opened under a plan and a rule set.
public struct CycleOpened: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.cycle-opened"
  /// The cycle.
  public var cycleID: CycleID
  /// The year under review.
  public var year: Int
  /// What kind it is.
  public var kind: CycleKind
  /// The rule set that applies.
  public var ruleSetID: RuleSetID
  /// The plan's number as printed, for example "57-KH/TU".
  public var planNumber: String
  /// The deadlines, side by side.
  public var milestones: [Milestone]
  /// The organisations that follow the pilot deadlines.
  public var pilotUnitIDs: [UnitID]

  /// Puts the parts together.
  public init(
    cycleID: CycleID, year: Int, kind: CycleKind, ruleSetID: RuleSetID, planNumber: String,
    milestones: [Milestone], pilotUnitIDs: [UnitID]
  ) {
    self.cycleID = cycleID
    self.year = year
    self.kind = kind
    self.ruleSetID = ruleSetID
    self.planNumber = planNumber
    self.milestones = milestones
    self.pilotUnitIDs = pilotUnitIDs
  }
}

/// Reports were requested from every subject that owes one; from here the cycle's scope is fixed.
public struct CycleLaunched: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.cycle-launched"
  /// The cycle.
  public var cycleID: CycleID
  /// How many reports were requested.
  public var requestedReports: Int

  /// Puts the parts together.
  public init(cycleID: CycleID, requestedReports: Int) {
    self.cycleID = cycleID
    self.requestedReports = requestedReports
  }
}

/// A cycle was closed: no report is taken any more.
public struct CycleClosed: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.cycle-closed"
  /// The cycle.
  public var cycleID: CycleID

  /// Puts the parts together.
  public init(cycleID: CycleID) { self.cycleID = cycleID }
}

/// An organisation as it stands after an import: registered the first time, amended later.
public struct UnitRegistered: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.unit-registered"
  /// The organisation.
  public var unitID: UnitID
  /// The organisation's name.
  ///
  /// Names stand only in `unit/…` and `person/…` events (contract 6).
  public var name: String
  /// The level of quality.
  public var level: LevelCode
  /// The organisation above it in the tree; none for the province.
  public var parentID: UnitID?
  /// The organisation that manages (decides on) its leadership collective; none for the province.
  public var managingUnitID: UnitID?
  /// The level of the managing organisation, which is how figures are published.
  public var managingLevel: LevelCode?
  /// The peer group inside which its collective's quota is counted.
  public var peerGroup: PeerGroupCode
  /// Whether its leadership collective is reviewed and rated.
  public var reviewed: Bool

  /// Puts the parts together.
  public init(
    unitID: UnitID, name: String, level: LevelCode, parentID: UnitID?, managingUnitID: UnitID?,
    managingLevel: LevelCode?, peerGroup: PeerGroupCode, reviewed: Bool
  ) {
    self.unitID = unitID
    self.name = name
    self.level = level
    self.parentID = parentID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
    self.reviewed = reviewed
  }
}

/// The role in which a member is reviewed; it selects the form.
public enum MemberRole: String, Codable, Sendable, CaseIterable {
  /// Head of a unit.
  case head
  /// Deputy head of a unit.
  case deputy
  /// Member without a leading post.
  case member
  /// Member who does not work in the political system (HD 43, form 2C).
  case outside
}

/// How a member hands in the self-review.
public enum FilingChannel: String, Codable, Sendable, CaseIterable {
  /// In this system, with a receipt; a duty and reminders follow.
  case electronic
  /// On paper in the cell, which keeps it; the rating enters by batch decision.
  case paper
}

/// A member as he or she stands after an import: registered the first time, amended later.
public struct PersonRegistered: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.person-registered"
  /// The member.
  public var personID: PersonID
  /// The member's name.
  ///
  /// Names stand only in `unit/…` and `person/…` events (contract 6).
  public var fullName: String
  /// Where the person is a member.
  public var memberOfID: UnitID
  /// The organisation that manages (decides on) the person.
  public var managingUnitID: UnitID
  /// The level of the managing organisation, which is how figures are published.
  public var managingLevel: LevelCode
  /// The role in which the person is reviewed.
  public var role: MemberRole
  /// The peer group inside which the quota is counted.
  public var peerGroup: PeerGroupCode
  /// How the report is handed in.
  public var channel: FilingChannel

  /// Puts the parts together.
  public init(
    personID: PersonID, fullName: String, memberOfID: UnitID, managingUnitID: UnitID,
    managingLevel: LevelCode, role: MemberRole, peerGroup: PeerGroupCode, channel: FilingChannel
  ) {
    self.personID = personID
    self.fullName = fullName
    self.memberOfID = memberOfID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.role = role
    self.peerGroup = peerGroup
    self.channel = channel
  }
}

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
