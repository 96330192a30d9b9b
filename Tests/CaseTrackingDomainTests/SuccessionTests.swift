import CaseTrackingDomain
import ReviewEvents
import Testing

/// The authority `district-1` and the subject `commune-1` end; others speak for them.
@Suite struct `What ended organisations left` {
  private static let heir: UnitID = id("district-9")
  private static let newCommune: UnitID = id("commune-9")
  private static let succession = Succession(
    heirs: [Sample.authority: heir, id("commune-1"): newCommune],
    managers: [heir: id("province"), newCommune: heir])
  private static let heirOffice = office(heir)
  private static let heirCollective = office(newCommune)

  private static func office(_ unit: UnitID) -> ActorContext {
    ActorContext(actor: .person(id("someone")), onBehalfOf: .unit(unit))
  }

  private static let byAuthority: [(Stage, CaseCommand)] = [
    (.proposed, .approve), (.approved, Sample.issue), (.ready, Sample.conclude),
    (.planned, Sample.verify), (.remedied, .close), (.planned, Sample.carryOver),
    (.issued, .withdraw), (.issued, Sample.holdConference),
  ]
  private static let bySubject: [(Stage, CaseCommand)] = [
    (.issued, .acknowledge), (.issued, Sample.explain), (.concluded, Sample.plan),
  ]

  @Test func `is done by the heirs, and by nobody in the name of what has ended`() throws {
    for (commands, heir, former) in [
      (Self.byAuthority, Self.heirOffice, Sample.office),
      (Self.bySubject, Self.heirCollective, Sample.collective),
    ] {
      for (stage, command) in commands {
        let suggested = try stage.reached()
        let events = try suggested.decide(
          command, by: heir, at: Sample.now, succession: Self.succession)
        #expect(events.count == 1, "\(command) when \(stage)")
        guard command != Sample.holdConference else { continue }
        #expect(throws: CaseRejection.notAuthorised, "\(command) when \(stage)") {
          try suggested.decide(command, by: former, at: Sample.now, succession: Self.succession)
        }
      }
    }
  }

  @Test func `a letter goes out in the heir's name, and the case keeps its authority`() throws {
    let approved = try Stage.approved.reached()
    guard
      case .issued(let letter)? = try approved.decide(
        Sample.issue, by: Self.heirOffice, at: Sample.now, succession: Self.succession
      ).first
    else { throw UnexpectedEvent() }
    #expect(letter.authorityID == Self.heir)
    #expect(approved.proposal?.authorityID == Sample.authority)
  }

  @Test func `what somebody had to remedy, the heir reports on and does not verify`() throws {
    var planned = try Stage.concluded.reached()
    let item = RemediationItem(
      matterID: Sample.first, owner: .unit(id("school")), dueBefore: Sample.due,
      measuresHash: "c1")
    try planned.go(.plan([item]))
    // The school was taken over by the authority's own heir.
    let taken = Succession(
      heirs: [id("school"): Sample.authority], managers: [Sample.authority: id("province")])
    #expect(
      try planned.decide(Sample.progress, by: Sample.office, at: Sample.now, succession: taken)
        .count == 1)
    #expect(throws: CaseRejection.notTheOwner) {
      try planned.decide(
        Sample.progress, by: Self.office(id("school")), at: Sample.now, succession: taken)
    }
    #expect(throws: CaseRejection.notAuthorised) {
      try planned.decide(Sample.verify, by: Sample.office, at: Sample.now, succession: taken)
    }
    let superior = Self.office(id("province"))
    #expect(
      try planned.decide(Sample.verify, by: superior, at: Sample.now, succession: taken).count == 1)
    #expect(throws: CaseRejection.notAuthorised, "only where it would judge itself") {
      try planned.decide(.withdraw, by: superior, at: Sample.now, succession: taken)
    }
  }

  @Test func `an owner whose heir is the authority is none`() throws {
    let concluded = try Stage.concluded.reached()
    let taken = Succession(heirs: [id("school"): Sample.authority])
    let item = RemediationItem(
      matterID: Sample.first, owner: .unit(id("school")), dueBefore: Sample.due,
      measuresHash: "c1")
    #expect(throws: CaseRejection.ownerIsAuthority) {
      try concluded.decide(
        .plan([item]), by: Sample.collective, at: Sample.now, succession: taken)
    }
  }

  @Test func `where the authority inherits the subject, who manages it decides`() throws {
    let inherited = Succession(
      heirs: [id("commune-1"): Sample.authority], managers: [Sample.authority: id("province")])
    let planned = try Stage.planned.reached()
    #expect(throws: CaseRejection.notAuthorised) {
      try planned.decide(Sample.verify, by: Sample.office, at: Sample.now, succession: inherited)
    }
    #expect(
      try planned.decide(
        Sample.verify, by: Self.office(id("province")), at: Sample.now, succession: inherited
      ).count == 1)
    // At the top there is nobody else.
    let atTheTop = Succession(heirs: [id("commune-1"): Sample.authority])
    #expect(
      try planned.decide(Sample.verify, by: Sample.office, at: Sample.now, succession: atTheTop)
        .count == 1)
  }

  @Test func `waits as long as nothing is known of the heir`() throws {
    let untold = Succession(heirs: [Sample.authority: nil, id("commune-1"): nil])
    #expect(throws: CaseRejection.unitNotYetKnown) {
      try Stage.proposed.reached().decide(
        .approve, by: Self.heirOffice, at: Sample.now, succession: untold)
    }
    #expect(throws: CaseRejection.unitNotYetKnown) {
      try Stage.issued.reached().decide(
        .acknowledge, by: Self.heirCollective, at: Sample.now, succession: untold)
    }
  }
}
