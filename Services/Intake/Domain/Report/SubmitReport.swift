public import ReviewEvents
public import ReviewRules

/// Everything that decides about handing in a report.
public struct SubmitReport: Sendable {
  /// Who hands it in.
  public var actor: ActorContext
  /// The texts by section.
  public var sections: [SectionCode: String]
  /// The answers to suggested matters.
  public var answers: [WrittenAnswer]
  /// SHA-256 of the canonical content, in lower-case hexadecimal.
  public var contentHash: String
  /// When the complete request arrived.
  public var receivedAt: Instant
  /// The form it must have.
  public var form: Form
  /// The suggested matters that are open at this moment.
  public var openMatters: [MatterReference]
  /// What stood in the way.
  public var outages: [Outage]
  /// How long after an outage a late report counts as late because of it.
  public var outageGrace: Duration
  /// How far the cycle has come.
  public var cyclePhase: Cycle.Phase

  /// Puts the parts together.
  public init(
    actor: ActorContext, sections: [SectionCode: String], answers: [WrittenAnswer],
    contentHash: String, receivedAt: Instant, form: Form, openMatters: [MatterReference],
    outages: [Outage], outageGrace: Duration, cyclePhase: Cycle.Phase
  ) {
    self.actor = actor
    self.sections = sections
    self.answers = answers
    self.contentHash = contentHash
    self.receivedAt = receivedAt
    self.form = form
    self.openMatters = openMatters
    self.outages = outages
    self.outageGrace = outageGrace
    self.cyclePhase = cyclePhase
  }
}
