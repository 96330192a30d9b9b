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
    /// Adopt the organisation's own plan; then the level is that of the organisation itself.
    case plan
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
  /// For subjects of this vertically managed sector only, for example the police; they follow this
  /// one instead of the general one.
  public var sector: ListCode?

  /// Puts the parts together.
  public init(
    task: Task, level: LevelCode, pilot: Bool, dueBefore: Instant, wording: String,
    sector: ListCode? = nil
  ) {
    self.task = task
    self.level = level
    self.pilot = pilot
    self.dueBefore = dueBefore
    self.wording = wording
    self.sector = sector
  }
}

/// Under which rules a vertically managed sector reviews, where they are not the cycle's.
public struct SectorRules: Codable, Sendable, Hashable {
  /// The sector.
  public var sector: ListCode
  /// The rule set that applies to its subjects.
  public var ruleSetID: RuleSetID

  /// Puts the parts together.
  public init(sector: ListCode, ruleSetID: RuleSetID) {
    self.sector = sector
    self.ruleSetID = ruleSetID
  }
}

/// The days that a cycle looks back on.
public struct ReviewPeriod: Codable, Sendable, Hashable {
  /// The first day, in Việt Nam.
  public var from: LocalDate
  /// The last day, in Việt Nam.
  public var through: LocalDate

  /// Puts the parts together.
  public init(from: LocalDate, through: LocalDate) {
    self.from = from
    self.through = through
  }
}

/// Who is reviewed in a cycle that is not about everybody; what is missing leaves nobody out.
public struct CycleScope: Codable, Sendable, Hashable {
  /// Members in these roles only; collectives have none.
  public var roles: [MemberRole]?
  /// These kinds of subjects only.
  public var kinds: [SubjectKind]?
  /// These organisations, everything below them and their members only.
  public var unitIDs: [UnitID]?

  /// Puts the parts together.
  public init(
    roles: [MemberRole]? = nil, kinds: [SubjectKind]? = nil, unitIDs: [UnitID]? = nil
  ) {
    self.roles = roles
    self.kinds = kinds
    self.unitIDs = unitIDs
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
  /// The sectors with rules of their own; missing in older facts.
  public var sectorRules: [SectorRules]?
  /// The days under review; missing for the calendar year and in older facts.
  public var period: ReviewPeriod?
  /// Who is reviewed; missing for everybody and in older facts.
  public var scope: CycleScope?

  /// Puts the parts together.
  public init(
    cycleID: CycleID, year: Int, kind: CycleKind, ruleSetID: RuleSetID, planNumber: String,
    milestones: [Milestone], pilotUnitIDs: [UnitID], sectorRules: [SectorRules]? = nil,
    period: ReviewPeriod? = nil, scope: CycleScope? = nil
  ) {
    self.cycleID = cycleID
    self.year = year
    self.kind = kind
    self.ruleSetID = ruleSetID
    self.planNumber = planNumber
    self.milestones = milestones
    self.pilotUnitIDs = pilotUnitIDs
    self.sectorRules = sectorRules
    self.period = period
    self.scope = scope
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
  /// Whether something was still missing; none when nothing was, and in older facts.
  public var forced: Bool?
  /// The number of the document it rests on, as printed; needed where something was missing.
  public var legalBasis: String?
  /// SHA-256 of the reason, in lower-case hexadecimal; the text stays with intake.
  public var reasonHash: String?

  /// Puts the parts together.
  public init(
    cycleID: CycleID, forced: Bool? = nil, legalBasis: String? = nil, reasonHash: String? = nil
  ) {
    self.cycleID = cycleID
    self.forced = forced
    self.legalBasis = legalBasis
    self.reasonHash = reasonHash
  }
}

/// A closed cycle takes reports again.
public struct CycleReopened: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.cycle-reopened"
  /// The cycle.
  public var cycleID: CycleID
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(cycleID: CycleID, legalBasis: String) {
    self.cycleID = cycleID
    self.legalBasis = legalBasis
  }
}
