public import ReviewEvents
public import ReviewRules

/// One review cycle: opened under a plan, launched once, closed at the end.
public struct Cycle: Sendable, Hashable {
  /// How far a cycle has come.
  public enum Phase: String, Sendable, CaseIterable {
    /// Nothing is known of it.
    case unopened
    /// Opened; who owes a report is not fixed yet.
    case open
    /// The reports were requested.
    case launched
    /// No report is taken any more.
    case closed
  }

  /// How far it has come.
  public private(set) var phase = Phase.unopened
  /// What it was opened with.
  public private(set) var plan: CycleOpened?
  /// How many reports were requested.
  public private(set) var requestedReports = 0
  /// How it was closed, as long as it is.
  public private(set) var closing: CycleClosed?
  /// How often it was reopened.
  public private(set) var reopenings = 0

  /// A cycle of which nothing is known.
  public init() {}

  /// The cycle that these facts tell of.
  public init(_ events: some Sequence<CycleEvent>) {
    for event in events { apply(event) }
  }

  /// Takes a fact into account; every fact can be applied in every phase.
  public mutating func apply(_ event: CycleEvent) {
    switch event {
    case .opened(let opened):
      plan = opened
      phase = .open
    case .launched(let launched):
      requestedReports = launched.requestedReports
      phase = .launched
    case .closed(let closed):
      closing = closed
      phase = .closed
    case .reopened:
      closing = nil
      reopenings += 1
      // Only a launched cycle has anything to take again.
      phase = requestedReports > 0 ? .launched : .open
    }
  }

  /// Opens the cycle; opening it again with the same contents changes nothing.
  ///
  /// Where the plan does not say who is reviewed, the rules may say it for cycles of its kind.
  /// - Parameter sectorRules: the rule sets that the plan names for sectors.
  public func open(
    _ wanted: CycleOpened, rules: RuleSet, sectorRules: [ListCode: RuleSet] = [:]
  ) throws(CycleRejection) -> [CycleEvent] {
    var opened = wanted
    opened.scope = wanted.scope ?? rules.defaultScope(of: wanted.kind)
    if let plan {
      guard plan == opened else { throw .alreadyOpened }
      return []
    }
    guard rules.scope.covers(opened.kind, year: opened.year) else { throw .outOfScope }
    let known = Set(rules.levels.map(\.code))
    let unknown = Set(opened.milestones.map(\.level)).subtracting(known)
    guard unknown.isEmpty else { throw .unknownLevels(unknown.sorted()) }
    var seen: Set<MilestoneKey> = []
    for (place, milestone) in opened.milestones.enumerated() {
      guard seen.insert(MilestoneKey(milestone)).inserted else {
        throw .repeatedMilestone(at: place)
      }
    }
    try opened.checkPeriod()
    try opened.checkScope()
    try opened.checkSectors(rules, sectorRules)
    return [.opened(opened)]
  }

  /// Requests the report of everybody who owes one; launching again changes nothing.
  ///
  /// Who joins later owes no report by the launch itself; `requestJoiners` asks for it.
  /// - Parameter sectorRules: the rule sets that the plan names for sectors.
  public func launch(
    units: [UnitRegistered], persons: [PersonRegistered], rules: RuleSet,
    sectorRules: [ListCode: RuleSet] = [:]
  ) throws(CycleRejection) -> (events: [CycleEvent], requests: [ReportRequested]) {
    guard let plan else { throw .notOpened }
    switch phase {
    case .closed: throw .alreadyClosed
    case .launched: return ([], [])
    case .unopened, .open: break
    }
    let requests = try OwedReports.list(
      in: self, units: units, persons: persons, rules: rules, sectorRules: sectorRules)
    let launched = CycleLaunched(cycleID: plan.cycleID, requestedReports: requests.count)
    return ([.launched(launched)], requests)
  }

  /// Until when a subject managed at `level` owes its report.
  ///
  /// A pilot unit follows the pilot milestone of its level, a sector that of the sector; where the
  /// plan names none, the general one. Of both the pilot's counts: a pilot is there so that others
  /// see its review before theirs.
  public func dueReport(
    for level: LevelCode, pilot: Bool, sector: ListCode? = nil
  ) -> Milestone? {
    let reports = plan?.milestones.filter { $0.task == .report && $0.level == level } ?? []
    func first(pilot: Bool) -> Milestone? {
      let alike = reports.filter { $0.pilot == pilot }
      let own = sector.flatMap { sector in alike.first { $0.sector == sector } }
      return own ?? alike.first { $0.sector == nil }
    }
    return pilot ? first(pilot: true) ?? first(pilot: false) : first(pilot: false)
  }
}

/// What may stand only once in a plan.
private struct MilestoneKey: Hashable {
  let task: Milestone.Task
  let level: LevelCode
  let pilot: Bool
  let sector: ListCode?

  init(_ milestone: Milestone) {
    task = milestone.task
    level = milestone.level
    pilot = milestone.pilot
    sector = milestone.sector
  }
}
