public import ReviewEvents

/// Why a decision about a cycle was refused.
public enum CycleRejection: Error, Sendable, Hashable {
  /// There is no such cycle.
  case notOpened
  /// The cycle exists already, with other contents.
  case alreadyOpened
  /// The cycle takes no changes any more.
  case alreadyClosed
  /// The reports of the cycle were not requested yet.
  case notLaunched
  /// The rules were not made for this year, or not for this kind of cycle.
  case outOfScope
  /// The rules of the cycle do not know these levels.
  case unknownLevels([LevelCode])
  /// The milestone at this place, from 0, repeats task, level, pilot and sector of an earlier one.
  case repeatedMilestone(at: Int)
  /// The rules of the cycle do not know the sector of the milestone at this place.
  case unknownMilestoneSector(at: Int)
  /// The rules of the cycle do not know the sector at this place of those with rules of their own.
  case unknownRulesSector(at: Int)
  /// The sector at this place has rules already.
  case repeatedSectorRules(at: Int)
  /// The rules of the sector at this place were not made for this year or this kind of cycle.
  case sectorRulesOutOfScope(at: Int)
  /// A cycle of this kind and year cannot look back on these days.
  case period(PeriodFault)
  /// The scope names nobody, or roles where no members are reviewed.
  case contradictoryScope
  /// Subjects managed at these levels owe a report, and nobody said until when.
  case levelsWithoutMilestone([LevelCode])
  /// The rules of the cycle hold no form for these subjects; the first ones of them.
  case subjectsWithoutForm([SubjectID])
  /// All this still stands between the cycle and its end.
  case notReady([ClosingObstacle])
  /// Whoever closes a cycle with something missing, or reopens one, says why and on what basis.
  case groundMissing
  /// Only a closed cycle can be reopened.
  case notClosed
  /// Only an organisation of the highest level opens, launches and closes cycles.
  case notTheProvince
}
