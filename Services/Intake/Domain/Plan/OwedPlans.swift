public import ReviewEvents

/// What one organisation owes: a plan of its own for one cycle.
public struct PlanDuty: Sendable, Hashable {
  /// How far it is.
  public enum State: String, Sendable, CaseIterable {
    /// There is a plan.
    case adopted
    /// There is none, and there is time.
    case missing
    /// There is none, and it is too late for a punctual one.
    case overdue
  }

  /// The organisation.
  public let unitID: UnitID
  /// Its level.
  public let level: LevelCode
  /// Until when.
  public let milestone: Milestone
  /// What was adopted; empty until something is.
  public let plan: OwnPlan
  /// How far it is.
  public let state: State

  /// Whether there is a plan, and the first one came too late.
  public var isLate: Bool { plan.isLate(for: milestone) }
}

/// How many organisations of one level owe a plan, and how far they are.
public struct PlanCount: Sendable, Hashable {
  /// All that owe one; each is adopted, missing or overdue.
  public var owed = 0
  /// Those with a plan.
  public var adopted = 0
  /// Of these, those whose first one came too late.
  public var late = 0
  /// Those without one that have time.
  public var missing = 0
  /// Those without one that have none.
  public var overdue = 0

  /// Nobody.
  public init() {}
}

/// Who owes a plan of its own in a cycle: every organisation of a level that a plan milestone of
/// the cycle names, reviewed or not.
///
/// A pilot organisation follows the pilot milestone of its level, or the general one where there is
/// none; one of a sector follows those of its sector, or else those for all.
public enum OwedPlans {
  /// Until when `unit` owes a plan; `nil` when the cycle asks it for none.
  public static func milestone(for unit: UnitRegistered, in cycle: Cycle) -> Milestone? {
    guard let opened = cycle.plan else { return nil }
    return PlanMilestones(of: opened).milestone(for: unit)
  }

  /// The plans owed in `cycle`, in order of the organisations' ids.
  ///
  /// Who exists today owes one, whatever the day on which it came.
  public static func list(
    in cycle: Cycle, units: [UnitRegistered], plans: [UnitID: OwnPlan], now: Instant
  ) -> [PlanDuty] {
    guard let opened = cycle.plan else { return [] }
    let milestones = PlanMilestones(of: opened)
    return units.sorted { $0.unitID < $1.unitID }.compactMap { unit in
      guard let milestone = milestones.milestone(for: unit) else { return nil }
      let plan = plans[unit.unitID] ?? OwnPlan()
      let state: PlanDuty.State =
        plan.newest != nil ? .adopted : now >= milestone.dueBefore ? .overdue : .missing
      return PlanDuty(
        unitID: unit.unitID, level: unit.level, milestone: milestone, plan: plan, state: state)
    }
  }

  /// The duties counted by level.
  public static func count(_ duties: [PlanDuty]) -> [LevelCode: PlanCount] {
    duties.reduce(into: [:]) { counts, duty in
      var count = counts[duty.level] ?? PlanCount()
      count.owed += 1
      switch duty.state {
      case .adopted: count.adopted += 1
      case .missing: count.missing += 1
      case .overdue: count.overdue += 1
      }
      if duty.isLate { count.late += 1 }
      counts[duty.level] = count
    }
  }
}

/// The plan milestones of a cycle.
private struct PlanMilestones {
  private let milestones: [LevelCode: [Milestone]]
  private let pilots: Set<UnitID>

  init(of opened: CycleOpened) {
    milestones = Dictionary(grouping: opened.milestones.filter { $0.task == .plan }, by: \.level)
    pilots = Set(opened.pilotUnitIDs)
  }

  func milestone(for unit: UnitRegistered) -> Milestone? {
    guard let milestones = milestones[unit.level] else { return nil }
    let isPilot = pilots.contains(unit.unitID)
    func first(in sector: ListCode?, pilot: Bool) -> Milestone? {
      milestones.first { $0.sector == sector && $0.pilot == pilot }
    }
    func best(in sector: ListCode?) -> Milestone? {
      (isPilot ? first(in: sector, pilot: true) : nil) ?? first(in: sector, pilot: false)
    }
    return unit.sector.flatMap { best(in: $0) } ?? best(in: nil)
  }
}
