import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `The check before a launch` {
  let cycle = Cycle([.opened(Sample.opened())])
  let everybodyHeaded: Set<UnitID> = [
    Sample.id("district"), Sample.id("commune-a"), Sample.id("commune-b"),
  ]

  func check(
    _ cycle: Cycle? = nil, units: [UnitRegistered] = Sample.units,
    persons: [PersonRegistered] = [], headed: Set<UnitID>? = nil, rules: RuleSet = Sample.rules,
    now: Instant = Sample.pilotDue + .milliseconds(-1)
  ) throws -> LaunchCheck {
    try LaunchCheck(
      of: cycle ?? self.cycle, units: units, persons: persons, headed: headed ?? everybodyHeaded,
      rules: rules, now: now)
  }

  @Test func `finds nothing where nothing is missing`() throws {
    let check = try check(persons: [Sample.person("p1", of: "commune-a", role: .head)])
    #expect(check.findings.isEmpty && !check.blocks)
    #expect(check.owedReports == 4)
  }

  @Test func `names everything that is missing, all at once`() throws {
    var rules = Sample.rules
    rules.scope = RuleScope(years: 2023...2024, kinds: [.annual])
    let plan = Sample.opened(
      [Sample.milestone("DISTRICT"), Sample.milestone("DISTRICT", pilot: true)],
      pilots: ["commune-a", "nowhere"])
    let lost = Sample.unit(
      "commune-z", level: "GRASSROOTS", parent: "district", managedBy: nil, at: nil)
    let persons = [
      Sample.person("p1", of: "commune-a", role: .deputy),
      Sample.person("p2", of: "commune-a", managedBy: "ward", at: "WARD"),
    ]
    let check = try check(
      Cycle([.opened(plan)]), units: Sample.units + [lost], persons: persons,
      headed: [Sample.id("commune-a")], rules: rules, now: Sample.due)
    #expect(
      check.findings == [
        .levelsWithoutMilestone([Sample.id("PROVINCE"), Sample.id("WARD")]),
        .subjectsWithoutForm([.person(Sample.id("p1"))]),
        .subjectsAtUnknownLevel([.person(Sample.id("p2"))]),
        .unitsWithoutHead([
          Sample.id("commune-b"), Sample.id("commune-z"), Sample.id("district"),
        ]),
        .unitsWithoutManager([Sample.id("commune-z")]),
        .unknownPilotUnits([Sample.id("nowhere")]),
        .milestonesPassed(plan.milestones), .rulesOutOfScope,
      ])
    #expect(check.blocks && check.findings.map(\.count) == [2, 1, 1, 3, 1, 1, 2, 1])
    #expect(check.owedReports == 5)
  }

  /// What stands in the way of each launch, as check and launch see it.
  static let cases: [(plan: CycleOpened, persons: [PersonRegistered])] = [
    (Sample.opened(), []),
    (Sample.opened([Sample.milestone("DISTRICT")]), []),
    (Sample.opened(), [Sample.person("p1", of: "commune-a", role: .deputy)]),
    (
      Sample.opened([Sample.milestone("PROVINCE")]),
      (1...30).map { Sample.person("p\($0)", of: "commune-a", role: .deputy) }
    ),
    (Sample.opened(pilots: ["nowhere"]), []),
  ]

  @Test(arguments: cases.indices)
  func `blocks exactly what a launch refuses, with the same words`(place: Int) throws {
    let (plan, persons) = Self.cases[place]
    let cycle = Cycle([.opened(plan)])
    let check = try check(cycle, persons: persons, headed: [], now: Sample.due)
    var refusal: CycleRejection?
    do {
      _ = try cycle.launch(units: Sample.units, persons: persons, rules: Sample.rules)
    } catch { refusal = error }
    #expect(check.findings.compactMap(\.rejection).first == refusal)
    #expect(check.blocks == (refusal != nil))
  }

  @Test func `is about a cycle that was opened`() {
    #expect(throws: CycleRejection.notOpened) { try check(Cycle()) }
  }
}
