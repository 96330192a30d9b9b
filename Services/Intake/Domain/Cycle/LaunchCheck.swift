public import ReviewEvents
public import ReviewRules

/// Everything that is missing before a cycle is launched, all at once.
public struct LaunchCheck: Sendable, Hashable {
  /// How many reports a launch would request.
  public let owedReports: Int
  /// What is missing or looks wrong: what a launch is refused for comes first.
  public let findings: [LaunchFinding]

  /// Looks at a cycle that is to be launched.
  /// - Parameters:
  ///   - units: every registered organisation.
  ///   - persons: the members who file electronically.
  ///   - headed: the organisations that somebody heads.
  ///   - sectorRules: the rule sets that the plan names for sectors.
  ///   - now: the moment of the check.
  /// - Throws: ``CycleRejection/notOpened``.
  public init(
    of cycle: Cycle, units: [UnitRegistered], persons: [PersonRegistered], headed: Set<UnitID>,
    rules: RuleSet, sectorRules: [ListCode: RuleSet] = [:], now: Instant
  ) throws(CycleRejection) {
    guard let plan = cycle.plan else { throw .notOpened }
    let survey = OwedReports.survey(
      of: cycle, units: units, persons: persons, rules: rules, sectorRules: sectorRules)
    let reviewed = units.filter(\.reviewed).sorted { $0.unitID < $1.unitID }
    let registered = Set(units.map(\.unitID))
    let warnings: [LaunchFinding] = [
      .unitsWithoutHead(reviewed.map(\.unitID).filter { !headed.contains($0) }),
      .unitsWithoutManager(reviewed.filter { $0.managingUnitID == nil }.map(\.unitID)),
      .unknownPilotUnits(plan.pilotUnitIDs.filter { !registered.contains($0) }),
      .milestonesPassed(plan.milestones.filter { $0.dueBefore <= now }),
    ]
    owedReports = survey.owed
    findings =
      survey.findings + warnings.filter { $0.count > 0 }
      + (rules.scope.covers(plan.kind, year: plan.year) ? [] : [.rulesOutOfScope])
  }

  /// Whether a launch would be refused.
  public var blocks: Bool { findings.contains { $0.rejection != nil } }
}
