/// How votes on a level are counted; sums only, never single ballots.
public struct VoteRule: Sendable, Hashable {
  /// How a level comes out of a vote.
  public enum Method: String, Sendable, CaseIterable {
    /// The chair records the level that the minutes tell; sums are checked.
    case chairRecords = "CHAIR_RECORDS"
    /// The level that more than the threshold voted for.
    case threshold = "THRESHOLD"
  }

  /// Of whom the threshold is taken.
  public enum Base: String, Sendable, CaseIterable {
    /// All who were summoned.
    case summoned = "SUMMONED"
    /// All who were present.
    case present = "PRESENT"
    /// All valid ballots.
    case valid = "VALID"
  }

  /// What happens when no level has more than the threshold.
  public enum Tie: String, Sendable, CaseIterable {
    /// The authority decides.
    case authority = "AUTHORITY"
    /// They vote again.
    case again = "AGAIN"
  }

  /// How a level comes out of a vote.
  public var method: Method
  /// Of whom the threshold is taken.
  public var base: Base
  /// More than this share must agree.
  public var threshold: Share
  /// At least this share of the summoned must be there; none where the rules do not say.
  public var quorum: Share?
  /// What happens when no level has enough.
  public var tie: Tie

  /// Puts the parts together; unless a rule set says more, the chair records what was decided.
  public init(
    method: Method = .chairRecords, base: Base = .valid, threshold: Share = .half,
    quorum: Share? = nil, tie: Tie = .authority
  ) {
    self.method = method
    self.base = base
    self.threshold = threshold
    self.quorum = quorum
    self.tie = tie
  }
}

/// A share of a whole as a fraction; no share is ever a floating-point number.
public struct Share: Sendable, Hashable, CustomStringConvertible {
  /// Above the line, 1–99.
  public let numerator: Int
  /// Below the line, 2–100.
  public let denominator: Int

  /// One of two.
  public static let half = Share(checked: 1, 2)

  /// A share between nothing and everything, or nothing.
  public init?(_ numerator: Int, of denominator: Int) {
    guard (2...100).contains(denominator), (1..<denominator).contains(numerator) else {
      return nil
    }
    self.init(checked: numerator, denominator)
  }

  private init(checked numerator: Int, _ denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// `1/2`.
  public var description: String { "\(numerator)/\(denominator)" }
}
