public import ReviewEvents

/// What must hold for a level besides its points or grades.
public struct LevelCondition: Sendable, Hashable {
  /// What is looked at, with its limit.
  public enum Requirement: Sendable, Hashable {
    /// At least this share of the tasks is done, in per cent.
    case tasksDone(percent: Int)
    /// At least this share of the tasks is more than done, in per cent.
    case tasksExceeded(percent: Int)
    /// At most this share of the tasks is behind schedule, in per cent.
    case tasksLate(percent: Int)
    /// At least this share of earlier shortcomings is remedied, in per cent.
    case remedied(percent: Int)
    /// Every criterion of the group has at least this grade.
    case grade(group: ListCode, atLeast: ListCode)
    /// The rating as a civil servant is at least this, for whoever has one.
    case civilRating(atLeast: RatingLevel)
    /// The rating of the organisation led is at least this.
    case organisationRating(atLeast: RatingLevel)
    /// Nobody in question was disciplined.
    case noDiscipline
  }

  /// The condition.
  public var code: ListCode
  /// The level it is for.
  public var level: RatingLevel
  /// Whom it is for.
  public var subjects: [RuleSubject]
  /// What must hold.
  public var requirement: Requirement
  /// The rule's source as printed.
  public var source: String

  /// Puts the parts together.
  public init(
    code: ListCode, level: RatingLevel, subjects: [RuleSubject], requirement: Requirement,
    source: String
  ) {
    self.code = code
    self.level = level
    self.subjects = subjects
    self.requirement = requirement
    self.source = source
  }
}
