internal import EventStream
public import ReviewEvents

/// From where one looks at the past (contract 20): on which day something held, and by when it had
/// been recorded.
public struct Viewpoint: Sendable, Hashable {
  /// The day in question: valid time.
  public var asOf: LocalDate
  /// Facts recorded later than this are not seen: recorded time; none sees everything.
  public var knownAt: Instant?

  /// The day `asOf` with what was known at `knownAt`, or with everything that is known.
  public init(asOf: LocalDate, knownAt: Instant? = nil) {
    self.asOf = asOf
    self.knownAt = knownAt
  }

  /// `$1` and `$2` of every question.
  var parameters: [SQLValue] { [.text(asOf.description), .optional(knownAt)] }
}
