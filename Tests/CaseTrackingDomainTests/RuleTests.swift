import CaseTrackingDomain
import ReviewEvents
import Testing

@Suite struct `Proposing and issuing` {
  @Test func `a unit proposes, a person on his own does not`() throws {
    let unseen = SuggestedReviewCase()
    let event = try #require(try unseen.decide(Sample.propose).first)
    guard case .proposed(let proposed) = event else { throw UnexpectedEvent() }
    #expect(proposed.authorityLevel == id("DISTRICT"))
    #expect(throws: CaseRejection.notAuthorised) {
      try unseen.decide(Sample.propose, by: Sample.owner, at: Sample.now)
    }
  }

  @Test func `another proposal under the same name is refused`() throws {
    let proposed = try Stage.proposed.reached()
    let other = CaseCommand.propose(Sample.proposal(matters: Array(Sample.matters.prefix(1))))
    #expect(throws: CaseRejection.alreadyProposed) { try proposed.decide(other) }
  }

  @Test func `matters must be there and differ`() {
    let unseen = SuggestedReviewCase()
    for matters in [[], Sample.matters + Sample.matters] {
      #expect(throws: CaseRejection.malformedMatters) {
        try unseen.decide(.propose(Sample.proposal(matters: matters)))
      }
    }
  }

  @Test(arguments: OrganisationTree.Standing.allCases)
  func `only who manages the subject or stands above may issue`(
    standing: OrganisationTree.Standing
  ) throws {
    let management = SubjectManagement(level: id("GRASSROOTS"), standing: standing)
    let propose = CaseCommand.propose(Sample.proposal(management: management))
    let issue = CaseCommand.issue(
      documentNumber: "12-CV/HU", acknowledgeBefore: Sample.now, management: management)
    let unseen = SuggestedReviewCase()
    let approved = try Stage.approved.reached()
    switch standing {
    case .manages, .standsAbove:
      #expect(try unseen.decide(propose).count == 1)
      guard case .issued(let letter)? = try approved.decide(issue).first else {
        throw UnexpectedEvent()
      }
      #expect(letter.authorityLevel == id("GRASSROOTS"), "counted by the tree of the letter's day")
    case .standsApart:
      #expect(throws: CaseRejection.authorityStandsApart) { try unseen.decide(propose) }
      #expect(throws: CaseRejection.authorityStandsApart) { try approved.decide(issue) }
    case .unknown:
      #expect(throws: CaseRejection.unitNotYetKnown) { try unseen.decide(propose) }
      #expect(throws: CaseRejection.unitNotYetKnown) { try approved.decide(issue) }
    }
  }

  @Test func `a letter keeps its number`() throws {
    let issued = try Stage.issued.reached()
    let renumbered = CaseCommand.issue(
      documentNumber: "13-CV/HU", acknowledgeBefore: Sample.now, management: Sample.management)
    #expect(throws: CaseRejection.alreadyIssued) { try issued.decide(renumbered) }
  }

  @Test(arguments: [(Stage.proposed, false), (.approved, false), (.issued, true), (.ready, true)])
  func `a withdrawal says whether anybody has to hear of it`(
    stage: Stage, wasIssued: Bool
  ) throws {
    guard case .withdrawn(let event)? = try stage.reached().decide(.withdraw).first else {
      throw UnexpectedEvent()
    }
    #expect(event.wasIssued == wasIssued)
  }
}

@Suite struct `Answering and concluding` {
  @Test(arguments: [nil, Sample.issuedAt, moment("2021-12-02T00:00")])
  func `a matter known before the report is answered in the report`(submitted: Instant?) throws {
    let issued = try Stage.issued.reached()
    #expect(throws: CaseRejection.answerInTheReport) {
      try issued.decide(.explain(Sample.answers, reportSubmittedAt: submitted))
    }
  }

  @Test func `a direct explanation answers every matter once, in any order`() throws {
    let issued = try Stage.issued.reached()
    let first = Sample.answers[0]
    for answers in [[], [first], [first, first], Sample.answers + [first]] {
      #expect(throws: CaseRejection.mattersNotCovered) {
        try issued.decide(.explain(answers, reportSubmittedAt: Sample.submittedAt))
      }
    }
    let reversed = CaseCommand.explain(
      Sample.answers.reversed(), reportSubmittedAt: Sample.submittedAt)
    guard case .explained(let event)? = try issued.decide(reversed).first else {
      throw UnexpectedEvent()
    }
    #expect(event.answers == Sample.answers)
  }

  @Test func `answers from intake count once all are there and are never refused`() throws {
    let issued = try Stage.issued.reached()
    #expect(try issued.decide(.noteExplanation([Sample.answers[0]])).isEmpty)
    #expect(try issued.decide(.noteExplanation(Sample.answers)).count == 1)
    #expect(try Stage.approved.reached().decide(.noteExplanation(Sample.answers)).isEmpty)
    let other = Sample.answers.map {
      MatterAnswer(caseID: $0.caseID, matterID: $0.matterID, kind: .accepted, textHash: "b9")
    }
    #expect(try Stage.explained.reached().decide(.noteExplanation(other)).isEmpty)
    #expect(throws: CaseRejection.alreadyExplained) {
      try Stage.explained.reached().decide(.explain(other, reportSubmittedAt: Sample.submittedAt))
    }
  }

  @Test(arguments: ["2021-11-30T23:59", "2021-12-06T00:00"])
  func `a conference before the letter or in the future is impossible`(heldAt: String) throws {
    let issued = try Stage.issued.reached()
    #expect(throws: CaseRejection.impossibleConferenceDate) {
      try issued.decide(
        .holdConference(heldAt: moment(heldAt), minutesHash: "d1", hostID: id("commune-1")))
    }
  }

  @Test func `the minutes come from the reviewing organisation or the authority`() throws {
    let issued = try Stage.issued.reached()
    #expect(
      try issued.decide(Sample.holdConference, by: Sample.office, at: Sample.now).count == 1)
    #expect(throws: CaseRejection.notAuthorised) {
      try issued.decide(Sample.holdConference, by: Sample.owner, at: Sample.now)
    }
    let discussed = try Stage.discussed.reached()
    #expect(throws: CaseRejection.conferenceAlreadyHeld) {
      try discussed.decide(
        .holdConference(heldAt: Sample.now, minutesHash: "d2", hostID: id("commune-1")))
    }
  }

  @Test func `a conclusion has one outcome for each matter`() throws {
    let ready = try Stage.ready.reached()
    let first = Sample.conclusions[0]
    let foreign = MatterConclusion(matterID: id("case-2.1"), outcome: .remedy)
    for conclusions in [[], [first], [first, first], [first, foreign]] {
      #expect(throws: CaseRejection.mattersNotCovered) {
        try ready.decide(.conclude(conclusions))
      }
    }
  }

  @Test func `a case with nothing to remedy is closed at once`() throws {
    let unfounded = try Stage.unfounded.reached()
    #expect(unfounded.mattersToRemedy.isEmpty)
    #expect(try unfounded.decide(.close).count == 1)
  }
}

