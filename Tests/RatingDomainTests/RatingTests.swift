import RatingDomain
import ReviewEvents
import Testing

@Suite struct `Rating a subject` {
  let cycle: CycleID
  let authority: UnitID
  let unit: RatedSubject
  let member: RatedSubject
  let ready = Readiness(isReviewed: true, openCases: [], openSupplements: [])

  init() throws {
    cycle = try CycleID("2021")
    authority = try UnitID("PROVINCE")
    unit = RatedSubject(
      id: .unit(try UnitID("D01")), managingUnitID: authority,
      managingLevel: try LevelCode("PROVINCE"), peerGroup: try PeerGroupCode("DISTRICT"),
      filesOnPaper: false)
    member = RatedSubject(
      id: .person(try PersonID("P1")), managingUnitID: try UnitID("G01"),
      managingLevel: try LevelCode("GRASSROOTS"), peerGroup: try PeerGroupCode("MEMBER"),
      filesOnPaper: true)
  }

  func actor(_ text: String) throws -> ActorContext { try ActorContext(text) }

  func given(_ events: RatingEvent...) -> Rating {
    events.reduce(into: Rating()) { $0.apply($1) }
  }

  var ratingID: RatingID { RatingID(cycle: cycle, subject: unit.id) }

  func selfRated(_ level: RatingLevel) -> RatingEvent {
    .selfRated(
      .init(
        ratingID: ratingID, cycleID: cycle, subjectID: unit.id, level: level,
        managingUnitID: authority, managingLevel: unit.managingLevel, peerGroup: unit.peerGroup))
  }

  func appraised(_ level: RatingLevel) -> RatingEvent {
    .appraised(
      .init(
        ratingID: ratingID, cycleID: cycle, subjectID: unit.id, level: level,
        managingUnitID: authority, managingLevel: unit.managingLevel, peerGroup: unit.peerGroup))
  }

  func decided(_ level: RatingLevel, number: String = "1-QĐ/TU") -> RatingEvent {
    .decided(
      .init(
        ratingID: ratingID, cycleID: cycle, subjectID: unit.id, level: level,
        authorityID: authority, managingUnitID: authority, managingLevel: unit.managingLevel,
        peerGroup: unit.peerGroup, decisionNumber: number))
  }

  func decide(
    _ level: RatingLevel, number: String = "1-QĐ/TU", readiness: Readiness? = nil,
    by text: String = "person/P9;on-behalf-of=unit/PROVINCE"
  ) throws -> DecideRating {
    DecideRating(
      cycleID: cycle, subject: unit, level: level, decisionNumber: number,
      readiness: readiness ?? ready, actor: try actor(text))
  }

