import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

/// A period to try, and what must come of it.
struct PeriodCase: Sendable, CustomTestStringConvertible {
  let kind: CycleKind
  let period: ReviewPeriod?
  let fault: PeriodFault?

  init(_ kind: CycleKind, _ from: String?, _ through: String?, _ fault: PeriodFault? = nil) {
    self.kind = kind
    period = from.flatMap { from in
      through.map { ReviewPeriod(from: Registry.day(from), through: Registry.day($0)) }
    }
    self.fault = fault
  }

  var testDescription: String {
    let days = period.map { "\($0.from) to \($0.through)" } ?? "no days"
    return "\(kind.rawValue), \(days): \(fault.map { "\($0)" } ?? "fine")"
  }
}

@Suite struct `The period of a cycle` {
  static let cases: [PeriodCase] = [
    PeriodCase(.annual, nil, nil), PeriodCase(.annual, "2021-01-01", "2021-12-31"),
    // A review year may begin in December.
    PeriodCase(.annual, "2020-12-01", "2021-11-30"),
    PeriodCase(.annual, "2021-01-01", "2022-01-01"),
    PeriodCase(.annual, "2021-01-01", "2022-01-02", .tooLong),
    PeriodCase(.annual, "2020-01-01", "2020-12-31", .outsideYear),
    PeriodCase(.annual, "2022-01-01", "2022-12-31", .outsideYear),
    PeriodCase(.annual, "2021-12-31", "2021-01-01", .outOfOrder),
    PeriodCase(.quarterly, nil, nil, .missing),
    PeriodCase(.quarterly, "2021-01-01", "2021-03-31"),
    PeriodCase(.quarterly, "2021-04-01", "2021-06-30"),
    PeriodCase(.quarterly, "2021-07-01", "2021-09-30"),
    PeriodCase(.quarterly, "2021-10-01", "2021-12-31"),
    PeriodCase(.quarterly, "2021-10-01", "2021-12-30", .notAQuarter),
    PeriodCase(.quarterly, "2021-02-01", "2021-04-30", .notAQuarter),
    PeriodCase(.quarterly, "2020-01-01", "2020-03-31", .notAQuarter),
    PeriodCase(.term, nil, nil, .missing), PeriodCase(.term, "2016-01-01", "2021-12-31"),
    PeriodCase(.term, "2021-06-01", "2026-05-31"),
    PeriodCase(.term, "2011-01-01", "2021-12-31", .tooLong),
    PeriodCase(.term, "2015-01-01", "2020-12-31", .outsideYear),
    PeriodCase(.adHoc, nil, nil), PeriodCase(.adHoc, "2021-05-09", "2021-05-09"),
    PeriodCase(.adHoc, "2021-05-09", "2021-05-08", .outOfOrder),
  ]

  @Test(arguments: cases) func `fits its kind and year`(tried: PeriodCase) throws {
    var plan = Sample.opened()
    plan.kind = tried.kind
    plan.period = tried.period
    guard let fault = tried.fault else {
      #expect(try Cycle().open(plan, rules: Sample.rules) == [.opened(plan)])
      return
    }
    #expect(throws: CycleRejection.period(fault)) { try Cycle().open(plan, rules: Sample.rules) }
  }
}

@Suite struct `The scope of a cycle` {
  /// Everybody of these tests, as the cycle asks them.
  private func asked(_ scope: CycleScope?) throws -> [String] {
    var plan = Sample.opened()
    plan.scope = scope
    let cell = Sample.unit(
      "cell-a", level: "CELL", parent: "commune-a", managedBy: "commune-a", at: "GRASSROOTS",
      reviewed: false)
    let persons = [
      Sample.person("head-a", of: "cell-a", role: .head), Sample.person("member-a", of: "cell-a"),
      Sample.person("member-b", of: "commune-b"),
      Sample.person("paper", of: "cell-a", role: .head, channel: .paper),
    ]
    let opened = try Cycle().open(plan, rules: Sample.rules)
    return try Cycle(opened).launch(
      units: Sample.units + [cell], persons: persons, rules: Sample.rules
    ).requests.map(\.subjectID.description)
  }

