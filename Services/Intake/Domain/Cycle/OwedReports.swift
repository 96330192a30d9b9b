public import ReviewEvents
public import ReviewRules

/// Who owes a report in a cycle: the one place that answers this legal question.
///
/// Every reviewed organisation and every member who files electronically owes one, as far as the
/// scope of the cycle goes. Members whose cell keeps the review on paper owe none here, and neither
/// does an organisation that is managed from outside the province.
public enum OwedReports {
  /// How many subjects without a form are named in a refusal.
  public static let namedSubjectsMax = 20

  /// The reports owed in `cycle`, collectives first, each in order of its subject.
  ///
  /// - Parameters:
  ///   - units: every organisation, because sector and scope come from above.
  ///   - sectorRules: the rules of sectors whose guidance differs from the cycle's.
  ///   - requested: reports that were requested already and are left out.
  public static func list(
    in cycle: Cycle, units: [UnitRegistered], persons: [PersonRegistered], rules: RuleSet,
    sectorRules: [ListCode: RuleSet] = [:], without requested: Set<ReportID> = []
  ) throws(CycleRejection) -> [ReportRequested] {
    guard let plan = cycle.plan else { throw .notOpened }
    let own = OwnRules(general: rules, ofSectors: sectorRules)
    let duties = duties(plan, units: units, persons: persons).filter {
      !requested.contains(ReportID(cycle: plan.cycleID, subject: $0.subject))
    }
    let due = DueDates(of: cycle)
    let findings = findings(duties, due, own)
    if let rejection = findings.lazy.compactMap(\.rejection).first { throw rejection }
    return duties.compactMap { duty in
      guard let milestone = due[duty], let form = own.form(for: duty) else { return nil }
      return ReportRequested(
        reportID: ReportID(cycle: plan.cycleID, subject: duty.subject), cycleID: plan.cycleID,
        subjectID: duty.subject, managingUnitID: duty.managingUnitID,
        managingLevel: duty.managingLevel, form: form.code, dueBefore: milestone.dueBefore,
        dueWording: milestone.wording, year: plan.year, planNumber: plan.planNumber,
        ruleSetID: own[duty].id)
    }
  }

  /// How many reports are owed in `cycle`, and what is missing before they can be requested.
  ///
  /// ``list(in:units:persons:rules:sectorRules:without:)`` refuses by exactly what is found here.
  static func survey(
    of cycle: Cycle, units: [UnitRegistered], persons: [PersonRegistered], rules: RuleSet,
    sectorRules: [ListCode: RuleSet]
  ) -> (owed: Int, findings: [LaunchFinding]) {
    guard let plan = cycle.plan else { return (0, []) }
    let duties = duties(plan, units: units, persons: persons)
    let own = OwnRules(general: rules, ofSectors: sectorRules)
    return (duties.count, findings(duties, DueDates(of: cycle), own))
  }

  private static func duties(
    _ plan: CycleOpened, units: [UnitRegistered], persons: [PersonRegistered]
  ) -> [Duty] {
    let places = Places(plan, units: units)
    let scope = ScopeCheck(plan.scope, units: units)
    let collectives = units.sorted { $0.unitID < $1.unitID }.compactMap { Duty($0, places) }
    let members = persons.sorted { $0.personID < $1.personID }.compactMap { Duty($0, places) }
    return (collectives + members).filter { scope.includes($0) }
  }

  private static func findings(
    _ duties: [Duty], _ due: DueDates, _ rules: OwnRules
  ) -> [LaunchFinding] {
    let withoutDue = Set(duties.filter { due[$0] == nil }.map(\.managingLevel))
    let withoutForm = duties.filter { rules.form(for: $0) == nil }
    let atUnknownLevel = duties.filter { duty in
      !rules[duty].levels.contains { $0.code == duty.managingLevel }
    }
    let findings: [LaunchFinding] = [
      .levelsWithoutMilestone(withoutDue.sorted()),
      .subjectsWithoutForm(withoutForm.map(\.subject)),
      .subjectsAtUnknownLevel(atUnknownLevel.map(\.subject)),
    ]
    return findings.filter { $0.count > 0 }
  }
}

