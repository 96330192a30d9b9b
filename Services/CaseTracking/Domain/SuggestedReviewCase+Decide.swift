public import ReviewEvents

extension SuggestedReviewCase {
  /// What follows from `command`, given by `actor` at `now`; nothing for a repeat.
  ///
  /// `succession` says who speaks today for organisations that have ended. Whether the actor may is
  /// asked first, so that a refusal tells strangers nothing of the case.
  /// - Throws: ``CaseRejection``.
  public func decide(
    _ command: CaseCommand, by actor: ActorContext, at now: Instant,
    succession: Succession = .none
  ) throws(CaseRejection) -> [CaseEvent] {
    if case .propose(let content) = command { return try propose(content, by: actor) }
    guard let proposal else { throw .unknownCase }
    try permit(command, to: actor, in: proposal, succession)
    switch command {
    case .propose(let content): return try propose(content, by: actor)
    case .approve: return try approve(proposal)
    case .issue(let number, let acknowledgeBefore, let management):
      return try issue(proposal, number, acknowledgeBefore, management, succession)
    case .acknowledge: return try acknowledge(proposal)
    case .explain(let answers, let reportSubmittedAt):
      return try explain(proposal, answers, reportSubmittedAt)
    case .noteExplanation(let answers): return noteExplanation(proposal, answers)
    case .holdConference(let heldAt, let minutesHash, _):
      return try holdConference(proposal, heldAt, minutesHash, now)
    case .conclude(let conclusions): return try conclude(proposal, conclusions)
    case .plan(let items): return try plan(proposal, items, now, succession)
    case .progress(let matterID, let percentDone, let noteHash):
      return try progress(proposal, matterID, percentDone, noteHash, actor, succession)
    case .verify(let matterID, let result, let newDueBefore):
      return try verify(
        RemediationVerified(
          caseID: proposal.caseID, subjectID: proposal.subjectID, matterID: matterID,
          result: result, newDueBefore: newDueBefore), actor, now, succession)
    case .close: return try close(proposal)
    case .carryOver(let cycleID): return try carryOver(proposal, to: cycleID)
    case .withdraw: return try withdraw(proposal)
    }
  }

  /// Checks in whose name the actor acts.
  private func permit(
    _ command: CaseCommand, to actor: ActorContext, in proposal: CaseProposed,
    _ succession: Succession
  ) throws(CaseRejection) {
    let subject = ActorID(proposal.subjectID)
    let permitted =
      switch command {
      case .propose: true
      case .verify(let matterID, _, _):
        try actor.onBehalfOf
          == authority(of: proposal, judging: items[matterID]?.owner, succession)
      case .approve, .issue, .conclude, .close, .carryOver, .withdraw:
        try actor.onBehalfOf == authority(of: proposal, succession)
      case .acknowledge, .explain, .plan:
        try actor.onBehalfOf == succession.speaker(for: subject)
      case .noteExplanation: actor.actor == .service(.case)
      case .holdConference(_, _, let hostID):
        try actor.onBehalfOf == authority(of: proposal, succession)
          || actor.onBehalfOf == hostID.map(ActorID.unit)
      // The owner is known by the item alone.
      case .progress: true
      }
    guard permitted else { throw .notAuthorised }
  }

  /// Who acts as the authority today, with regard to the subject and to the owner of an item.
  private func authority(
    of proposal: CaseProposed, judging owner: ActorID? = nil, _ succession: Succession
  ) throws(CaseRejection) -> ActorID {
    try succession.authority(
      proposal.authorityID, judging: [ActorID(proposal.subjectID)] + (owner.map { [$0] } ?? []))
  }

  /// Refuses what comes after the end.
  private func requireOpen() throws(CaseRejection) {
    switch phase {
    case .closed: throw .closed
    case .withdrawn: throw .withdrawn
    case .unseen, .proposed, .approved, .issued, .concluded: break
    }
  }

  /// Refuses what only makes sense between letter and conclusion.
  private func requireIssued() throws(CaseRejection) {
    try requireOpen()
    switch phase {
    case .unseen, .proposed, .approved: throw .notIssued
    case .concluded: throw .alreadyConcluded
    case .issued, .closed, .withdrawn: break
    }
  }

  /// Refuses what only makes sense after the conclusion.
  private func requireConcluded() throws(CaseRejection) {
    try requireOpen()
    guard phase == .concluded else { throw .notConcluded }
  }
}

// MARK: Until the letter

extension SuggestedReviewCase {
  private func propose(
    _ content: ProposeCase, by actor: ActorContext
  ) throws(CaseRejection) -> [CaseEvent] {
    guard case .unit = actor.onBehalfOf else { throw .notAuthorised }
    let matterIDs = content.matters.map(\.matterID)
    guard !matterIDs.isEmpty, Set(matterIDs).count == matterIDs.count else {
      throw .malformedMatters
    }
    try Self.require(content.management)
    let event = CaseProposed(
      caseID: content.caseID, cycleID: content.cycleID, subjectID: content.subjectID,
      authorityID: content.authorityID, authorityLevel: content.management.level,
      grounds: content.grounds, matters: content.matters)
    guard let proposal else { return [.proposed(event)] }
    guard proposal == event else { throw .alreadyProposed }
    return []
  }

