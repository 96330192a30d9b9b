public import ReviewEvents

/// The rating of one subject in one cycle: self-rating, appraisal, decision.
///
/// Source: QĐ 124 art. 11.
public struct Rating: Sendable, Hashable {
  /// What the subject said of itself.
  public private(set) var selfRating: RatingLevel?
  /// What the advisory body proposed.
  public private(set) var appraisal: RatingLevel?
  /// What the authority decided last.
  public private(set) var decision: Decision?
  /// Where the rating counts: what the newest fact that names a group says.
  ///
  /// A subject that moves to another group counts there from its next step on. None as long as
  /// there are only facts from before groups were recorded; such a rating counts nowhere.
  public private(set) var group: RatingGroup?

  /// A decision of the competent authority.
  public struct Decision: Sendable, Hashable {
    /// The level decided.
    public var level: RatingLevel
    /// The decision's number as printed.
    public var number: String
    /// The first day on which it holds, if it names one.
    public var effectiveOn: LocalDate?
  }

  /// A rating that has not begun.
  public init() {}

  /// A rating as its facts tell it, oldest first.
  public init(_ story: [RatingEvent]) {
    for event in story { apply(event) }
  }

  /// Takes in what happened.
  public mutating func apply(_ event: RatingEvent) {
    group = event.group ?? group
    switch event {
    case .selfRated(let event): selfRating = event.level
    case .appraised(let event): appraisal = event.level
    case .decided(let event):
      decision = Decision(
        level: event.level, number: event.decisionNumber, effectiveOn: event.effectiveOn)
    }
  }

  /// The subject, or for a member who files on paper the unit that manages him, states a level;
  /// heirs speak for organisations that have ended.
  public func decide(
    _ command: RecordSelfRating
  ) throws(RatingRejection) -> [RatingEvent] {
    let speaker = command.actor.onBehalfOf.subject
    guard
      speaker == command.subject.speakerID
        || (command.subject.filesOnPaper && speaker == .unit(command.subject.authorityID))
    else { throw .notTheSubject }
    if selfRating == command.level { return [] }
    guard decision == nil else { throw .alreadyDecided }
    return [
      .selfRated(
        SelfRatingRecorded(
          ratingID: command.ratingID, cycleID: command.cycleID, subjectID: command.subject.id,
          level: command.level, managingUnitID: command.subject.managingUnitID,
          managingLevel: command.subject.managingLevel, peerGroup: command.subject.peerGroup))
    ]
  }

  /// The advisory body of the managing authority proposes a level.
  public func decide(_ command: AppraiseRating) throws(RatingRejection) -> [RatingEvent] {
    guard command.actor.onBehalfOf == .unit(command.subject.authorityID) else {
      throw .notTheAuthority
    }
    try refuseOwnCase(command.actor, command.subject)
    guard selfRating != nil else { throw .selfRatingMissing }
    if appraisal == command.level { return [] }
    guard decision == nil else { throw .alreadyDecided }
    return [
      .appraised(
        RatingAppraised(
          ratingID: command.ratingID, cycleID: command.cycleID, subjectID: command.subject.id,
          level: command.level, managingUnitID: command.subject.managingUnitID,
          managingLevel: command.subject.managingLevel, peerGroup: command.subject.peerGroup))
    ]
  }

  /// The managing authority decides.
  ///
  /// A second decision needs a number of its own and replaces the
  /// first; the same decision again is a repeat and no error.
  public func decide(_ command: DecideRating) throws(RatingRejection) -> [RatingEvent] {
    guard command.actor.onBehalfOf == .unit(command.subject.authorityID) else {
      throw .notTheAuthority
    }
    try refuseOwnCase(command.actor, command.subject)
    guard appraisal != nil else { throw .appraisalMissing }
    if let decision, decision.number == command.decisionNumber {
      if decision.level == command.level, decision.effectiveOn == command.effectiveOn {
        return []
      }
      throw .decisionNumberUsed
    }
    try checkReadiness(command.readiness)
    return [
      .decided(
        RatingDecided(
          ratingID: command.ratingID, cycleID: command.cycleID, subjectID: command.subject.id,
          level: command.level, authorityID: command.subject.authorityID,
          managingUnitID: command.subject.managingUnitID,
          managingLevel: command.subject.managingLevel, peerGroup: command.subject.peerGroup,
          decisionNumber: command.decisionNumber, effectiveOn: command.effectiveOn))
    ]
  }

  /// A person concerned takes no part (constraint C14).
  private func refuseOwnCase(
    _ actor: ActorContext, _ subject: RatedSubject
  ) throws(RatingRejection) {
    guard actor.actor.subject != subject.id else { throw .ownRating }
  }

  /// Not reviewed means not rated (C10); open suggested matters wait for their conclusion
  /// (contract 25).
  private func checkReadiness(_ readiness: Readiness) throws(RatingRejection) {
    guard readiness.isReviewed else { throw .notReviewed }
    guard readiness.openCases.isEmpty else { throw .openCases(readiness.openCases) }
    guard readiness.openSupplements.isEmpty else {
      throw .openSupplements(readiness.openSupplements)
    }
  }
}
