public import ReviewEvents

/// Ends organisations together; one takes over everything from them.
///
/// The successor is founded by the same decision, or it is an organisation that goes on, mostly one
/// of those named: provinces do both, and what goes on keeps its id, its cases and its ratings.
public struct MergeUnits: Sendable, Hashable {
  /// The organisations to merge; one that goes on as the successor may stand among them.
  public var unitIDs: [UnitID]
  /// Who takes over.
  public var successor: Successor
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(_ unitIDs: [UnitID], into successor: Successor, decision: OrganisationDecision) {
    self.unitIDs = unitIDs
    self.successor = successor
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Merges organisations.
  public func merge(
    _ command: MergeUnits, levels: [LevelTerm]
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    try command.decision.check()
    var named: Set<UnitID> = []
    for id in command.unitIDs {
      guard named.insert(id).inserted else { throw .repeatedUnit(id) }
    }
    let ended = command.unitIDs.filter { $0 != command.successor.unitID }
    if case .founded(let unit) = command.successor, named.contains(unit.unitID) {
      throw .alreadyThere(.unit(unit.unitID))
    }
    let participants =
      if case .existing(let id) = command.successor { named.union([id]) } else { named }
    guard !ended.isEmpty, participants.count >= 2 else { throw .tooFewUnits }
    let held = held(by: Set(ended), on: command.decision.effectiveOn).map(\.subject)
    return try carryOut(
      Restructuring(
        ending: .merged, endedIDs: ended, successors: [command.successor],
        heirID: command.successor.unitID,
        receivers: Dictionary(
          uniqueKeysWithValues: held.map { ($0, command.successor.unitID) }),
        decision: command.decision), levels: levels)
  }
}