  private static func require(_ management: SubjectManagement) throws(CaseRejection) {
    switch management.standing {
    case .manages, .standsAbove: break
    case .standsApart: throw .authorityStandsApart
    case .unknown: throw .unitNotYetKnown
    }
  }

  private func approve(_ proposal: CaseProposed) throws(CaseRejection) -> [CaseEvent] {
    try requireOpen()
    switch phase {
    case .proposed: return [.approved(CaseApproved(caseID: proposal.caseID))]
    case .approved: return []
    default: throw .alreadyIssued
    }
  }

  private func issue(
    _ proposal: CaseProposed, _ number: String, _ acknowledgeBefore: Instant,
    _ management: SubjectManagement, _ succession: Succession
  ) throws(CaseRejection) -> [CaseEvent] {
    try requireOpen()
    if let letter {
      guard letter.documentNumber == number else { throw .alreadyIssued }
      return []
    }
    guard phase == .approved else { throw .notApproved }
    // The tree may have changed since the proposal; the letter goes by the tree of its own day, and
    // out in the name of whoever is the authority on that day.
    try Self.require(management)
    let issuer = try authority(of: proposal, succession)
    guard case .unit(let issuerID) = issuer else { throw .notAuthorised }
    return [
      .issued(
        CaseIssued(
          caseID: proposal.caseID, cycleID: proposal.cycleID, subjectID: proposal.subjectID,
          authorityID: issuerID, authorityLevel: management.level,
          documentNumber: number, matters: proposal.matters, acknowledgeBefore: acknowledgeBefore))
    ]
  }

  private func withdraw(_ proposal: CaseProposed) throws(CaseRejection) -> [CaseEvent] {
    switch phase {
    case .withdrawn: return []
    case .closed: throw .closed
    case .concluded: throw .alreadyConcluded
    case .unseen, .proposed, .approved, .issued:
      return [
        .withdrawn(
          CaseWithdrawn(
            caseID: proposal.caseID, cycleID: proposal.cycleID, subjectID: proposal.subjectID,
            wasIssued: letter != nil))
      ]
    }
  }
}

// MARK: Between letter and conclusion

extension SuggestedReviewCase {
  private func acknowledge(_ proposal: CaseProposed) throws(CaseRejection) -> [CaseEvent] {
    try requireOpen()
    if acknowledgedAt != nil { return [] }
    try requireIssued()
    return [
      .acknowledged(CaseAcknowledged(caseID: proposal.caseID, subjectID: proposal.subjectID))
    ]
  }

  private func explain(
    _ proposal: CaseProposed, _ answers: [MatterAnswer], _ reportSubmittedAt: Instant?
  ) throws(CaseRejection) -> [CaseEvent] {
    try requireOpen()
    let ordered = try inOrder(answers, of: matters.map(\.matterID), by: \.matterID)
    if explainedAt != nil {
      guard self.answers == ordered else { throw .alreadyExplained }
      return []
    }
    try requireIssued()
    guard let issuedAt, let reportSubmittedAt, reportSubmittedAt < issuedAt else {
      throw .answerInTheReport
    }
    return [
      .explained(
        CaseExplained(caseID: proposal.caseID, subjectID: proposal.subjectID, answers: ordered))
    ]
  }

  /// Intake took the answers already, so nothing is refused here: what cannot count is left out.
  private func noteExplanation(
    _ proposal: CaseProposed, _ answers: [MatterAnswer]
  ) -> [CaseEvent] {
    guard phase == .issued, explainedAt == nil,
      let ordered = try? inOrder(answers, of: matters.map(\.matterID), by: \.matterID)
    else { return [] }
    return [
      .explained(
        CaseExplained(caseID: proposal.caseID, subjectID: proposal.subjectID, answers: ordered))
    ]
  }

  private func holdConference(
    _ proposal: CaseProposed, _ heldAt: Instant, _ minutesHash: String, _ now: Instant
  ) throws(CaseRejection) -> [CaseEvent] {
    try requireOpen()
    let event = ConferenceHeld(
      caseID: proposal.caseID, heldAt: heldAt, minutesHash: minutesHash)
    if let conference {
      guard conference == event else { throw .conferenceAlreadyHeld }
      return []
    }
    try requireIssued()
    // Minutes name the day and often a rounded hour, so only days are compared.
    guard let issuedAt, LocalDate(heldAt) >= LocalDate(issuedAt),
      LocalDate(heldAt) <= LocalDate(now)
    else { throw .impossibleConferenceDate }
    return [.conferenceHeld(event)]
  }

  private func conclude(
    _ proposal: CaseProposed, _ conclusions: [MatterConclusion]
  ) throws(CaseRejection) -> [CaseEvent] {
    try requireOpen()
    let ordered = try inOrder(conclusions, of: matters.map(\.matterID), by: \.matterID)
    if phase == .concluded {
      guard ordered.allSatisfy({ outcomes[$0.matterID] == $0.outcome }) else {
        throw .alreadyConcluded
      }
      return []
    }
    try requireIssued()
    guard explainedAt != nil else { throw .notExplained }
    guard conference != nil else { throw .conferenceNotHeld }
    return [
      .concluded(
        CaseConcluded(
          caseID: proposal.caseID, cycleID: proposal.cycleID, subjectID: proposal.subjectID,
          conclusions: ordered))
    ]
  }

