/// What a reaction does beyond its own tables, for people: `mail case-issued`,
/// `fact case-explained`.
public struct EffectName: Hashable, Sendable, Comparable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The name.
  public let description: String

  /// A name written in the source.
  public init(stringLiteral text: String) { description = text }
  /// A name put together from a kind and one of its cases.
  public init(_ text: String) { description = text }

  /// Orders by name.
  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// How often which effect would have come about and was held back.
public struct HeldBackEffects: Hashable, Sendable {
  /// The count of each effect.
  public private(set) var counts: [EffectName: Int]

  /// Nothing held back.
  public init() { counts = [:] }

  /// Counts effects.
  public mutating func add(_ name: EffectName, _ count: Int = 1) {
    guard count > 0 else { return }
    counts[name, default: 0] += count
  }

  /// Counts what another part held back.
  public mutating func add(_ other: HeldBackEffects) {
    for (name, count) in other.counts { add(name, count) }
  }

  /// All effects together.
  public var total: Int { counts.values.reduce(0, +) }
}
