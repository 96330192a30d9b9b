import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

/// A cycle that asks district and grassroots organisations for plans of their own.
private enum Plans {
  static let due = Sample.instant("2021-11-14T17:00:00Z")
  static let pilotDue = Sample.instant("2021-11-09T17:00:00Z")

  static func milestone(
    _ level: String, pilot: Bool = false, due: Instant = due, sector: String? = nil
  ) -> Milestone {
    Milestone(
      task: .plan, level: Sample.id(level), pilot: pilot, dueBefore: due,
      wording: "trước ngày \(LocalDate(due).forPeople)", sector: sector.map { Sample.id($0) })
  }

  static let milestones = [
    milestone("DISTRICT"), milestone("GRASSROOTS"),
    milestone("GRASSROOTS", pilot: true, due: pilotDue),
  ]

  static func cycle(_ milestones: [Milestone] = milestones) -> Cycle {
    Cycle([.opened(Sample.opened(Sample.opened().milestones + milestones))])
  }

  static func unit(_ name: String, sector: String? = nil) -> UnitRegistered {
    guard var unit = Sample.units.first(where: { $0.unitID.text == name }) else {
      preconditionFailure("no unit \(name)")
    }
    unit.sector = sector.map { Sample.id($0) }
    return unit
  }

  static func day(_ text: String) -> LocalDate {
    do { return try LocalDate(text) } catch { preconditionFailure("\(text) is no day") }
  }

  static func adopted(_ document: String, on day: String, by unit: String = "commune-b")
    -> PlanAdopted
  {
    PlanAdopted(
      planID: PlanID(cycle: Sample.id("2021"), unit: Sample.id(unit)), cycleID: Sample.id("2021"),
      unitID: Sample.id(unit), documentID: Sample.id(document), adoptedOn: Plans.day(day))
  }

  static func adopt(
    _ document: String, on day: String, by name: String = "commune-b",
    actor: ActorContext = Sample.subjectActor, in cycle: Cycle = Plans.cycle(),
    isDocumentKnown: Bool = true
  ) -> AdoptPlan {
    AdoptPlan(
      actor: actor, unit: unit(name), line: [Sample.id(name)] + Sample.managingLine, cycle: cycle,
      documentID: Sample.id(document), isDocumentKnown: isDocumentKnown,
      adoptedOn: Plans.day(day), today: Plans.day("2021-11-20"))
  }
}

@Suite struct `An organisation's own plan` {
  private let first = Plans.adopted("d1", on: "2021-11-12")

  @Test func `is adopted once, and the same again changes nothing`() throws {
    #expect(try OwnPlan().adopt(Plans.adopt("d1", on: "2021-11-12")) == [first])
    #expect(try OwnPlan([first]).adopt(Plans.adopt("d1", on: "2021-11-12")).isEmpty)
  }

  @Test func `is replaced by another document, and the earlier one stays visible`() throws {
    let facts = try OwnPlan([first]).adopt(Plans.adopt("d2", on: "2021-11-19"))
    #expect(facts == [Plans.adopted("d2", on: "2021-11-19")])
    let plan = OwnPlan([first] + facts)
    #expect(plan.newest?.documentID == Sample.id("d2"))
    #expect(plan.adoptions.map(\.documentID.text) == ["d1", "d2"])
    #expect(try plan.adopt(Plans.adopt("d1", on: "2021-11-12")) == [first], "and back again")
  }

  @Test func `is told by the organisation itself or one above it`() throws {
    let manager = Plans.adopt("d1", on: "2021-11-12", actor: Sample.managerActor)
    #expect(try OwnPlan().adopt(manager) == [first])
    let stranger = ActorContext(
      actor: .person(Sample.id("clerk")), onBehalfOf: .unit(Sample.id("commune-a")))
    let member = ActorContext(actor: .person(Sample.id("secretary")))
    for actor in [stranger, member] {
      #expect(throws: PlanRejection.notYourPlan) {
        try OwnPlan([first]).adopt(Plans.adopt("d1", on: "2021-11-12", actor: actor))
      }
    }
  }

  @Test func `is a document that the registry holds, adopted on a day that has come`() {
    #expect(throws: PlanRejection.unknownDocument) {
      try OwnPlan().adopt(Plans.adopt("d1", on: "2021-11-12", isDocumentKnown: false))
    }
    #expect(throws: PlanRejection.notYetAdopted) {
      try OwnPlan().adopt(Plans.adopt("d1", on: "2021-11-21"))
    }
    #expect(throws: Never.self) { try OwnPlan().adopt(Plans.adopt("d1", on: "2021-11-20")) }
  }

  @Test func `is asked for by the cycle`() {
    for cycle in [Plans.cycle([]), Plans.cycle([Plans.milestone("DISTRICT")])] {
      #expect(throws: PlanRejection.notOwed) {
        try OwnPlan().adopt(Plans.adopt("d1", on: "2021-11-12", in: cycle))
      }
    }
    #expect(throws: PlanRejection.cycleNotOpened) {
      try OwnPlan().adopt(Plans.adopt("d1", on: "2021-11-12", in: Cycle()))
    }
  }

  @Test func `is not taken by a closed cycle, where a repeat is still no error`() throws {
    var cycle = Plans.cycle()
    cycle.apply(.closed(CycleClosed(cycleID: Sample.id("2021"))))
    #expect(throws: PlanRejection.cycleClosed) {
      try OwnPlan().adopt(Plans.adopt("d1", on: "2021-11-12", in: cycle))
    }
    #expect(try OwnPlan([first]).adopt(Plans.adopt("d1", on: "2021-11-12", in: cycle)).isEmpty)
  }

  @Test func `is as punctual as the first one`() {
    let milestone = Plans.milestone("GRASSROOTS")
    func isLate(_ facts: PlanAdopted...) -> Bool { OwnPlan(facts).isLate(for: milestone) }
    #expect(!isLate())
    #expect(!isLate(Plans.adopted("d1", on: "2021-11-14")), "the last day that is in time")
    #expect(isLate(Plans.adopted("d1", on: "2021-11-15")))
    #expect(!isLate(first, Plans.adopted("d2", on: "2021-11-19")))
    #expect(isLate(first, Plans.adopted("d1", on: "2021-11-19")), "a corrected day")
    #expect(!isLate(Plans.adopted("d1", on: "2021-11-19"), first), "a corrected day")
  }
}

