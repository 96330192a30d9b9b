public import ReviewEvents

/// Everything that decides about answering matters that came after the receipt.
public struct SubmitSupplement: Sendable {
  /// Who answers.
  public var actor: ActorContext
  /// The case whose matters are answered.
  public var caseID: CaseID
  /// The answers.
  public var answers: [WrittenAnswer]
  /// SHA-256 of the canonical content, in lower-case hexadecimal.
  public var contentHash: String
  /// When the complete request arrived.
  public var receivedAt: Instant
  /// What stood in the way.
  public var outages: [Outage]
  /// How long after an outage a late answer counts as late because of it.
  public var outageGrace: Duration

  /// Puts the parts together.
  public init(
    actor: ActorContext, caseID: CaseID, answers: [WrittenAnswer], contentHash: String,
    receivedAt: Instant, outages: [Outage], outageGrace: Duration
  ) {
    self.actor = actor
    self.caseID = caseID
    self.answers = answers
    self.contentHash = contentHash
    self.receivedAt = receivedAt
    self.outages = outages
    self.outageGrace = outageGrace
  }
}