  /// The entries in the order of `matterIDs`, provided that each has exactly one and no other does.
  private func inOrder<Entry>(
    _ entries: [Entry], of matterIDs: [MatterID], by matterID: (Entry) -> MatterID
  ) throws(CaseRejection) -> [Entry] {
    var found: [MatterID: Entry] = [:]
    for entry in entries { found[matterID(entry)] = entry }
    let ordered = matterIDs.compactMap { found[$0] }
    guard entries.count == matterIDs.count, ordered.count == matterIDs.count else {
      throw .mattersNotCovered
    }
    return ordered
  }
}

// MARK: After the conclusion

extension SuggestedReviewCase {
  private func plan(
    _ proposal: CaseProposed, _ items: [RemediationItem], _ now: Instant,
    _ succession: Succession
  ) throws(CaseRejection) -> [CaseEvent] {
    try requireConcluded()
    let ordered = try inOrder(items, of: mattersToRemedy, by: \.matterID)
    guard !ordered.isEmpty else { throw .mattersNotCovered }
    if !self.items.isEmpty {
      let isRepeat = ordered.allSatisfy { item in
        self.items[item.matterID].map {
          $0.owner == item.owner.actor && $0.dueBefore == item.dueBefore
            && $0.measuresHash == item.measuresHash
        } ?? false
      }
      guard isRepeat else { throw .alreadyPlanned }
      return []
    }
    let authority = try authority(of: proposal, succession)
    for item in ordered {
      guard try succession.speaker(for: item.owner.actor) != authority else {
        throw .ownerIsAuthority
      }
    }
    guard ordered.allSatisfy({ $0.dueBefore > now }) else { throw .dateInThePast }
    return [
      .planned(
        RemediationPlanned(
          caseID: proposal.caseID, subjectID: proposal.subjectID, items: ordered))
    ]
  }

  private func progress(
    _ proposal: CaseProposed, _ matterID: MatterID, _ percentDone: Int, _ noteHash: String,
    _ actor: ActorContext, _ succession: Succession
  ) throws(CaseRejection) -> [CaseEvent] {
    let item = items[matterID]
    if let item, try !actor.isOrActsFor(succession.speaker(for: item.owner)) {
      throw .notTheOwner
    }
    try requireConcluded()
    guard let item else { throw .notPlanned }
    guard item.result != .remedied else { throw .alreadyRemedied }
    if item.percentDone == percentDone, item.noteHash == noteHash { return [] }
    return [
      .progressed(
        RemediationProgressed(
          caseID: proposal.caseID, matterID: matterID, percentDone: percentDone,
          noteHash: noteHash))
    ]
  }

  private func verify(
    _ finding: RemediationVerified, _ actor: ActorContext, _ now: Instant,
    _ succession: Succession
  ) throws(CaseRejection) -> [CaseEvent] {
    let item = items[finding.matterID]
    if let item, try actor.isOrActsFor(succession.speaker(for: item.owner)) {
      throw .verifiedByOwner
    }
    try requireConcluded()
    guard let item else { throw .notPlanned }
    if item.result == .remedied {
      guard finding.result == .remedied else { throw .alreadyRemedied }
      return []
    }
    switch (finding.result, finding.newDueBefore) {
    case (.remedied, nil): break
    case (.remedied, .some): throw .newDateNotExpected
    case (.partlyRemedied, nil), (.notRemedied, nil): throw .newDateRequired
    case (.partlyRemedied, let date?), (.notRemedied, let date?):
      if item.result == finding.result, item.dueBefore == date { return [] }
      guard date > now else { throw .dateInThePast }
    }
    return [.verified(finding)]
  }

  private func close(_ proposal: CaseProposed) throws(CaseRejection) -> [CaseEvent] {
    if phase == .closed { return [] }
    try requireConcluded()
    guard openMatters.isEmpty else { throw .remediationOpen }
    return [.closed(CaseClosed(caseID: proposal.caseID, subjectID: proposal.subjectID))]
  }

  private func carryOver(
    _ proposal: CaseProposed, to cycleID: CycleID
  ) throws(CaseRejection) -> [CaseEvent] {
    try requireConcluded()
    if carriedOverTo == cycleID { return [] }
    guard cycleID != proposal.cycleID else { throw .sameCycle }
    guard !openMatters.isEmpty else { throw .nothingOpen }
    return [
      .carriedOver(
        CaseCarriedOver(
          caseID: proposal.caseID, subjectID: proposal.subjectID, toCycleID: cycleID,
          openMatterIDs: openMatters))
    ]
  }
}

extension ActorContext {
  /// Whether this is `owner` or somebody acting for him.
  fileprivate func isOrActsFor(_ owner: ActorID) -> Bool { actor == owner || onBehalfOf == owner }
}