  @Test func `goes from self-rating over appraisal to a decision`() throws {
    let selfRating = RecordSelfRating(
      cycleID: cycle, subject: unit, level: .good,
      actor: try actor("person/P5;on-behalf-of=unit/D01"))
    #expect(try given().decide(selfRating) == [selfRated(.good)])
    let appraisal = AppraiseRating(
      cycleID: cycle, subject: unit, level: .excellent,
      actor: try actor("person/P7;on-behalf-of=unit/PROVINCE"))
    #expect(try given(selfRated(.good)).decide(appraisal) == [appraised(.excellent)])
    #expect(
      try given(selfRated(.good), appraised(.excellent)).decide(decide(.excellent))
        == [decided(.excellent)])
  }

  @Test func `a repeat of the same decision changes nothing and is no error`() throws {
    let rating = given(selfRated(.good), appraised(.good), decided(.good))
    #expect(try rating.decide(decide(.good)).isEmpty)
  }

  @Test func `another level under the same decision number is refused`() throws {
    let rating = given(selfRated(.good), appraised(.good), decided(.good))
    #expect(throws: RatingRejection.decisionNumberUsed) { try rating.decide(decide(.excellent)) }
  }

  @Test func `a decision may say since when it holds, one number for one day`() throws {
    let rating = given(selfRated(.good), appraised(.good), decided(.good))
    var correction = try decide(.satisfactory, number: "2-QĐ/TU")
    correction.effectiveOn = try LocalDate("2021-12-20")
    let events = try rating.decide(correction)
    guard case .decided(let fact)? = events.first else { throw NoDecision() }
    #expect(fact.effectiveOn == correction.effectiveOn)
    var corrected = rating
    for event in events { corrected.apply(event) }
    #expect(try corrected.decide(correction).isEmpty)
    correction.effectiveOn = try LocalDate("2021-12-21")
    #expect(throws: RatingRejection.decisionNumberUsed) { try corrected.decide(correction) }
  }

  @Test func `heirs decide and speak, and the rating counts where it did`() throws {
    let heir = try UnitID("PROVINCE-2")
    let merged = RatedSubject(
      id: unit.id, managingUnitID: authority, managingLevel: unit.managingLevel,
      peerGroup: unit.peerGroup, filesOnPaper: false, authorityID: heir,
      speakerID: .unit(try UnitID("D09")))
    func selfRating(_ text: String) throws -> RecordSelfRating {
      RecordSelfRating(cycleID: cycle, subject: merged, level: .good, actor: try actor(text))
    }
    #expect(throws: RatingRejection.notTheSubject) { try given().decide(selfRating("unit/D01")) }
    #expect(try given().decide(selfRating("unit/D09")) == [selfRated(.good)])
    let rating = given(selfRated(.good), appraised(.good))
    var command = try decide(.good)
    command.subject = merged
    #expect(throws: RatingRejection.notTheAuthority) { try rating.decide(command) }
    command.actor = try actor("person/P9;on-behalf-of=unit/PROVINCE-2")
    guard case .decided(let fact)? = try rating.decide(command).first else { throw NoDecision() }
    #expect(fact.authorityID == heir)
    #expect(fact.managingUnitID == authority)
    #expect(RatingEvent.decided(fact).group?.managingUnitID == authority)
  }

  @Test func `a new decision replaces the old one`() throws {
    let rating = given(selfRated(.good), appraised(.good), decided(.good))
    #expect(
      try rating.decide(decide(.satisfactory, number: "2-QĐ/TU"))
        == [decided(.satisfactory, number: "2-QĐ/TU")])
  }

  @Test func `steps cannot be skipped`() throws {
    #expect(throws: RatingRejection.appraisalMissing) {
      try given(selfRated(.good)).decide(decide(.good))
    }
    let appraisal = AppraiseRating(
      cycleID: cycle, subject: unit, level: .good,
      actor: try actor("person/P7;on-behalf-of=unit/PROVINCE"))
    #expect(throws: RatingRejection.selfRatingMissing) { try given().decide(appraisal) }
  }

  @Test func `only the managing organisation decides`() throws {
    let rating = given(selfRated(.good), appraised(.good))
    #expect(throws: RatingRejection.notTheAuthority) {
      try rating.decide(decide(.good, by: "person/P9;on-behalf-of=unit/D01"))
    }
  }

  @Test func `nobody decides on himself`() throws {
    let own = RatedSubject(
      id: .person(try PersonID("P9")), managingUnitID: authority,
      managingLevel: unit.managingLevel, peerGroup: unit.peerGroup, filesOnPaper: false)
    let command = DecideRating(
      cycleID: cycle, subject: own, level: .good, decisionNumber: "1", readiness: ready,
      actor: try actor("person/P9;on-behalf-of=unit/PROVINCE"))
    #expect(throws: RatingRejection.ownRating) {
      try given(selfRated(.good), appraised(.good)).decide(command)
    }
  }

  @Test func `who was not reviewed is not rated`() throws {
    let rating = given(selfRated(.good), appraised(.good))
    let readiness = Readiness(isReviewed: false, openCases: [], openSupplements: [])
    #expect(throws: RatingRejection.notReviewed) {
      try rating.decide(decide(.good, readiness: readiness))
    }
  }

  @Test func `an open case or supplement holds the decision back`() throws {
    let rating = given(selfRated(.good), appraised(.good))
    let open = [try CaseID("C1")]
    #expect(throws: RatingRejection.openCases(open)) {
      try rating.decide(
        decide(.good, readiness: .init(isReviewed: true, openCases: open, openSupplements: [])))
    }
    #expect(throws: RatingRejection.openSupplements(open)) {
      try rating.decide(
        decide(.good, readiness: .init(isReviewed: true, openCases: [], openSupplements: open)))
    }
  }

  @Test func `the managing unit speaks for members who file on paper, and for nobody else`() throws
  {
    let office = try actor("person/P7;on-behalf-of=unit/G01")
    let command = RecordSelfRating(cycleID: cycle, subject: member, level: .good, actor: office)
    #expect(try given().decide(command).count == 1)
    var electronic = member
    electronic.filesOnPaper = false
    #expect(throws: RatingRejection.notTheSubject) {
      try given().decide(
        RecordSelfRating(cycleID: cycle, subject: electronic, level: .good, actor: office))
    }
  }

  @Test func `nothing but a new decision changes a decided rating`() throws {
    let rating = given(selfRated(.good), appraised(.good), decided(.good))
    #expect(throws: RatingRejection.alreadyDecided) {
      try rating.decide(
        RecordSelfRating(
          cycleID: cycle, subject: unit, level: .excellent,
          actor: try actor("person/P5;on-behalf-of=unit/D01")))
    }
    #expect(throws: RatingRejection.alreadyDecided) {
      try rating.decide(
        AppraiseRating(
          cycleID: cycle, subject: unit, level: .excellent,
          actor: try actor("person/P7;on-behalf-of=unit/PROVINCE")))
    }
  }

  @Test func `counts where the newest fact says that the subject stood`() throws {
    var moved = unit
    moved.peerGroup = try PeerGroupCode("LEADERS")
    moved.managingUnitID = try UnitID("CENTRE")
    moved.authorityID = moved.managingUnitID
    var rating = given(selfRated(.good))
    let office = try actor("person/P7;on-behalf-of=unit/CENTRE")
    let appraisal = AppraiseRating(cycleID: cycle, subject: moved, level: .good, actor: office)
    for event in try rating.decide(appraisal) { rating.apply(event) }
    let expected = RatingGroup(
      managingUnitID: moved.managingUnitID, managingLevel: moved.managingLevel,
      peerGroup: moved.peerGroup)
    #expect(rating.group == expected)
    rating.apply(
      .appraised(
        .init(
          ratingID: ratingID, cycleID: cycle, subjectID: unit.id, level: .satisfactory,
          managingUnitID: nil, managingLevel: nil, peerGroup: nil)))
    #expect(rating.group == expected, "a fact from before groups were recorded names none")
  }
}

/// The rating led to another fact than a decision.
private struct NoDecision: Error {}
