public import ReviewEvents
public import ReviewRules

/// Who owes a report in a cycle: the one place that answers this legal question.
///
/// Every reviewed organisation and every member who files electronically owes one. Members whose
/// cell keeps the review on paper owe none here, and neither does an organisation that is managed
/// from outside the province.
public enum OwedReports {
  /// How many subjects without a form are named in a refusal.
  public static let namedSubjectsMax = 20

  /// The reports owed in `cycle`, collectives first, each in order of its subject.
  public static func list(
    in cycle: Cycle, units: [UnitRegistered], persons: [PersonRegistered], rules: RuleSet
  ) throws(CycleRejection) -> [ReportRequested] {
    guard let plan = cycle.plan else { throw .notOpened }
    let pilots = Set(plan.pilotUnitIDs)
    let duties = duties(of: units, persons, pilots: pilots)
    let due = DueDates(of: cycle)
    let findings = findings(duties, due, rules)
    if let rejection = findings.lazy.compactMap(\.rejection).first { throw rejection }
    return duties.compactMap { duty in
      guard let milestone = due[duty],
        let form = rules.form(for: duty.subject.kind, role: duty.role)
      else { return nil }
      return ReportRequested(
        reportID: ReportID(cycle: plan.cycleID, subject: duty.subject), cycleID: plan.cycleID,
        subjectID: duty.subject, managingUnitID: duty.managingUnitID,
        managingLevel: duty.managingLevel, form: form.code, dueBefore: milestone.dueBefore,
        dueWording: milestone.wording, year: plan.year, planNumber: plan.planNumber,
        ruleSetID: plan.ruleSetID)
    }
  }

  /// How many reports are owed in `cycle`, and what is missing before they can be requested.
  ///
  /// ``list(in:units:persons:rules:)`` refuses by exactly what is found here.
  static func survey(
    of cycle: Cycle, units: [UnitRegistered], persons: [PersonRegistered], rules: RuleSet
  ) -> (owed: Int, findings: [LaunchFinding]) {
    let pilots = Set(cycle.plan?.pilotUnitIDs ?? [])
    let duties = duties(of: units, persons, pilots: pilots)
    return (duties.count, findings(duties, DueDates(of: cycle), rules))
  }

  private static func duties(
    of units: [UnitRegistered], _ persons: [PersonRegistered], pilots: Set<UnitID>
  ) -> [Duty] {
    units.sorted { $0.unitID < $1.unitID }.compactMap { Duty($0, pilots: pilots) }
      + persons.sorted { $0.personID < $1.personID }.compactMap { Duty($0, pilots: pilots) }
  }

  private static func findings(
    _ duties: [Duty], _ due: DueDates, _ rules: RuleSet
  ) -> [LaunchFinding] {
    let levels = Set(rules.levels.map(\.code))
    let withoutDue = Set(duties.filter { due[$0] == nil }.map(\.managingLevel))
    let withoutForm = duties.filter { rules.form(for: $0.subject.kind, role: $0.role) == nil }
    let atUnknownLevel = duties.filter { !levels.contains($0.managingLevel) }
    let findings: [LaunchFinding] = [
      .levelsWithoutMilestone(withoutDue.sorted()),
      .subjectsWithoutForm(withoutForm.map(\.subject)),
      .subjectsAtUnknownLevel(atUnknownLevel.map(\.subject)),
    ]
    return findings.filter { $0.count > 0 }
  }
}

/// One subject that owes a report.
private struct Duty {
  let subject: SubjectID
  let role: MemberRole?
  let managingUnitID: UnitID
  let managingLevel: LevelCode
  let pilot: Bool

  init?(_ unit: UnitRegistered, pilots: Set<UnitID>) {
    guard unit.reviewed, let managingUnitID = unit.managingUnitID,
      let managingLevel = unit.managingLevel
    else { return nil }
    subject = .unit(unit.unitID)
    role = nil
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    pilot = pilots.contains(unit.unitID)
  }

  init?(_ person: PersonRegistered, pilots: Set<UnitID>) {
    guard person.channel == .electronic else { return nil }
    subject = .person(person.personID)
    role = person.role
    managingUnitID = person.managingUnitID
    managingLevel = person.managingLevel
    // The members of a pilot unit are reviewed together with its collective.
    pilot = pilots.contains(person.memberOfID)
  }
}

/// The due dates of a cycle, looked up once per level instead of once per subject.
private struct DueDates {
  private var general: [LevelCode: Milestone] = [:]
  private var pilot: [LevelCode: Milestone] = [:]

  init(of cycle: Cycle) {
    for level in Set(cycle.plan?.milestones.map(\.level) ?? []) {
      general[level] = cycle.dueReport(for: level, pilot: false)
      pilot[level] = cycle.dueReport(for: level, pilot: true)
    }
  }

  subscript(duty: Duty) -> Milestone? {
    duty.pilot ? pilot[duty.managingLevel] : general[duty.managingLevel]
  }
}
