public import ReviewEvents

/// How a level of quality is arrived at.
public struct RatingRules: Sendable, Hashable {
  /// The levels of quality, highest first.
  public var levels: [RatingLevelName]
  /// What criteria are measured by.
  public var scale: RatingScale
  /// The criteria.
  public var criteria: [Criterion]
  /// What must hold for a level besides its points or grades.
  public var conditions: [LevelCondition]
  /// Who is not reviewed or not rated, and why.
  public var exemptions: [Exemption]
  /// How votes are counted.
  public var vote: VoteRule

  /// Puts the parts together; a rule set that says nothing rates by hand.
  public init(
    levels: [RatingLevelName] = [], scale: RatingScale = .grades([], groups: []),
    criteria: [Criterion] = [], conditions: [LevelCondition] = [], exemptions: [Exemption] = [],
    vote: VoteRule = VoteRule()
  ) {
    self.levels = levels
    self.scale = scale
    self.criteria = criteria
    self.conditions = conditions
    self.exemptions = exemptions
    self.vote = vote
  }
}

/// A level of quality and what it is called.
public struct RatingLevelName: Sendable, Hashable {
  /// The level.
  public var code: RatingLevel
  /// Its name as printed.
  public var name: String
  /// Its abbreviation as printed.
  public var abbreviation: String

  /// Puts the parts together.
  public init(code: RatingLevel, name: String, abbreviation: String) {
    self.code = code
    self.name = name
    self.abbreviation = abbreviation
  }
}
