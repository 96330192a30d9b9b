import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `A review cycle` {
  let opened = Sample.opened()

  func launched() -> Cycle {
    Cycle([.opened(opened), .launched(CycleLaunched(cycleID: opened.cycleID, requestedReports: 3))])
  }

  @Test func `is opened once and the same contents change nothing`() throws {
    #expect(try Cycle().open(opened, rules: Sample.rules) == [.opened(opened)])
    #expect(try Cycle([.opened(opened)]).open(opened, rules: Sample.rules).isEmpty)
  }

  @Test func `is not opened again with other contents`() {
    var other = opened
    other.planNumber = "58-KH/TU"
    #expect(throws: CycleRejection.alreadyOpened) {
      try Cycle([.opened(opened)]).open(other, rules: Sample.rules)
    }
  }

  @Test func `knows only levels of its rules`() {
    let plan = Sample.opened([Sample.milestone("WARD"), Sample.milestone("DISTRICT")])
    #expect(throws: CycleRejection.unknownLevels([Sample.id("WARD")])) {
      try Cycle().open(plan, rules: Sample.rules)
    }
  }

  @Test func `follows rules that were made for its year and its kind`() {
    var rules = Sample.rules
    rules.scope = RuleScope(years: 2019...2022, kinds: [.annual])
    var late = opened
    late.year = 2023
    var quarter = opened
    quarter.kind = .quarterly
    for plan in [late, quarter] {
      #expect(throws: CycleRejection.outOfScope) { try Cycle().open(plan, rules: rules) }
    }
    #expect(throws: Never.self) { try Cycle().open(opened, rules: rules) }
  }

  @Test func `names each milestone once`() {
    let plan = Sample.opened([Sample.milestone("DISTRICT"), Sample.milestone("DISTRICT")])
    #expect(throws: CycleRejection.repeatedMilestone(at: 1)) {
      try Cycle().open(plan, rules: Sample.rules)
    }
  }

  @Test func `a pilot unit follows the pilot milestone, or the general one where there is none`() {
    let cycle = Cycle([.opened(opened)])
    #expect(cycle.dueReport(for: Sample.id("DISTRICT"), pilot: true)?.dueBefore == Sample.pilotDue)
    #expect(cycle.dueReport(for: Sample.id("DISTRICT"), pilot: false)?.dueBefore == Sample.due)
    #expect(cycle.dueReport(for: Sample.id("PROVINCE"), pilot: true)?.dueBefore == Sample.due)
    #expect(cycle.dueReport(for: Sample.id("CELL"), pilot: false) == nil)
  }

  @Test func `other tasks do not set the date of reports`() {
    var commendation = Sample.milestone("DISTRICT")
    commendation.task = .commendation
    let cycle = Cycle([.opened(Sample.opened([commendation]))])
    #expect(cycle.dueReport(for: Sample.id("DISTRICT"), pilot: false) == nil)
  }

  @Test func `is launched once`() throws {
    let (events, requests) = try Cycle([.opened(opened)])
      .launch(units: Sample.units, persons: [], rules: Sample.rules)
    #expect(requests.count == 3)
    #expect(
      events == [.launched(CycleLaunched(cycleID: opened.cycleID, requestedReports: 3))])
    let again = try launched().launch(units: Sample.units, persons: [], rules: Sample.rules)
    #expect(again.events.isEmpty && again.requests.isEmpty)
  }

  @Test func `asks who joined after the launch, and nobody twice`() throws {
    let persons = [
      Sample.person("p1", of: "commune-b"), Sample.person("p2", of: "commune-b", channel: .paper),
    ]
    func joiners(_ requested: Set<ReportID>, _ cycle: Cycle) throws -> [String] {
      try cycle.requestJoiners(
        units: Sample.units, persons: persons, requested: requested, rules: Sample.rules
      ).map(\.subjectID.description)
    }
    let before = Set(
      Sample.units.map { ReportID(cycle: opened.cycleID, subject: .unit($0.unitID)) })
    #expect(try joiners(before, launched()) == ["person/p1"])
    let asked = before.union([ReportID(cycle: opened.cycleID, subject: .person(Sample.id("p1")))])
    #expect(try joiners(asked, launched()) == [])
    #expect(throws: CycleRejection.notLaunched) { try joiners([], Cycle([.opened(opened)])) }
    let closed = Cycle([.opened(opened), .closed(CycleClosed(cycleID: opened.cycleID))])
    #expect(throws: CycleRejection.alreadyClosed) { try joiners([], closed) }
    #expect(throws: CycleRejection.notOpened) { try joiners([], Cycle()) }
  }

  @Test func `is neither launched nor closed before it is opened`() {
    #expect(throws: CycleRejection.notOpened) {
      try Cycle().launch(units: [], persons: [], rules: Sample.rules)
    }
    #expect(throws: CycleRejection.notOpened) { try Cycle().close(obstacles: []) }
  }

  @Test func `closes once and is not launched afterwards`() throws {
    let closed = CycleEvent.closed(CycleClosed(cycleID: opened.cycleID))
    #expect(try launched().close(obstacles: []) == [closed])
    let cycle = Cycle([.opened(opened), closed])
    #expect(try cycle.close(obstacles: Sample.obstacles).isEmpty)
    #expect(throws: CycleRejection.alreadyClosed) {
      try cycle.launch(units: [], persons: [], rules: Sample.rules)
    }
  }
}

@Suite struct `Owed reports` {
  let cycle = Cycle([.opened(Sample.opened())])

  @Test func `reviewed organisations and electronic members owe one each`() throws {
    let persons = [
      Sample.person("p2", of: "commune-b"), Sample.person("p1", of: "commune-a", role: .head),
      Sample.person("p3", of: "commune-b", channel: .paper),
    ]
    let list = try OwedReports.list(
      in: cycle, units: Sample.units, persons: persons, rules: Sample.rules)
    #expect(
      list.map(\.subjectID.description) == [
        "unit/commune-a", "unit/commune-b", "unit/district", "person/p1", "person/p2",
      ])
    #expect(
      list.map(\.dueBefore) == [
        Sample.pilotDue, Sample.due, Sample.due, Sample.pilotDue, Sample.due,
      ])
    #expect(list.map(\.form.text) == ["01", "01", "01", "02", "02"])
    #expect(list.map(\.managingLevel.text).prefix(3) == ["DISTRICT", "DISTRICT", "PROVINCE"])
    #expect(list[1].reportID.text == "2021.u-commune-b")
  }

  @Test func `every level without a milestone is named`() {
    let persons = [
      Sample.person("p1", of: "commune-a", managedBy: "commune-a", at: "GRASSROOTS"),
      Sample.person("p2", of: "commune-a", managedBy: "cell", at: "CELL"),
    ]
    let missing: [LevelCode] = [Sample.id("CELL"), Sample.id("GRASSROOTS")]
    #expect(throws: CycleRejection.levelsWithoutMilestone(missing)) {
      try OwedReports.list(in: cycle, units: Sample.units, persons: persons, rules: Sample.rules)
    }
  }

  @Test func `a role without a form is named`() {
    let persons = [Sample.person("p1", of: "commune-a", role: .deputy)]
    let subject = SubjectID.person(Sample.id("p1"))
    #expect(throws: CycleRejection.subjectsWithoutForm([subject])) {
      try OwedReports.list(in: cycle, units: Sample.units, persons: persons, rules: Sample.rules)
    }
  }
}
