public import ReviewEvents

/// What has to come before what, and how long before.
public struct ProcedureRules: Sendable, Hashable {
  /// What each guard does.
  public var guards: [OrderingGuard: GuardMode]
  /// How long something has to lie ready, or to last.
  public var leadTimes: LeadTimes
  /// Deadlines that a plan takes over unless it sets its own.
  public var deadlines: [DeadlineRule]

  /// Puts the parts together; a guard that is not named is off.
  public init(
    guards: [OrderingGuard: GuardMode] = [:], leadTimes: LeadTimes = LeadTimes(),
    deadlines: [DeadlineRule] = []
  ) {
    self.guards = guards
    self.leadTimes = leadTimes
    self.deadlines = deadlines
  }
}

/// Something that should not happen before something else, or not at all.
public enum OrderingGuard: String, Sendable, CaseIterable {
  /// A collective is reviewed before its members.
  case collectiveBeforeIndividuals = "COLLECTIVE_BEFORE_INDIVIDUALS"
  /// A leader is reviewed in the cell before the leadership collective.
  case cellBeforeCollective = "CELL_BEFORE_COLLECTIVE"
  /// The draft report has lain with the participants long enough.
  case draftCirculated = "DRAFT_CIRCULATED"
  /// Every suggested matter is answered before the report is handed in.
  case mattersAnswered = "MATTERS_ANSWERED"
  /// Nobody is rated before the review.
  case reviewBeforeRating = "REVIEW_BEFORE_RATING"
  /// Lower collectives are rated before higher ones.
  case lowerBeforeHigher = "LOWER_BEFORE_HIGHER"
  /// A unit is rated before its head.
  case unitBeforeHead = "UNIT_BEFORE_HEAD"
  /// The civil rating is known before the party rating.
  case civilBeforeParty = "CIVIL_BEFORE_PARTY"
  /// A head is rated no higher than the collective led.
  case headNotAboveUnit = "HEAD_NOT_ABOVE_UNIT"
  /// A collective is rated no higher than its organisation.
  case collectiveNotAboveUnit = "COLLECTIVE_NOT_ABOVE_UNIT"
  /// Nobody decides on themselves.
  case notOwnDecision = "NOT_OWN_DECISION"
}

/// What a guard does.
public enum GuardMode: String, Sendable, CaseIterable {
  /// It refuses.
  case block = "BLOCK"
  /// It warns, and asks for a reason that is kept.
  case warn = "WARN"
  /// Nothing.
  case off = "OFF"
}

/// How long something has to lie ready, or to last.
public struct LeadTimes: Sendable, Hashable {
  /// Working days that a draft report lies with the participants; none where no rule is known.
  public var draftWorkingDays: Int?
  /// Working days between a suggestion and the review.
  public var suggestionWorkingDays: Int?
  /// The fewest days that a review lasts.
  public var reviewDays: Int?
  /// The fewest days that the review of the provincial standing committee lasts.
  public var provincialReviewDays: Int?

  /// Puts the parts together.
  public init(
    draftWorkingDays: Int? = nil, suggestionWorkingDays: Int? = nil, reviewDays: Int? = nil,
    provincialReviewDays: Int? = nil
  ) {
    self.draftWorkingDays = draftWorkingDays
    self.suggestionWorkingDays = suggestionWorkingDays
    self.reviewDays = reviewDays
    self.provincialReviewDays = provincialReviewDays
  }
}

/// A deadline that a plan takes over unless it sets its own.
public struct DeadlineRule: Sendable, Hashable {
  /// Names the deadline.
  public var code: ListCode
  /// What has to be done.
  public var task: Milestone.Task
  /// For subjects managed at this level.
  public var level: LevelCode
  /// For pilot units only.
  public var pilot: Bool
  /// The month of the first day that is too late, 1–12.
  public var month: Int
  /// That day of the month.
  public var day: Int
  /// The wording that people print, without the year.
  public var wording: String
  /// The rule's source as printed.
  public var source: String

  /// Puts the parts together.
  public init(
    code: ListCode, task: Milestone.Task, level: LevelCode, pilot: Bool, month: Int, day: Int,
    wording: String, source: String
  ) {
    self.code = code
    self.task = task
    self.level = level
    self.pilot = pilot
    self.month = month
    self.day = day
    self.wording = wording
    self.source = source
  }
}
