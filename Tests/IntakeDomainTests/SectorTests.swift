import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `A vertically managed sector` {
  static let police: ListCode = Sample.id("POLICE")
  static let military: ListCode = Sample.id("MILITARY")
  static let sectorDue = Sample.instant("2021-12-04T17:00:00Z")

  /// The cycle's rules, which know two sectors.
  static let rules: RuleSet = {
    var rules = Sample.rules
    rules.sectors = [
      ListEntry(code: police, name: "Công an"), ListEntry(code: military, name: "Quân sự"),
    ]
    return rules
  }()

  /// The rules of the police, with forms of its own.
  static let policeRules: RuleSet = {
    var own = rules
    own.id = Sample.id("132-2018.police")
    own.forms = own.forms.map { form in
      var own = form
      own.code = Sample.id("P\(form.code)")
      return own
    }
    return own
  }()

  static func milestone(
    _ level: String, _ sector: ListCode, pilot: Bool = false, due: Instant = sectorDue
  ) -> Milestone {
    var milestone = Sample.milestone(level, pilot: pilot, due: due)
    milestone.sector = sector
    return milestone
  }

  static func opened(
    _ more: [Milestone] = [], sectorRules: [(ListCode, RuleSetID)] = []
  ) -> CycleOpened {
    var opened = Sample.opened()
    opened.milestones += more
    if !sectorRules.isEmpty {
      opened.sectorRules = sectorRules.map { SectorRules(sector: $0.0, ruleSetID: $0.1) }
    }
    return opened
  }

  /// The province with the police below the district: an office and a cell of it, and inside it a
  /// company of the military.
  static let units: [UnitRegistered] = {
    func unit(_ id: String, below parent: String, _ sector: ListCode? = nil) -> UnitRegistered {
      var unit = Sample.unit(
        id, level: "GRASSROOTS", parent: parent, managedBy: "district", at: "DISTRICT")
      unit.sector = sector
      return unit
    }
    return Sample.units + [
      // Below comes before above: what is inherited depends on no order.
      unit("a-cell", below: "police"), unit("police", below: "district", police),
      unit("company", below: "a-cell", military), unit("squad", below: "company"),
    ]
  }()

  func open(
    _ opened: CycleOpened, sectorRules: [ListCode: RuleSet] = [:]
  ) throws(CycleRejection) -> [CycleEvent] {
    try Cycle().open(opened, rules: Self.rules, sectorRules: sectorRules)
  }

  @Test func `has milestones beside the general ones, each once`() throws {
    let plan = Self.opened([
      Self.milestone("DISTRICT", Self.police), Self.milestone("DISTRICT", Self.military),
    ])
    #expect(try open(plan) == [.opened(plan)])
    var twice = plan
    twice.milestones.append(Self.milestone("DISTRICT", Self.military))
    #expect(throws: CycleRejection.repeatedMilestone(at: 5)) { try open(twice) }
  }

  @Test func `must be known to the rules of the cycle`() {
    let navy: ListCode = Sample.id("NAVY")
    #expect(throws: CycleRejection.unknownMilestoneSector(at: 4)) {
      try open(
        Self.opened([
          Self.milestone("DISTRICT", Self.police), Self.milestone("DISTRICT", navy),
        ]))
    }
    #expect(throws: CycleRejection.unknownRulesSector(at: 0)) {
      try open(
        Self.opened(sectorRules: [(navy, Self.policeRules.id)]),
        sectorRules: [navy: Self.policeRules])
    }
    #expect(throws: CycleRejection.unknownMilestoneSector(at: 3)) {
      try Cycle().open(
        Self.opened([Self.milestone("DISTRICT", Self.police)]), rules: Sample.rules)
    }
  }

  @Test func `has rules once, and such that were made for the cycle`() throws {
    let named = (Self.police, Self.policeRules.id)
    let own = [Self.police: Self.policeRules]
    let plan = Self.opened(sectorRules: [named])
    #expect(try open(plan, sectorRules: own) == [.opened(plan)])
    #expect(throws: CycleRejection.repeatedSectorRules(at: 1)) {
      try open(Self.opened(sectorRules: [named, named]), sectorRules: own)
    }
    var late = Self.policeRules
    late.scope = RuleScope(years: 2023...2024, kinds: [.annual])
    #expect(throws: CycleRejection.sectorRulesOutOfScope(at: 0)) {
      try open(plan, sectorRules: [Self.police: late])
    }
    #expect(throws: CycleRejection.sectorRulesOutOfScope(at: 0)) { try open(plan) }
  }

  @Test func `follows its milestone behind that of pilots and before the general one`() {
    let level: LevelCode = Sample.id("DISTRICT")
    let early = Sample.instant("2021-11-20T17:00:00Z")
    let cycle = Cycle([.opened(Self.opened([Self.milestone("DISTRICT", Self.police)]))])
    func due(_ cycle: Cycle, pilot: Bool, _ sector: ListCode?) -> Instant? {
      cycle.dueReport(for: level, pilot: pilot, sector: sector)?.dueBefore
    }
    #expect(due(cycle, pilot: false, nil) == Sample.due)
    #expect(due(cycle, pilot: false, Self.police) == Self.sectorDue)
    #expect(due(cycle, pilot: false, Self.military) == Sample.due)
    #expect(due(cycle, pilot: true, Self.police) == Sample.pilotDue)
    let both = Cycle([
      .opened(
        Self.opened([
          Self.milestone("DISTRICT", Self.police),
          Self.milestone("DISTRICT", Self.police, pilot: true, due: early),
        ]))
    ])
    #expect(due(both, pilot: true, Self.police) == early)
    #expect(due(both, pilot: true, nil) == Sample.pilotDue)
    // A milestone of a sector is nobody else's, even where there is no general one.
    var alone = Self.opened([Self.milestone("CELL", Self.police)])
    alone.milestones.removeAll { $0.sector == nil }
    #expect(
      Cycle([.opened(alone)]).dueReport(for: Sample.id("CELL"), pilot: false) == nil)
  }

  @Test func `is the unit's own or that of the nearest above, and its members' by their cell`()
    throws
  {
    let persons = [
      Sample.person("p1", of: "a-cell"), Sample.person("p2", of: "squad"),
      Sample.person("p3", of: "commune-b"),
    ]
    let plan = Self.opened(
      [Self.milestone("DISTRICT", Self.police)], sectorRules: [(Self.police, Self.policeRules.id)])
    let (_, requests) = try Cycle([.opened(plan)]).launch(
      units: Self.units, persons: persons, rules: Self.rules,
      sectorRules: [Self.police: Self.policeRules])
    func lines(_ ids: Set<String>) -> [String] {
      requests.filter { ids.contains($0.subjectID.description) }
        .map { "\($0.subjectID) \($0.form) \($0.ruleSetID) \($0.dueBefore == Self.sectorDue)" }
    }
    let police = "132-2018.police true"
    #expect(
      lines(["unit/a-cell", "unit/police", "person/p1"]) == [
        "unit/a-cell P01 \(police)", "unit/police P01 \(police)", "person/p1 P02 \(police)",
      ])
    let others = "132-2018 false"
    #expect(
      lines(["unit/company", "unit/squad", "unit/commune-b", "person/p2", "person/p3"]) == [
        "unit/commune-b 01 \(others)", "unit/company 01 \(others)", "unit/squad 01 \(others)",
        "person/p2 02 \(others)", "person/p3 02 \(others)",
      ])
  }

  @Test func `is known of who joins later, though everybody above was asked before`() throws {
    let plan = Self.opened([Self.milestone("DISTRICT", Self.police)])
    let cycle = Cycle([.opened(plan)])
    let before = try OwedReports.list(in: cycle, units: Self.units, persons: [], rules: Self.rules)
    let joined = try OwedReports.list(
      in: cycle, units: Self.units, persons: [Sample.person("p1", of: "a-cell")],
      rules: Self.rules, without: Set(before.map(\.reportID)))
    #expect(joined.map(\.subjectID.description) == ["person/p1"])
    #expect(joined.map(\.dueBefore) == [Self.sectorDue])
  }

  @Test func `without a form for a role is named before the launch`() {
    var bare = Self.policeRules
    bare.forms.removeAll { $0.kind == .individual }
    let plan = Self.opened(sectorRules: [(Self.police, bare.id)])
    #expect(throws: CycleRejection.subjectsWithoutForm([.person(Sample.id("p1"))])) {
      try Cycle([.opened(plan)]).launch(
        units: Self.units,
        persons: [Sample.person("p1", of: "police"), Sample.person("p2", of: "commune-b")],
        rules: Self.rules, sectorRules: [Self.police: bare])
    }
  }

  // MARK: Imports

  private func row(
    _ line: Int, _ unit: String, _ sector: UnitImport.SectorCell
  ) -> UnitImport.Row {
    UnitImport.Row(
      line: line, unitID: Sample.id(unit), name: "Đảng bộ \(unit)", level: Sample.id("GRASSROOTS"),
      parentID: Sample.id("district"), managingUnitID: Sample.id("district"),
      peerGroup: Sample.id("group"), reviewed: true, sector: sector)
  }

  private func imported(
    _ rows: [UnitImport.Row]
  ) throws(ImportRefusal<UnitImport.Column>) -> ImportPlan<UnitRegistered> {
    try UnitImport.plan(
      rows, existing: Dictionary(uniqueKeysWithValues: Self.units.map { ($0.unitID, $0) }),
      levels: Set(Self.rules.levels.map(\.code)), sectors: Set(Self.rules.sectors.map(\.code)))
  }

  @Test func `comes in with a file that names it, and stays where a file does not`() throws {
    let plan = try imported([
      row(2, "border", .said(Self.military)), row(3, "police", .leftOut),
      row(4, "new", .leftOut), row(5, "commune-a", .said(Self.police)),
      row(6, "commune-b", .said(nil)),
    ])
    #expect(plan.registered.map(\.sector) == [Self.military, nil])
    #expect(plan.amended.map(\.unitID.text) == ["commune-a"])
    #expect(plan.amended.map(\.sector) == [Self.police])
    #expect(plan.unchangedCount == 2)
    #expect(try imported([row(2, "police", .said(nil))]).amended.map(\.sector) == [nil])
  }

  @Test func `that no rules know is a fault of its cell`() {
    #expect(
      throws: ImportRefusal<UnitImport.Column>([
        ImportFault(line: 3, column: .sector, problem: .unknownSector)
      ])
    ) {
      try imported([
        row(2, "border", .said(Self.military)), row(3, "navy", .said(Sample.id("NAVY"))),
      ])
    }
  }
}
