public import ReviewEvents

/// Takes in a member from a day on.
public struct JoinPerson: Sendable, Hashable {
  /// The member's id; one who left may come back.
  public var personID: PersonID
  /// The member's name.
  public var fullName: String
  /// Where the person is a member.
  public var memberOfID: UnitID
  /// The organisation that decides on the person; neither relation follows from the other.
  public var managingUnitID: UnitID
  /// The role in which the person is reviewed.
  public var role: MemberRole
  /// The peer group.
  public var peerGroup: PeerGroupCode
  /// How the self-review is handed in.
  public var channel: FilingChannel
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(
    _ personID: PersonID, fullName: String, memberOfID: UnitID, managingUnitID: UnitID,
    role: MemberRole, peerGroup: PeerGroupCode, channel: FilingChannel,
    decision: OrganisationDecision
  ) {
    self.personID = personID
    self.fullName = fullName
    self.memberOfID = memberOfID
    self.managingUnitID = managingUnitID
    self.role = role
    self.peerGroup = peerGroup
    self.channel = channel
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Takes in a member; nobody is a member twice.
  public func join(_ command: JoinPerson) throws(OrganisationRejection) -> [OrganisationEvent] {
    let (id, day) = (command.personID, command.decision.effectiveOn)
    try command.decision.check()
    if isBlank(command.fullName) { throw .nameMissing }
    guard !exists(.person(id), at: Viewpoint(asOf: day)) else { throw .alreadyThere(.person(id)) }
    try requireNothingLater(.person(id), than: day)
    for unit in [command.memberOfID, command.managingUnitID] { try require(unit, on: day) }
    guard let level = level(of: command.managingUnitID, at: Viewpoint(asOf: day)) else {
      throw .unknownUnit(command.managingUnitID)
    }
    let joined = PersonJoined(
      personID: id, fullName: command.fullName, memberOfID: command.memberOfID,
      managingUnitID: command.managingUnitID, managingLevel: level, role: command.role,
      peerGroup: command.peerGroup, channel: command.channel, effectiveOn: day,
      legalBasis: command.decision.legalBasis)
    return try accepting([.personJoined(joined)], on: day)
  }
}
