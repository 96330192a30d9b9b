public import ReviewEvents

/// Everything that decides about laying a report with its subject again.
public struct ReopenReport: Sendable {
  /// Who wants it.
  public var actor: ActorContext
  /// The managing unit and everything above it.
  public var managingLine: [UnitID]
  /// Why, and on what basis.
  public var ground: Ground
  /// How far the cycle has come.
  public var cyclePhase: Cycle.Phase

  /// Puts the parts together.
  public init(
    actor: ActorContext, managingLine: [UnitID], ground: Ground, cyclePhase: Cycle.Phase
  ) {
    self.actor = actor
    self.managingLine = managingLine
    self.ground = ground
    self.cyclePhase = cyclePhase
  }
}
