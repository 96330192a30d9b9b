/// An organisation as it stands after an import: registered the first time, amended later.
public struct UnitRegistered: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.unit-registered"
  /// The organisation.
  public var unitID: UnitID
  /// The organisation's name.
  ///
  /// Names stand only in `unit/…` and `person/…` events (contract 6).
  public var name: String
  /// The level of quality.
  public var level: LevelCode
  /// The organisation above it in the tree; none for the province.
  public var parentID: UnitID?
  /// The organisation that manages (decides on) its leadership collective; none for the province.
  public var managingUnitID: UnitID?
  /// The level of the managing organisation, which is how figures are published.
  public var managingLevel: LevelCode?
  /// The peer group inside which its collective's quota is counted.
  public var peerGroup: PeerGroupCode
  /// Whether its leadership collective is reviewed and rated.
  public var reviewed: Bool
  /// The vertically managed sector, for example the police; none for all others and in older facts.
  public var sector: ListCode?

  /// Puts the parts together.
  public init(
    unitID: UnitID, name: String, level: LevelCode, parentID: UnitID?, managingUnitID: UnitID?,
    managingLevel: LevelCode?, peerGroup: PeerGroupCode, reviewed: Bool,
    sector: ListCode? = nil
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

/// The role in which a member is reviewed; it selects the form.
public enum MemberRole: String, Codable, Sendable, CaseIterable {
  /// Head of a unit.
  case head
  /// Deputy head of a unit.
  case deputy
  /// Member without a leading post.
  case member
  /// Member who does not work in the political system (HD 43, form 2C).
  case outside
}

/// How a member hands in the self-review.
public enum FilingChannel: String, Codable, Sendable, CaseIterable {
  /// In this system, with a receipt; a duty and reminders follow.
  case electronic
  /// On paper in the cell, which keeps it; the rating enters by batch decision.
  case paper
}

/// A member as he or she stands after an import: registered the first time, amended later.
public struct PersonRegistered: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.person-registered"
  /// The member.
  public var personID: PersonID
  /// The member's name.
  ///
  /// Names stand only in `unit/…` and `person/…` events (contract 6).
  public var fullName: String
  /// Where the person is a member.
  public var memberOfID: UnitID
  /// The organisation that manages (decides on) the person.
  public var managingUnitID: UnitID
  /// The level of the managing organisation, which is how figures are published.
  public var managingLevel: LevelCode
  /// The role in which the person is reviewed.
  public var role: MemberRole
  /// The peer group inside which the quota is counted.
  public var peerGroup: PeerGroupCode
  /// How the report is handed in.
  public var channel: FilingChannel

  /// Puts the parts together.
  public init(
    personID: PersonID, fullName: String, memberOfID: UnitID, managingUnitID: UnitID,
    managingLevel: LevelCode, role: MemberRole, peerGroup: PeerGroupCode, channel: FilingChannel
  ) {
    self.personID = personID
    self.fullName = fullName
    self.memberOfID = memberOfID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.role = role
    self.peerGroup = peerGroup
    self.channel = channel
  }
}
