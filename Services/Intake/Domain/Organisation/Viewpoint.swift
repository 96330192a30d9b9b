public import ReviewEvents

/// From where one looks at the past (contract 20): on which day something held, and by when it had
/// been recorded.
public struct Viewpoint: Sendable, Hashable {
  /// Later than anything that can be recorded: everything that is known.
  public static let knownAtLast = Instant(milliseconds: .max)

  /// Behind every change that is recorded, with everything that is known.
  public static let last = Viewpoint(asOf: LocalDate(daysSince1970: .max))

  /// The day in question: valid time.
  public var asOf: LocalDate
  /// Facts recorded later than this are not seen: recorded time.
  public var knownAt: Instant

  /// The day `asOf` with what was known at `knownAt`, or with everything that is known.
  public init(asOf: LocalDate, knownAt: Instant = Viewpoint.knownAtLast) {
    self.asOf = asOf
    self.knownAt = knownAt
  }
}