@Suite struct `Remedying` {
  @Test func `a plan covers exactly what has to be remedied`() throws {
    let concluded = try Stage.concluded.reached()
    let unfounded = RemediationItem(
      matterID: Sample.second, owner: Sample.owner.actor, dueBefore: Sample.due,
      measuresHash: "c2")
    for items in [[], [unfounded], Sample.items + [unfounded]] {
      #expect(throws: CaseRejection.mattersNotCovered) { try concluded.decide(.plan(items)) }
    }
  }

  @Test func `a plan leaves time and names an owner whom somebody else can verify`() throws {
    let concluded = try Stage.concluded.reached()
    #expect(throws: CaseRejection.dateInThePast) {
      try concluded.decide(.plan([item(owner: Sample.owner.actor, due: Sample.now)]))
    }
    #expect(throws: CaseRejection.ownerIsAuthority) {
      try concluded.decide(.plan([item(owner: .unit(Sample.authority), due: Sample.due)]))
    }
  }

  @Test func `only the owner, or somebody acting for him, reports progress`() throws {
    let planned = try Stage.planned.reached()
    #expect(throws: CaseRejection.notTheOwner) {
      try planned.decide(Sample.progress, by: Sample.collective, at: Sample.now)
    }
    let deputy = ActorContext(actor: .person(id("deputy")), onBehalfOf: Sample.owner.actor)
    #expect(try planned.decide(Sample.progress, by: deputy, at: Sample.now).count == 1)
    #expect(throws: CaseRejection.notPlanned) {
      try planned.decide(.progress(matterID: Sample.second, percentDone: 1, noteHash: "e2"))
    }
  }

  @Test func `nobody verifies what he had to do himself`() throws {
    let planned = try Stage.planned.reached()
    let ownerAtTheOffice = ActorContext(
      actor: Sample.owner.actor, onBehalfOf: .unit(Sample.authority))
    #expect(throws: CaseRejection.verifiedByOwner) {
      try planned.decide(Sample.verify, by: ownerAtTheOffice, at: Sample.now)
    }
  }

  @Test func `what is not remedied gets a new date, what is remedied gets none`() throws {
    let planned = try Stage.planned.reached()
    for result in [RemediationResult.partlyRemedied, .notRemedied] {
      #expect(throws: CaseRejection.newDateRequired) {
        try planned.decide(.verify(matterID: Sample.first, result: result, newDueBefore: nil))
      }
      #expect(throws: CaseRejection.dateInThePast) {
        try planned.decide(
          .verify(matterID: Sample.first, result: result, newDueBefore: Sample.now))
      }
    }
    #expect(throws: CaseRejection.newDateNotExpected) {
      try planned.decide(
        .verify(matterID: Sample.first, result: .remedied, newDueBefore: Sample.laterDue))
    }
    let partly = try Stage.partly.reached()
    #expect(partly.items[Sample.first]?.dueBefore == Sample.laterDue)
    #expect(partly.openMatters == [Sample.first])
    #expect(throws: CaseRejection.alreadyRemedied) {
      try Stage.remedied.reached().decide(Sample.verifyPartly)
    }
  }

  @Test func `what is carried over lives on until it is closed`() throws {
    let concluded = try Stage.concluded.reached()
    guard case .carriedOver(let event)? = try concluded.decide(Sample.carryOver).first else {
      throw UnexpectedEvent()
    }
    #expect(event.openMatterIDs == [Sample.first])
    #expect(throws: CaseRejection.sameCycle) {
      try concluded.decide(.carryOver(to: Sample.cycle2021))
    }
    var carried = try Stage.carriedOver.reached()
    #expect(try carried.decide(.carryOver(to: id("2023"))).count == 1, "and into a third cycle")
    try carried.go(Sample.progress)
    #expect(carried.state == .carriedOver)
    try carried.go(Sample.verify)
    try carried.go(.close)
    #expect(carried.state == .closed)
  }

  private func item(owner: ActorID, due: Instant) -> RemediationItem {
    RemediationItem(matterID: Sample.first, owner: owner, dueBefore: due, measuresHash: "c1")
  }
}

/// A decision that is not the expected one.
struct UnexpectedEvent: Error {}
