import ReviewEvents
import Testing

/// The golden files are from before these members were added.
@Suite struct `Members that were added to facts` {
  private func published<Event: ReviewEvent>(_ type: Event.Type) throws -> Event {
    try EventCodec.decode(
      type, from: try Sample.envelope(Event.type, payload: Golden.bytes(Event.type, 1)))
  }

  private func again<Event: ReviewEvent>(_ event: Event) throws -> Event {
    try EventCodec.decode(
      Event.self, from: try Sample.envelope(Event.type, payload: EventCodec.encode(event)))
  }

  @Test func `say where a rating counts, and nothing in older facts`() throws {
    var selfRated = try published(SelfRatingRecorded.self)
    #expect(selfRated.managingUnitID == nil)
    #expect(selfRated.managingLevel == nil)
    #expect(selfRated.peerGroup == nil)
    selfRated.managingUnitID = try UnitID("U1")
    selfRated.managingLevel = try LevelCode("PROVINCE")
    selfRated.peerGroup = try PeerGroupCode("LEADERS")
    #expect(try again(selfRated) == selfRated)

    var appraised = try published(RatingAppraised.self)
    #expect(appraised.managingUnitID == nil)
    #expect(appraised.managingLevel == nil)
    #expect(appraised.peerGroup == nil)
    appraised.managingUnitID = try UnitID("U1")
    appraised.managingLevel = try LevelCode("PROVINCE")
    appraised.peerGroup = try PeerGroupCode("LEADERS")
    #expect(try again(appraised) == appraised)

    var decided = try published(RatingDecided.self)
    #expect(decided.managingUnitID == nil)
    #expect(decided.effectiveOn == nil)
    decided.managingUnitID = try UnitID("U1")
    decided.effectiveOn = try LocalDate("2021-12-31")
    #expect(try again(decided) == decided)
  }

  @Test func `say what a supplement came with, and nothing in older facts`() throws {
    var submitted = try published(SupplementSubmitted.self)
    #expect(submitted.contentHash == nil)
    submitted.contentHash = "c0ffee"
    #expect(try again(submitted) == submitted)
  }

  @Test func `say why a cycle was closed, and nothing in older facts`() throws {
    var closed = try published(CycleClosed.self)
    #expect(closed.forced == nil && closed.legalBasis == nil && closed.reasonHash == nil)
    closed.forced = true
    closed.legalBasis = "15-TB/TU"
    closed.reasonHash = "c0ffee"
    #expect(try again(closed) == closed)
  }

  @Test func `say whose reminder a mail is, and nothing in older facts`() throws {
    var planned = try published(DeliveryPlanned.self)
    #expect(planned.dutyID == nil)
    #expect(planned.datedBy == nil)
    planned.dutyID = "report/R1@5"
    planned.datedBy = 7
    #expect(try again(planned) == planned)

    var dropped = try published(DeliveryDropped.self)
    #expect(dropped.dutyID == nil)
    #expect(dropped.datedBy == nil)
    dropped.dutyID = "report/R1@5"
    dropped.datedBy = 7
    #expect(try again(dropped) == dropped)
  }

  @Test func `say the sector, the period and the scope, and nothing in older facts`() throws {
    var opened = try published(CycleOpened.self)
    #expect(opened.sectorRules == nil && opened.period == nil && opened.scope == nil)
    #expect(opened.milestones.allSatisfy { $0.sector == nil })
    let police = try ListCode("POLICE")
    opened.milestones[0].sector = police
    opened.sectorRules = [SectorRules(sector: police, ruleSetID: try RuleSetID("132-2018.police"))]
    opened.period = ReviewPeriod(
      from: try LocalDate("2021-10-01"), through: try LocalDate("2021-12-31"))
    opened.scope = CycleScope(
      roles: [.head], kinds: [.individual], unitIDs: [try UnitID("U1")])
    #expect(try again(opened) == opened)
    // What is not limited is not written.
    opened.scope = CycleScope()
    #expect(try again(opened) == opened)

    var registered = try published(UnitRegistered.self)
    #expect(registered.sector == nil)
    registered.sector = police
    #expect(try again(registered) == registered)

    var founded = try published(UnitFounded.self)
    #expect(founded.sector == nil)
    founded.sector = police
    #expect(try again(founded) == founded)
  }
}
