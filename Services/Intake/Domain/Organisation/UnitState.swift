public import ReviewEvents

/// An organisation as it stands from one viewpoint.
public struct UnitState: Sendable, Hashable {
  /// The organisation.
  public var unitID: UnitID
  /// Its name.
  public var name: String
  /// Its level.
  public var level: LevelCode
  /// The organisation above it; none at the top.
  public var parentID: UnitID?
  /// The organisation that decides on its collective; none at the top.
  public var managingUnitID: UnitID?
  /// The level of the managing organisation.
  public var managingLevel: LevelCode?
  /// The peer group of its collective.
  public var peerGroup: PeerGroupCode
  /// Whether its collective is reviewed.
  public var reviewed: Bool
  /// The vertically managed sector that it belongs to, if it does.
  public var sector: ListCode?

  /// Puts the parts together.
  public init(
    unitID: UnitID, name: String, level: LevelCode, parentID: UnitID?, managingUnitID: UnitID?,
    managingLevel: LevelCode?, peerGroup: PeerGroupCode, reviewed: Bool, sector: ListCode?
  ) {
    self.unitID = unitID
    self.name = name
    self.level = level
    self.parentID = parentID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
    self.reviewed = reviewed
    self.sector = sector
  }
}

/// A member as he or she stands from one viewpoint.
public struct PersonState: Sendable, Hashable {
  /// The member.
  public var personID: PersonID
  /// The member's name.
  public var fullName: String
  /// Where the person is a member.
  public var memberOfID: UnitID
  /// The organisation that decides on the person.
  public var managingUnitID: UnitID
  /// The level of the managing organisation.
  public var managingLevel: LevelCode
  /// The role in which the person is reviewed: that of the first-ranked post, if one is held.
  public var role: MemberRole
  /// The peer group.
  public var peerGroup: PeerGroupCode
  /// How the self-review is handed in.
  public var channel: FilingChannel
  /// The posts held in organisations that exist, the first-ranked first.
  public var posts: [Post]

  /// Puts the parts together.
  public init(
    personID: PersonID, fullName: String, memberOfID: UnitID, managingUnitID: UnitID,
    managingLevel: LevelCode, role: MemberRole, peerGroup: PeerGroupCode, channel: FilingChannel,
    posts: [Post]
  ) {
    self.personID = personID
    self.fullName = fullName
    self.memberOfID = memberOfID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.role = role
    self.peerGroup = peerGroup
    self.channel = channel
    self.posts = posts
  }
}
