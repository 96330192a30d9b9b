public import ReviewEvents

/// Everything that decides about a wish for more time.
public struct RequestExtension: Sendable {
  /// Who asks.
  public var actor: ActorContext
  /// The first moment that would be too late.
  public var dueBefore: Instant
  /// Why.
  public var reason: String
  /// SHA-256 of the reason, in lower-case hexadecimal.
  public var reasonHash: String
  /// The moment of asking.
  public var now: Instant
  /// How far the cycle has come.
  public var cyclePhase: Cycle.Phase

  /// Puts the parts together.
  public init(
    actor: ActorContext, dueBefore: Instant, reason: String, reasonHash: String, now: Instant,
    cyclePhase: Cycle.Phase
  ) {
    self.actor = actor
    self.dueBefore = dueBefore
    self.reason = reason
    self.reasonHash = reasonHash
    self.now = now
    self.cyclePhase = cyclePhase
  }
}
