import ReviewEvents

/// Founds an organisation that takes over from nobody.
public struct FoundUnit: Sendable, Hashable {
  /// The organisation.
  public var unit: NewUnit
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(_ unit: NewUnit, decision: OrganisationDecision) {
    self.unit = unit
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Founds an organisation.
  public func found(
    _ command: FoundUnit, levels: [LevelTerm]
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    let (unit, day) = (command.unit, command.decision.effectiveOn)
    try command.decision.check()
    try requireFoundable(unit, on: day, levels: levels)
    let level = unit.managingUnitID.flatMap { self.level(of: $0, at: Viewpoint(asOf: day)) }
    let founded = UnitFounded(
      unit, managingLevel: level, predecessors: [], command.decision)
    return try accepting([.unitFounded(founded)], on: day)
  }
}
