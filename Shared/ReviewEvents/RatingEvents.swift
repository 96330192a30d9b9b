/// The four levels of quality, highest first.
public enum RatingLevel: String, Codable, Sendable, CaseIterable, Comparable {
  /// Hoàn thành xuất sắc nhiệm vụ.
  case excellent = "EXCELLENT"
  /// Hoàn thành tốt nhiệm vụ.
  case good = "GOOD"
  /// Hoàn thành nhiệm vụ.
  case satisfactory = "SATISFACTORY"
  /// Không hoàn thành nhiệm vụ.
  case unsatisfactory = "UNSATISFACTORY"

  private var rank: Int {
    switch self {
    case .excellent: 4
    case .good: 3
    case .satisfactory: 2
    case .unsatisfactory: 1
    }
  }

  /// Orders levels, the lower first.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// The subject rated itself: step 1 of 3.
public struct SelfRatingRecorded: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.rating.self-rating-recorded"
  /// The rating.
  public var ratingID: RatingID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The level of quality.
  public var level: RatingLevel
  /// The organisation that manages the subject; missing in older facts, like the next two.
  public var managingUnitID: UnitID?
  /// That organisation's level.
  public var managingLevel: LevelCode?
  /// The peer group inside which the quota is counted.
  public var peerGroup: PeerGroupCode?

  /// Puts the parts together.
  public init(
    ratingID: RatingID, cycleID: CycleID, subjectID: SubjectID, level: RatingLevel,
    managingUnitID: UnitID?, managingLevel: LevelCode?, peerGroup: PeerGroupCode?
  ) {
    self.ratingID = ratingID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.level = level
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
  }
}

/// The advisory body proposed a level: step 2 of 3.
public struct RatingAppraised: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.rating.rating-appraised"
  /// The rating.
  public var ratingID: RatingID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The level of quality.
  public var level: RatingLevel
  /// The organisation that manages the subject; missing in older facts, like the next two.
  public var managingUnitID: UnitID?
  /// That organisation's level.
  public var managingLevel: LevelCode?
  /// The peer group inside which the quota is counted.
  public var peerGroup: PeerGroupCode?

  /// Puts the parts together.
  public init(
    ratingID: RatingID, cycleID: CycleID, subjectID: SubjectID, level: RatingLevel,
    managingUnitID: UnitID?, managingLevel: LevelCode?, peerGroup: PeerGroupCode?
  ) {
    self.ratingID = ratingID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.level = level
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
  }
}

/// The competent authority decided: step 3 of 3.
public struct RatingDecided: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.rating.rating-decided"
  /// The rating.
  public var ratingID: RatingID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The level of quality.
  public var level: RatingLevel
  /// The organisation that decided: the one that manages the subject, or its heir.
  public var authorityID: UnitID
  /// The organisation that manages the subject; missing in older facts.
  public var managingUnitID: UnitID?
  /// The level of the organisation that manages the subject.
  public var managingLevel: LevelCode
  /// The peer group inside which the quota was counted.
  public var peerGroup: PeerGroupCode
  /// The decision's number as printed.
  public var decisionNumber: String
  /// The first day on which it holds, in Việt Nam; none, as in older facts, for the moment at which
  /// it was recorded.
  public var effectiveOn: LocalDate?

  /// Puts the parts together.
  public init(
    ratingID: RatingID, cycleID: CycleID, subjectID: SubjectID, level: RatingLevel,
    authorityID: UnitID, managingUnitID: UnitID?, managingLevel: LevelCode,
    peerGroup: PeerGroupCode, decisionNumber: String, effectiveOn: LocalDate? = nil
  ) {
    self.ratingID = ratingID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.level = level
    self.authorityID = authorityID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
    self.decisionNumber = decisionNumber
    self.effectiveOn = effectiveOn
  }
}
