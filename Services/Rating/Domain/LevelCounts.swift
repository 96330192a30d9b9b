public import ReviewEvents

/// How many of a group stand at each level.
public struct LevelCounts: Sendable, Hashable {
  private var counts: [RatingLevel: Int] = [:]

  /// Nobody at any level.
  public init() {}

  /// Counts `levels`.
  public init(_ levels: some Sequence<RatingLevel>) {
    for level in levels { counts[level, default: 0] += 1 }
  }

  /// How many stand at `level`.
  public subscript(level: RatingLevel) -> Int {
    get { counts[level] ?? 0 }
    set { counts[level] = newValue }
  }

  /// How many stand at any level.
  public var total: Int { RatingLevel.allCases.reduce(0) { $0 + self[$1] } }

  /// How many are rated good or excellent.
  public var goodOrBetter: Int { self[.excellent] + self[.good] }
}