/// The rules of the cycle, and those of sectors whose guidance differs.
private struct OwnRules {
  let general: RuleSet
  let ofSectors: [ListCode: RuleSet]

  subscript(duty: Duty) -> RuleSet { duty.sector.flatMap { ofSectors[$0] } ?? general }

  func form(for duty: Duty) -> Form? {
    self[duty].form(for: duty.subject.kind, role: duty.role)
  }
}

/// What follows from where a subject stands: pilot or not, and the sector.
private struct Places {
  let pilots: Set<UnitID>
  let sectors: FromAbove<ListCode>

  init(_ plan: CycleOpened, units: [UnitRegistered]) {
    pilots = Set(plan.pilotUnitIDs)
    let own = units.compactMap { unit in unit.sector.map { (unit.unitID, $0) } }
    sectors = FromAbove(Dictionary(own) { first, _ in first }, in: units)
  }
}

/// One subject that owes a report.
private struct Duty {
  let subject: SubjectID
  let role: MemberRole?
  /// The organisation itself, or the one where the person is a member.
  let unitID: UnitID
  let managingUnitID: UnitID
  let managingLevel: LevelCode
  let pilot: Bool
  let sector: ListCode?

  init?(_ unit: UnitRegistered, _ places: Places) {
    guard unit.reviewed, let managingUnitID = unit.managingUnitID,
      let managingLevel = unit.managingLevel
    else { return nil }
    subject = .unit(unit.unitID)
    role = nil
    unitID = unit.unitID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    pilot = places.pilots.contains(unit.unitID)
    sector = places.sectors[unit.unitID]
  }

  init?(_ person: PersonRegistered, _ places: Places) {
    guard person.channel == .electronic else { return nil }
    subject = .person(person.personID)
    role = person.role
    unitID = person.memberOfID
    managingUnitID = person.managingUnitID
    managingLevel = person.managingLevel
    // The members of a pilot unit are reviewed together with its collective.
    pilot = places.pilots.contains(person.memberOfID)
    sector = places.sectors[person.memberOfID]
  }
}

/// Whether the cycle is about a subject.
private struct ScopeCheck {
  private let scope: CycleScope
  private let units: FromAbove<Bool>

  init(_ scope: CycleScope?, units: [UnitRegistered]) {
    self.scope = scope ?? CycleScope()
    let named = Set(scope?.unitIDs ?? []).map { ($0, true) }
    self.units = FromAbove(Dictionary(uniqueKeysWithValues: named), in: units)
  }

  func includes(_ duty: Duty) -> Bool {
    if let kinds = scope.kinds, !kinds.contains(duty.subject.kind) { return false }
    if let roles = scope.roles, let role = duty.role, !roles.contains(role) { return false }
    return scope.unitIDs == nil || units[duty.unitID] != nil
  }
}

/// The due dates of a cycle, looked up once per level and sector instead of once per subject.
private struct DueDates {
  private struct Key: Hashable {
    let level: LevelCode
    let pilot: Bool
    let sector: ListCode?
  }

  private var dates: [Key: Milestone] = [:]
  private let sectors: Set<ListCode>

  init(of cycle: Cycle) {
    let milestones = cycle.plan?.milestones ?? []
    sectors = Set(milestones.compactMap(\.sector))
    for level in Set(milestones.map(\.level)) {
      for sector in [nil] + sectors.map(Optional.some) {
        for pilot in [false, true] {
          dates[Key(level: level, pilot: pilot, sector: sector)] = cycle.dueReport(
            for: level, pilot: pilot, sector: sector)
        }
      }
    }
  }

  subscript(duty: Duty) -> Milestone? {
    // A sector that the plan does not name follows the general dates.
    let sector = duty.sector.flatMap { sectors.contains($0) ? $0 : nil }
    return dates[Key(level: duty.managingLevel, pilot: duty.pilot, sector: sector)]
  }
}