@Suite struct `Owed plans` {
  private let before = Plans.due + .milliseconds(-1)

  private func list(
    in cycle: Cycle = Plans.cycle(), units: [UnitRegistered] = Sample.units,
    plans: [UnitID: OwnPlan] = [:], at now: Instant
  ) -> [PlanDuty] { OwedPlans.list(in: cycle, units: units, plans: plans, now: now) }

  @Test func `every organisation of a level that a milestone names owes one, reviewed or not`() {
    var units = Sample.units
    units[1].reviewed = false
    let duties = list(units: units, at: before)
    #expect(duties.map(\.unitID.text) == ["commune-a", "commune-b", "district"])
    #expect(duties.map(\.milestone.dueBefore) == [Plans.pilotDue, Plans.due, Plans.due])
    #expect(duties.map(\.state) == [.overdue, .missing, .missing])
  }

  @Test func `are overdue from the due instant on`() {
    #expect(list(at: Plans.due).map(\.state) == [.overdue, .overdue, .overdue])
  }

  @Test func `nobody owes where the cycle has no such milestone`() {
    #expect(list(in: Plans.cycle([]), at: before).isEmpty)
    #expect(list(in: Cycle(), at: before).isEmpty)
    #expect(list(in: Plans.cycle([Plans.milestone("CELL")]), at: before).isEmpty)
  }

  @Test func `pilots follow the pilot milestone, or the general one where there is none`() {
    let general = list(in: Plans.cycle([Plans.milestone("GRASSROOTS")]), at: before)
    #expect(general.map(\.milestone.dueBefore) == [Plans.due, Plans.due])
    let pilots = list(
      in: Plans.cycle([Plans.milestone("GRASSROOTS", pilot: true)]), at: before)
    #expect(pilots.map(\.unitID.text) == ["commune-a"])
  }

  @Test func `of a sector follow its milestone, or the one for all where there is none`() {
    let later = Plans.due + .seconds(86_400)
    let cycle = Plans.cycle(
      Plans.milestones + [Plans.milestone("DISTRICT", due: later, sector: "POLICE")])
    let units = [
      Plans.unit("district", sector: "POLICE"), Plans.unit("commune-b", sector: "POLICE"),
      Plans.unit("commune-a"),
    ]
    #expect(
      list(in: cycle, units: units, at: before).map(\.milestone.dueBefore) == [
        Plans.pilotDue, Plans.due, later,
      ])
    #expect(
      list(in: cycle, units: Sample.units, at: before).map(\.milestone.dueBefore).last
        == Plans.due)
  }

  @Test func `are counted by level, each in one state`() {
    let plans: [UnitID: OwnPlan] = [
      Sample.id("commune-a"): OwnPlan([Plans.adopted("d", on: "2021-11-11", by: "commune-a")]),
      Sample.id("district"): OwnPlan([Plans.adopted("d", on: "2021-11-11", by: "district")]),
      // Nobody asked for it.
      Sample.id("province"): OwnPlan([Plans.adopted("d", on: "2021-11-11", by: "province")]),
    ]
    let counts = OwedPlans.count(list(plans: plans, at: Plans.due))
    var grassroots = PlanCount()
    grassroots.owed = 2
    grassroots.adopted = 1
    grassroots.late = 1
    grassroots.overdue = 1
    var district = PlanCount()
    district.owed = 1
    district.adopted = 1
    #expect(counts == [Sample.id("GRASSROOTS"): grassroots, Sample.id("DISTRICT"): district])
  }

  @Test func `are no reports: a plan milestone sets the date of none`() throws {
    let cycle = Cycle([
      .opened(
        Sample.opened([
          Sample.milestone("PROVINCE"), Plans.milestone("DISTRICT"),
          Plans.milestone("DISTRICT", pilot: true),
        ]))
    ])
    #expect(cycle.dueReport(for: Sample.id("DISTRICT"), pilot: true) == nil)
    #expect(throws: CycleRejection.levelsWithoutMilestone([Sample.id("DISTRICT")])) {
      try OwedReports.list(in: cycle, units: Sample.units, persons: [], rules: Sample.rules)
    }
    let both = try OwedReports.list(
      in: Plans.cycle(), units: Sample.units, persons: [], rules: Sample.rules)
    #expect(both.map(\.dueBefore) == [Sample.pilotDue, Sample.due, Sample.due])
  }

  @Test func `may stand beside reports of the same level, but not twice`() throws {
    let opened = Sample.opened(Sample.opened().milestones + Plans.milestones)
    #expect(throws: Never.self) { try Cycle().open(opened, rules: Sample.rules) }
    var twice = opened
    twice.milestones.append(Plans.milestone("DISTRICT", due: Plans.pilotDue))
    #expect(throws: CycleRejection.repeatedMilestone(at: 6)) {
      try Cycle().open(twice, rules: Sample.rules)
    }
    var unknown = opened
    unknown.milestones.append(Plans.milestone("WARD"))
    #expect(throws: CycleRejection.unknownLevels([Sample.id("WARD")])) {
      try Cycle().open(unknown, rules: Sample.rules)
    }
  }
}
