/// A share as the province prints it: two decimals, a comma, half up (`18,18%`).
public struct Share: Sendable, Hashable, CustomStringConvertible {
  /// How many.
  public let numerator: Int
  /// Of how many.
  public let denominator: Int

  /// `numerator` of `denominator`, neither below 0.
  public init(_ numerator: Int, of denominator: Int) {
    precondition(numerator >= 0 && denominator >= 0, "counts are never below 0")
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The share in hundredths of a percent, rounded half up; none of nothing.
  public var hundredthsOfPercent: Int? {
    denominator == 0 ? nil : (numerator * 20_000 + denominator) / (2 * denominator)
  }

  /// `18,18%`; a dash for a share of nothing.
  public var description: String {
    guard let share = hundredthsOfPercent else { return "–" }
    let decimals = String(share % 100)
    return "\(share / 100),\(decimals.count == 1 ? "0" : "")\(decimals)%"
  }
}
