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
  /// The milestone at this place, from 0, repeats task, level and pilot of an earlier one.
  case repeatedMilestone(at: Int)
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