  static let everybody = [
    "unit/commune-a", "unit/commune-b", "unit/district", "person/head-a", "person/member-a",
    "person/member-b",
  ]

  @Test func `is everybody unless something is said`() throws {
    #expect(try asked(nil) == Self.everybody)
    #expect(try asked(CycleScope()) == Self.everybody)
    #expect(try asked(CycleScope(kinds: [.collective, .individual])) == Self.everybody)
    #expect(try asked(CycleScope(unitIDs: [Sample.id("province")])) == Self.everybody)
  }

  @Test func `leaves out kinds, roles, and what is not below the named organisations`() throws {
    #expect(try asked(CycleScope(kinds: [.collective])) == Array(Self.everybody.prefix(3)))
    #expect(
      try asked(CycleScope(roles: [.head])) == Array(Self.everybody.prefix(3)) + ["person/head-a"])
    #expect(try asked(CycleScope(roles: [.head], kinds: [.individual])) == ["person/head-a"])
    #expect(
      try asked(CycleScope(unitIDs: [Sample.id("commune-a")])) == [
        "unit/commune-a", "person/head-a", "person/member-a",
      ])
    #expect(
      try asked(
        CycleScope(
          kinds: [.individual], unitIDs: [Sample.id("commune-b"), Sample.id("cell-a")])) == [
          "person/head-a", "person/member-a", "person/member-b",
        ])
  }

  @Test func `asks for no deadline and no form of who is left out`() throws {
    var plan = Sample.opened([Sample.milestone("PROVINCE")])
    plan.scope = CycleScope(kinds: [.collective], unitIDs: [Sample.id("district")])
    let persons = [Sample.person("deputy", of: "commune-a", role: .deputy)]
    func launch(_ plan: CycleOpened) throws(CycleRejection) -> Int {
      try Cycle([.opened(plan)])
        .launch(
          units: Array(Sample.units.prefix(2)), persons: persons, rules: Sample.rules
        ).requests.count
    }
    #expect(try launch(plan) == 1)
    plan.scope = nil
    #expect(throws: CycleRejection.levelsWithoutMilestone([Sample.id("DISTRICT")])) {
      try launch(plan)
    }
  }

  static let contradictions = [
    CycleScope(roles: [.head], kinds: [.collective]), CycleScope(roles: []), CycleScope(kinds: []),
    CycleScope(unitIDs: []),
  ]

  @Test(arguments: contradictions) func `that names nobody is refused`(scope: CycleScope) {
    var plan = Sample.opened()
    plan.scope = scope
    #expect(throws: CycleRejection.contradictoryScope) {
      try Cycle().open(plan, rules: Sample.rules)
    }
  }

  @Test func `is that of the rules for its kind, unless the plan says its own`() throws {
    var rules = Sample.rules
    rules.cycleScopes = [
      CycleScopeRule(
        code: Sample.id("QUARTERLY"), kind: .quarterly, subjects: [.head, .deputy],
        source: "KL 198-KL/TW")
    ]
    var quarter = Sample.opened()
    quarter.kind = .quarterly
    quarter.period = ReviewPeriod(
      from: Registry.day("2021-01-01"), through: Registry.day("2021-03-31"))
    var leaders = quarter
    leaders.scope = CycleScope(roles: [.head, .deputy], kinds: [.individual])
    let opened = try Cycle().open(quarter, rules: rules)
    #expect(opened == [.opened(leaders)])
    // The same command again is the same plan.
    #expect(try Cycle(opened).open(quarter, rules: rules).isEmpty)
    #expect(try Cycle(opened).open(leaders, rules: rules).isEmpty)
    var everybody = quarter
    everybody.scope = CycleScope()
    #expect(try Cycle().open(everybody, rules: rules) == [.opened(everybody)])
    #expect(throws: CycleRejection.alreadyOpened) {
      try Cycle(opened).open(everybody, rules: rules)
    }
    // Other kinds are about everybody.
    #expect(try Cycle().open(Sample.opened(), rules: rules) == [.opened(Sample.opened())])
  }
}
