public import ReviewEvents

/// Gives an organisation another name from a day on.
public struct RenameUnit: Sendable, Hashable {
  /// The organisation.
  public var unitID: UnitID
  /// The new name.
  public var name: String
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(_ unitID: UnitID, name: String, decision: OrganisationDecision) {
    self.unitID = unitID
    self.name = name
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Renames an organisation; the name it has on that day already changes nothing.
  ///
  /// A name for an earlier day is inserted: it holds until the next recorded one.
  public func rename(
    _ command: RenameUnit
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    let day = command.decision.effectiveOn
    try command.decision.check()
    if isBlank(command.name) { throw .nameMissing }
    try require(command.unitID, on: day)
    if unit(command.unitID, at: Viewpoint(asOf: day))?.name == command.name { return [] }
    return [
      .unitRenamed(
        UnitRenamed(
          unitID: command.unitID, name: command.name, effectiveOn: day,
          legalBasis: command.decision.legalBasis))
    ]
  }
}
