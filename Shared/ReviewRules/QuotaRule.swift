/// How many of a group may be rated excellent (contract 21).
public struct QuotaRule: Sendable, Hashable {
  /// Of whom the percentage is taken.
  public enum Base: String, Sendable, CaseIterable {
    /// Of those rated good, not counting the excellent.
    case goodOnly = "GOOD_ONLY"
    /// Of those rated good or excellent.
    case goodOrBetter = "GOOD_OR_BETTER"
    /// Of all who are rated.
    case allRated = "ALL_RATED"
  }

  /// How a share becomes a whole number.
  public enum Rounding: String, Sendable, CaseIterable {
    /// Downwards.
    case down = "DOWN"
    /// To the nearest, halves upwards.
    case halfUp = "HALF_UP"
    /// Upwards.
    case up = "UP"
  }

  /// Of whom the percentage is taken.
  public var base: Base
  /// The percentage, 0–100.
  public var percent: Int
  /// The percentage that the authority may grant an outstanding organisation, with its reason;
  /// none where the rules know no exception.
  public var outstandingPercent: Int?
  /// How a share becomes a whole number.
  public var rounding: Rounding
  /// Whether heads are considered apart and not counted.
  public var headsExcluded: Bool
  /// Up to which size of group one may be excellent even if the share is less; 0 for none.
  public var oneUpToGroupSize: Int
  /// The rule's source as printed, shown with every refusal.
  public var source: String

  /// Puts the parts together.
  public init(
    base: Base, percent: Int, outstandingPercent: Int? = nil, rounding: Rounding,
    headsExcluded: Bool = false, oneUpToGroupSize: Int = 0, source: String
  ) {
    self.base = base
    self.percent = percent
    self.outstandingPercent = outstandingPercent
    self.rounding = rounding
    self.headsExcluded = headsExcluded
    self.oneUpToGroupSize = oneUpToGroupSize
    self.source = source
  }
}
