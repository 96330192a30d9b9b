public import ReviewEvents

/// When a rule set holds, and for which kinds of cycles.
public struct RuleScope: Sendable, Hashable {
  /// The last year of a rule set that nothing has replaced yet.
  public static let lastYear = 2100

  /// The years under review.
  public var years: ClosedRange<Int>
  /// The kinds of cycles.
  public var kinds: [CycleKind]

  /// Puts the parts together.
  public init(years: ClosedRange<Int>, kinds: [CycleKind]) {
    self.years = years
    self.kinds = kinds
  }

  /// Whether a cycle of this kind and year may follow the rule set.
  public func covers(_ kind: CycleKind, year: Int) -> Bool {
    kinds.contains(kind) && years.contains(year)
  }
}
