public import ReviewEvents

/// Ends an organisation; several take over, each what the command says.
public struct SplitUnit: Sendable, Hashable {
  /// The organisation.
  public var unitID: UnitID
  /// Who takes over: at least two, founded by the same decision or going on.
  public var successors: [Successor]
  /// Which of them takes over each subject that the organisation managed or held.
  public var handovers: [Handover]
  /// Which of them answers for its debts of remediation and has its rights of history.
  public var heirID: UnitID
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(
    _ unitID: UnitID, into successors: [Successor], handovers: [Handover], heirID: UnitID,
    decision: OrganisationDecision
  ) {
    self.unitID = unitID
    self.successors = successors
    self.handovers = handovers
    self.heirID = heirID
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Splits an organisation; everybody it managed or held goes to exactly one successor.
  public func split(
    _ command: SplitUnit, levels: [LevelTerm]
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    try command.decision.check()
    var named: Set<UnitID> = []
    for id in command.successors.map(\.unitID) {
      guard named.insert(id).inserted else { throw .repeatedUnit(id) }
    }
    guard !named.contains(command.unitID) else { throw .endsItself(command.unitID) }
    guard named.count >= 2 else { throw .tooFewSuccessors }
    guard named.contains(command.heirID) else { throw .notASuccessor(command.heirID) }
    try require(command.unitID, on: command.decision.effectiveOn)
    return try carryOut(
      Restructuring(
        ending: .split, endedIDs: [command.unitID], successors: command.successors,
        heirID: command.heirID, receivers: try receivers(in: command, among: named),
        decision: command.decision), levels: levels)
  }

  private func receivers(
    in command: SplitUnit, among successors: Set<UnitID>
  ) throws(OrganisationRejection) -> [SubjectID: UnitID] {
    let held = Set(
      held(by: [command.unitID], on: command.decision.effectiveOn).map(\.subject))
    var receivers: [SubjectID: UnitID] = [:]
    for handover in command.handovers {
      guard successors.contains(handover.toID) else { throw .notASuccessor(handover.toID) }
      guard held.contains(handover.subjectID) else { throw .notHeld(handover.subjectID) }
      guard receivers.updateValue(handover.toID, forKey: handover.subjectID) == nil else {
        throw .handedOverTwice(handover.subjectID)
      }
    }
    return receivers
  }
}
