public import ReviewEvents

/// What criteria are measured by.
public enum RatingScale: Sendable, Hashable {
  /// Grades, best first, in groups of criteria.
  case grades([ListEntry], groups: [ListEntry])
  /// Points, in groups that add up to ``PointScale/maximum``.
  case points(PointScale)

  /// The codes of the groups that criteria are in.
  public var groups: [ListCode] {
    switch self {
    case .grades(_, let groups): groups.map(\.code)
    case .points(let scale): scale.groups.map(\.code)
    }
  }
}

/// A scale of points and the bands that lead to levels.
public struct PointScale: Sendable, Hashable {
  /// A group of criteria and what it can bring.
  public struct Group: Sendable, Hashable {
    /// The group.
    public var code: ListCode
    /// Its name as printed.
    public var name: String
    /// The most points it brings.
    public var maximum: Int

    /// Puts the parts together.
    public init(code: ListCode, name: String, maximum: Int) {
      self.code = code
      self.name = name
      self.maximum = maximum
    }
  }

  /// From how many points on a level is reached.
  public struct Band: Sendable, Hashable {
    /// The level.
    public var level: RatingLevel
    /// The fewest points.
    public var atLeast: Int

    /// Puts the parts together.
    public init(level: RatingLevel, atLeast: Int) {
      self.level = level
      self.atLeast = atLeast
    }
  }

  /// The most points.
  public var maximum: Int
  /// The groups, which add up to the maximum.
  public var groups: [Group]
  /// The bands, highest first; the last begins at 0.
  public var bands: [Band]

  /// Puts the parts together.
  public init(maximum: Int, groups: [Group], bands: [Band]) {
    self.maximum = maximum
    self.groups = groups
    self.bands = bands
  }

  /// The level that `points` reach, conditions aside.
  public func level(at points: Int) -> RatingLevel? {
    bands.first { points >= $0.atLeast }?.level
  }
}
