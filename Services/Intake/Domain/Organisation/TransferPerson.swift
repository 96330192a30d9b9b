public import ReviewEvents

/// Gives a member another place, manager, role or peer group from a day on.
public struct TransferPerson: Sendable, Hashable {
  /// The member.
  public var personID: PersonID
  /// Where the person is a member, if that changes.
  public var memberOfID: UnitID?
  /// The organisation that decides on the person, if that changes.
  public var managingUnitID: UnitID?
  /// The role, if that changes.
  public var role: MemberRole?
  /// The peer group, if that changes.
  public var peerGroup: PeerGroupCode?
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(
    _ personID: PersonID, memberOfID: UnitID? = nil, managingUnitID: UnitID? = nil,
    role: MemberRole? = nil, peerGroup: PeerGroupCode? = nil, decision: OrganisationDecision
  ) {
    self.personID = personID
    self.memberOfID = memberOfID
    self.managingUnitID = managingUnitID
    self.role = role
    self.peerGroup = peerGroup
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Transfers a member; what is so on that day already changes nothing.
  public func transfer(
    _ command: TransferPerson
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    let day = command.decision.effectiveOn
    try command.decision.check()
    let targets = [command.memberOfID, command.managingUnitID].compactMap { $0 }
    guard !targets.isEmpty || command.role != nil || command.peerGroup != nil else {
      throw .nothingChanges
    }
    try require(command.personID, on: day)
    for target in targets { try require(target, on: day) }
    let point = Viewpoint(asOf: day)
    if let now = standing(of: command.personID, at: point)?.state, command.isSo(of: now) {
      return []
    }
    let level = command.managingUnitID.flatMap { self.level(of: $0, at: point) }
    let transferred = PersonTransferred(
      personID: command.personID, memberOfID: command.memberOfID,
      managingUnitID: command.managingUnitID, managingLevel: level, role: command.role,
      peerGroup: command.peerGroup, effectiveOn: day, legalBasis: command.decision.legalBasis)
    return try accepting([.personTransferred(transferred)], on: day)
  }
}

extension TransferPerson {
  /// Whether everything that is named is what the member has already.
  fileprivate func isSo(of now: PersonState) -> Bool {
    (memberOfID ?? now.memberOfID) == now.memberOfID
      && (managingUnitID ?? now.managingUnitID) == now.managingUnitID
      && (role ?? now.role) == now.role && (peerGroup ?? now.peerGroup) == now.peerGroup
  }
}
