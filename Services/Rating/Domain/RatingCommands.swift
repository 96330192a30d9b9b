public import ReviewEvents

/// Who is rated, as far as the rules need to know.
public struct RatedSubject: Sendable, Hashable {
  /// The collective or the member.
  public var id: SubjectID
  /// The organisation that manages the subject, which is where the rating counts.
  public var managingUnitID: UnitID
  /// That organisation's level.
  public var managingLevel: LevelCode
  /// The group inside which the quota counts.
  public var peerGroup: PeerGroupCode
  /// Whether the self-review stays on paper in the cell.
  public var filesOnPaper: Bool
  /// The organisation that decides: the managing one, or its heir where that has ended since.
  public var authorityID: UnitID
  /// Who speaks for the subject: itself, or the heir of a collective whose organisation has ended
  /// since.
  public var speakerID: SubjectID

  /// Puts the parts together; nothing has ended unless said otherwise.
  public init(
    id: SubjectID, managingUnitID: UnitID, managingLevel: LevelCode, peerGroup: PeerGroupCode,
    filesOnPaper: Bool, authorityID: UnitID? = nil, speakerID: SubjectID? = nil
  ) {
    self.id = id
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
    self.filesOnPaper = filesOnPaper
    self.authorityID = authorityID ?? managingUnitID
    self.speakerID = speakerID ?? id
  }
}

/// What has to be settled before a subject can be rated.
public struct Readiness: Sendable, Hashable {
  /// Whether the self-review was accepted, or stays on paper.
  public var isReviewed: Bool
  /// Issued cases without a conclusion.
  public var openCases: [CaseID]
  /// Cases whose supplement is still owed.
  public var openSupplements: [CaseID]

  /// Puts the parts together.
  public init(isReviewed: Bool, openCases: [CaseID], openSupplements: [CaseID]) {
    self.isReviewed = isReviewed
    self.openCases = openCases
    self.openSupplements = openSupplements
  }
}

/// The subject rates itself.
public struct RecordSelfRating: Sendable {
  /// The cycle.
  public var cycleID: CycleID
  /// Who is rated.
  public var subject: RatedSubject
  /// The level stated.
  public var level: RatingLevel
  /// Who acts, and for whom.
  public var actor: ActorContext

  /// Puts the parts together.
  public init(cycleID: CycleID, subject: RatedSubject, level: RatingLevel, actor: ActorContext) {
    self.cycleID = cycleID
    self.subject = subject
    self.level = level
    self.actor = actor
  }

  var ratingID: RatingID { RatingID(cycle: cycleID, subject: subject.id) }
}

/// The advisory body proposes a level.
public struct AppraiseRating: Sendable {
  /// The cycle.
  public var cycleID: CycleID
  /// Who is rated.
  public var subject: RatedSubject
  /// The level stated.
  public var level: RatingLevel
  /// Who acts, and for whom.
  public var actor: ActorContext

  /// Puts the parts together.
  public init(cycleID: CycleID, subject: RatedSubject, level: RatingLevel, actor: ActorContext) {
    self.cycleID = cycleID
    self.subject = subject
    self.level = level
    self.actor = actor
  }

  var ratingID: RatingID { RatingID(cycle: cycleID, subject: subject.id) }
}

/// The authority decides a level.
public struct DecideRating: Sendable {
  /// The cycle.
  public var cycleID: CycleID
  /// Who is rated.
  public var subject: RatedSubject
  /// The level stated.
  public var level: RatingLevel
  /// The decision's number as printed.
  public var decisionNumber: String
  /// The first day on which it holds; none for the moment at which it is recorded.
  public var effectiveOn: LocalDate?
  /// What still stands in the way.
  public var readiness: Readiness
  /// Who acts, and for whom.
  public var actor: ActorContext

  /// Puts the parts together.
  public init(
    cycleID: CycleID, subject: RatedSubject, level: RatingLevel, decisionNumber: String,
    effectiveOn: LocalDate? = nil, readiness: Readiness, actor: ActorContext
  ) {
    self.cycleID = cycleID
    self.subject = subject
    self.level = level
    self.decisionNumber = decisionNumber
    self.effectiveOn = effectiveOn
    self.readiness = readiness
    self.actor = actor
  }

  var ratingID: RatingID { RatingID(cycle: cycleID, subject: subject.id) }
}

/// The facts of a rating stream.
public enum RatingEvent: Sendable, Hashable {
  case selfRated(SelfRatingRecorded)
  case appraised(RatingAppraised)
  case decided(RatingDecided)

  /// The fact as it is published.
  public var published: any ReviewEvent {
    switch self {
    case .selfRated(let event): event
    case .appraised(let event): event
    case .decided(let event): event
    }
  }
}

/// Why a rating command is refused.
public enum RatingRejection: Error, Sendable, Hashable {
  /// Only the subject itself, or for paper filers the managing unit, states the self-rating.
  case notTheSubject
  /// Only the organisation that manages the subject appraises and decides.
  case notTheAuthority
  /// Nobody takes part in his own rating (C14).
  case ownRating
  /// Step 1 is missing.
  case selfRatingMissing
  /// Step 2 is missing.
  case appraisalMissing
  /// The rating was decided; only a new decision can change it.
  case alreadyDecided
  /// This decision number stands for another level, or another day, of the same subject.
  case decisionNumberUsed
  /// The self-review was not accepted yet (C10).
  case notReviewed
  /// Suggested-review cases without a conclusion.
  case openCases([CaseID])
  /// Supplements that are still owed.
  case openSupplements([CaseID])
}
