public import ReviewEvents

/// Everything that decides about giving more time.
public struct DecideExtension: Sendable {
  /// What the authority says.
  public enum Decision: Sendable, Hashable {
    /// There is more time: until this moment, or until the one that was asked for.
    case grant(until: Instant?)
    /// There is none.
    case refuse
  }

  /// Who decides.
  public var actor: ActorContext
  /// The managing unit and everything above it.
  public var managingLine: [UnitID]
  /// What the authority says.
  public var decision: Decision
  /// Why.
  public var reason: String
  /// SHA-256 of the reason, in lower-case hexadecimal.
  public var reasonHash: String
  /// The moment of the decision.
  public var now: Instant
  /// How far the cycle has come.
  public var cyclePhase: Cycle.Phase

  /// Puts the parts together.
  public init(
    actor: ActorContext, managingLine: [UnitID], decision: Decision, reason: String,
    reasonHash: String, now: Instant, cyclePhase: Cycle.Phase
  ) {
    self.actor = actor
    self.managingLine = managingLine
    self.decision = decision
    self.reason = reason
    self.reasonHash = reasonHash
    self.now = now
    self.cyclePhase = cyclePhase
  }
}
