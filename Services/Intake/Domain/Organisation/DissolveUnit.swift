public import ReviewEvents

/// Ends an organisation without a successor of its own.
public struct DissolveUnit: Sendable, Hashable {
  /// The organisation.
  public var unitID: UnitID
  /// Who takes over everybody it managed or held, its debts and its history.
  public var receiverID: UnitID
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(_ unitID: UnitID, receiverID: UnitID, decision: OrganisationDecision) {
    self.unitID = unitID
    self.receiverID = receiverID
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Dissolves an organisation.
  public func dissolve(
    _ command: DissolveUnit
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    try command.decision.check()
    guard command.unitID != command.receiverID else { throw .endsItself(command.unitID) }
    let held = held(by: [command.unitID], on: command.decision.effectiveOn).map(\.subject)
    return try carryOut(
      Restructuring(
        ending: .dissolved, endedIDs: [command.unitID],
        successors: [.existing(command.receiverID)], heirID: command.receiverID,
        receivers: Dictionary(uniqueKeysWithValues: held.map { ($0, command.receiverID) }),
        decision: command.decision), levels: [])
  }
}
