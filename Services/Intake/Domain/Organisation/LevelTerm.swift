public import ReviewEvents

/// A level and the days on which there are organisations of it.
///
/// Levels are data: the district ended on 30/6/2025 and the commune under the province began on the
/// day after, and both eras stand side by side in one history.
public struct LevelTerm: Sendable, Hashable {
  /// The level.
  public var code: LevelCode
  /// The first day on which there are organisations of this level; none when there always were.
  public var from: LocalDate?
  /// The first day on which there are none any more.
  public var before: LocalDate?

  /// Puts the parts together.
  public init(_ code: LevelCode, from: LocalDate? = nil, before: LocalDate? = nil) {
    self.code = code
    self.from = from
    self.before = before
  }

  /// Whether an organisation can be of this level on `day`.
  public func isInForce(on day: LocalDate) -> Bool {
    if let from, day < from { return false }
    if let before, day >= before { return false }
    return true
  }
}

extension OrganisationHistory {
  /// The organisations whose level has ended: what a restructuring forgot.
  public func unitsBeyondTheirLevel(
    at point: Viewpoint, levels: [LevelTerm]
  ) -> [UnitID] {
    let inForce = Set(levels.filter { $0.isInForce(on: point.asOf) }.map(\.code))
    return units.filter { _, course in
      course.isLiving(at: point) && !(course.level[point].map(inForce.contains) ?? false)
    }.keys.sorted()
  }
}
