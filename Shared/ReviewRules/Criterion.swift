public import ReviewEvents

/// Whom a criterion, a condition or a lead time is about.
public enum RuleSubject: String, Sendable, CaseIterable {
  /// A leadership collective.
  case collective
  /// A head.
  case head
  /// A deputy.
  case deputy
  /// A member without a leading post.
  case member
  /// A member who does not work in the political system.
  case outside
}

/// What a subject is measured by.
public struct Criterion: Sendable, Hashable {
  /// The criterion.
  public var code: ListCode
  /// Its name as printed.
  public var name: String
  /// The group it is in.
  public var group: ListCode
  /// Whom it is for.
  public var subjects: [RuleSubject]
  /// The most points it brings, where the rules say so.
  public var points: Int?

  /// Puts the parts together.
  public init(
    code: ListCode, name: String, group: ListCode, subjects: [RuleSubject], points: Int? = nil
  ) {
    self.code = code
    self.name = name
    self.group = group
    self.subjects = subjects
    self.points = points
  }
}
