public import ReviewEvents

/// Who manages a subject, and beside whom it is rated: where its rating counts.
public struct RatingGroup: Sendable, Hashable {
  /// The organisation that manages the subject.
  public let managingUnitID: UnitID
  /// That organisation's level.
  public let managingLevel: LevelCode
  /// The group inside which the quota counts.
  public let peerGroup: PeerGroupCode

  /// Puts the parts together.
  public init(managingUnitID: UnitID, managingLevel: LevelCode, peerGroup: PeerGroupCode) {
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
  }

  /// The group that a fact names; nothing if a part is missing.
  init?(_ managingUnitID: UnitID?, _ managingLevel: LevelCode?, _ peerGroup: PeerGroupCode?) {
    guard let managingUnitID, let managingLevel, let peerGroup else { return nil }
    self.init(managingUnitID: managingUnitID, managingLevel: managingLevel, peerGroup: peerGroup)
  }
}

extension RatingEvent {
  /// Where the subject stood when this happened.
  ///
  /// Facts from before groups were recorded name none. Decisions always did: whoever decided was
  /// the managing organisation then.
  public var group: RatingGroup? {
    switch self {
    case .selfRated(let event):
      RatingGroup(event.managingUnitID, event.managingLevel, event.peerGroup)
    case .appraised(let event):
      RatingGroup(event.managingUnitID, event.managingLevel, event.peerGroup)
    case .decided(let event):
      RatingGroup(
        event.managingUnitID ?? event.authorityID, event.managingLevel, event.peerGroup)
    }
  }
}
