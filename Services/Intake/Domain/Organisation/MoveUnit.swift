public import ReviewEvents

/// Puts an organisation below, or under the management of, another one from a day on.
///
/// Its whole subtree moves with it. Who in the subtree was managed by an organisation that does not
/// stand above any more gets another manager in the same command.
public struct MoveUnit: Sendable, Hashable {
  /// The organisation.
  public var unitID: UnitID
  /// The organisation above it, if that changes.
  public var parentID: UnitID?
  /// The organisation that decides on its collective, if that changes.
  public var managingUnitID: UnitID?
  /// The peer group of its collective, if that changes.
  public var peerGroup: PeerGroupCode?
  /// New managers of others, mostly in its subtree.
  public var handovers: [Handover]
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(
    _ unitID: UnitID, parentID: UnitID? = nil, managingUnitID: UnitID? = nil,
    peerGroup: PeerGroupCode? = nil, handovers: [Handover] = [], decision: OrganisationDecision
  ) {
    self.unitID = unitID
    self.parentID = parentID
    self.managingUnitID = managingUnitID
    self.peerGroup = peerGroup
    self.handovers = handovers
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Moves an organisation; the place it has on that day already changes nothing.
  public func move(_ command: MoveUnit) throws(OrganisationRejection) -> [OrganisationEvent] {
    let day = command.decision.effectiveOn
    try command.decision.check()
    let targets = [command.parentID, command.managingUnitID].compactMap { $0 }
    guard !targets.isEmpty || command.peerGroup != nil else { throw .nothingChanges }
    try require(command.unitID, on: day)
    for target in targets { try require(target, on: day) }
    var seen: Set<SubjectID> = [.unit(command.unitID)]
    var handed: [OrganisationEvent] = []
    for handover in command.handovers {
      guard seen.insert(handover.subjectID).inserted else {
        throw .handedOverTwice(handover.subjectID)
      }
      handed.append(try managed(handover, command.decision))
    }
    return try accepting(moved(command) + handed, on: day)
  }

  /// The fact about the organisation itself, unless it stands there already.
  private func moved(_ command: MoveUnit) -> [OrganisationEvent] {
    let point = Viewpoint(asOf: command.decision.effectiveOn)
    guard let now = unit(command.unitID, at: point) else { return [] }
    let isThere =
      (command.parentID ?? now.parentID) == now.parentID
      && (command.managingUnitID ?? now.managingUnitID) == now.managingUnitID
      && (command.peerGroup ?? now.peerGroup) == now.peerGroup
    if isThere { return [] }
    return [
      .unitMoved(
        UnitMoved(
          unitID: command.unitID, parentID: command.parentID,
          managingUnitID: command.managingUnitID,
          managingLevel: command.managingUnitID.flatMap { level(of: $0, at: point) },
          peerGroup: command.peerGroup, effectiveOn: command.decision.effectiveOn,
          legalBasis: command.decision.legalBasis))
    ]
  }

  /// The fact that gives one subject another manager.
  private func managed(
    _ handover: Handover, _ decision: OrganisationDecision
  ) throws(OrganisationRejection) -> OrganisationEvent {
    let day = decision.effectiveOn
    try require(handover.toID, on: day)
    let level = level(of: handover.toID, at: Viewpoint(asOf: day))
    switch handover.subjectID {
    case .unit(let id):
      try require(id, on: day)
      return .unitMoved(
        UnitMoved(
          unitID: id, parentID: nil, managingUnitID: handover.toID, managingLevel: level,
          peerGroup: nil, effectiveOn: day, legalBasis: decision.legalBasis))
    case .person(let id):
      try require(id, on: day)
      return .personTransferred(
        PersonTransferred(
          personID: id, memberOfID: nil, managingUnitID: handover.toID, managingLevel: level,
          role: nil, peerGroup: nil, effectiveOn: day, legalBasis: decision.legalBasis))
    }
  }
}
