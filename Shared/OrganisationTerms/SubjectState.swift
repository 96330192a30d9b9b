public import ReviewEvents

/// How an organisation or a member stands from one viewpoint; names are not kept.
public struct SubjectState: Sendable, Hashable {
  /// The organisation or the member.
  public var subjectID: SubjectID
  /// Whether it exists on the day; if not, it did before, and the rest is how it stood last.
  public var exists: Bool
  /// The level of an organisation; none of a member.
  public var level: LevelCode?
  /// The organisation above, or where the person is a member; none at the top.
  public var aboveID: UnitID?
  /// The organisation that decides on the subject; none at the top.
  public var managingUnitID: UnitID?
  /// The level of that organisation.
  public var managingLevel: LevelCode?
  /// The peer group inside which the quota is counted.
  public var peerGroup: PeerGroupCode
  /// Whether there is a collective to review, or a member.
  public var reviewed: Bool
  /// The vertically managed sector of an organisation, if it belongs to one.
  public var sector: ListCode?
  /// The role of a member: that of the first-ranked post in an organisation that exists, if one is
  /// held.
  public var role: MemberRole?
  /// How a member hands in the self-review.
  public var channel: FilingChannel?
}

/// Who answers for the past of an organisation.
public enum Heir: Sendable, Hashable {
  /// This one: the organisation itself while it exists, else the heir that exists.
  case known(UnitID)
  /// It has ended, and nothing is known yet of the heir that its end names.
  case untold
}
