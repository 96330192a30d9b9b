public import ReviewEvents
public import ReviewRules

/// Whether a group keeps the quota for "excellent", with the sum that shows why (contract 21).
///
/// A group is rated step by step, so the base cannot be what is decided so far: nobody could ever
/// be the first. It is what the finished list will be: the decided level of each subject, and
/// where none is decided yet, the level proposed for it. The number that must fit is what is
/// *decided* excellent.
public struct QuotaCheck: Sendable, Hashable {
  /// The rule that was applied.
  public let rule: QuotaRule
  /// The list as it would be finished: decided levels, else proposed ones.
  public let finished: LevelCounts
  /// How many are decided excellent.
  public let decidedExcellent: Int

  /// Checks a group.
  ///
  /// - Parameters:
  ///   - tally: how many subjects of the group stand alike, by what is proposed and decided.
  ///   - rule: the rule of the cycle's rule set.
  public init(tally: [GroupMember: Int], rule: QuotaRule) {
    self.rule = rule
    var finished = LevelCounts()
    for (member, count) in tally {
      if let level = member.decided ?? member.proposed { finished[level] += count }
    }
    self.finished = finished
    decidedExcellent = tally.reduce(0) { $0 + ($1.key.decided == .excellent ? $1.value : 0) }
  }

  /// Checks a group given subject by subject.
  public init(members: some Sequence<GroupMember>, rule: QuotaRule) {
    self.init(tally: members.reduce(into: [:]) { $0[$1, default: 0] += 1 }, rule: rule)
  }

  /// The number that the percentage is taken of.
  public var base: Int {
    switch rule.base {
    case .goodOnly: finished[.good]
    case .goodOrBetter: finished.goodOrBetter
    case .allRated: finished.total
    }
  }

  /// How many may be excellent.
  ///
  /// Whole numbers throughout: no share is ever a floating-point number.
  public var allowed: Int {
    let hundredths = base * rule.percent
    return switch rule.rounding {
    case .down: hundredths / 100
    case .halfUp: (hundredths + 50) / 100
    case .up: (hundredths + 99) / 100
    }
  }

  /// How many more may be decided excellent; negative when there are too many.
  public var room: Int { allowed - decidedExcellent }

  /// Whether what is decided fits.
  public var isKept: Bool { room >= 0 }
}

/// A subject of a group as the quota sees it.
public struct GroupMember: Sendable, Hashable {
  /// The level proposed by the appraisal, if any.
  public var proposed: RatingLevel?
  /// The level decided, if any.
  public var decided: RatingLevel?

  /// Puts the parts together.
  public init(proposed: RatingLevel?, decided: RatingLevel?) {
    self.proposed = proposed
    self.decided = decided
  }
}
