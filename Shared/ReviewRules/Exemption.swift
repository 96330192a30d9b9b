public import ReviewEvents

/// A lawful ground on which somebody is not reviewed or not rated.
public struct Exemption: Sendable, Hashable {
  /// The ground.
  public var code: ListCode
  /// Its name as printed.
  public var name: String
  /// Whether a self-review is owed all the same.
  public var reviewed: Bool
  /// Whether a level is decided all the same.
  public var rated: Bool
  /// For those admitted less than so many months ago; none where time does not matter.
  public var admittedWithinMonths: Int?
  /// The rule's source as printed.
  public var source: String

  /// Puts the parts together.
  public init(
    code: ListCode, name: String, reviewed: Bool, rated: Bool, admittedWithinMonths: Int?,
    source: String
  ) {
    self.code = code
    self.name = name
    self.reviewed = reviewed
    self.rated = rated
    self.admittedWithinMonths = admittedWithinMonths
    self.source = source
  }
}
