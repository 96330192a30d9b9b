public import CaseTrackingDomain
public import ReviewEvents

/// A case with the place of its last fact.
public struct VersionedCase: Sendable {
  /// The case.
  public var suggested: SuggestedReviewCase
  /// The sequence of its newest fact; 0 without facts.
  public var sequence: Int64

  /// A case nobody has heard of.
  public static let unseen = VersionedCase(suggested: SuggestedReviewCase(), sequence: 0)

  private init(suggested: SuggestedReviewCase, sequence: Int64) {
    self.suggested = suggested
    self.sequence = sequence
  }

  /// The case that a whole stream tells of.
  public init(_ history: [EventEnvelope]) throws {
    self = .unseen
    for envelope in history {
      suggested.apply(try CaseEvent(envelope), at: envelope.time)
      sequence = envelope.sequence
    }
  }
}
