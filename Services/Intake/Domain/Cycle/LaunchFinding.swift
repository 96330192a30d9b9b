public import ReviewEvents

/// Something that is missing, or looks wrong, before a cycle is launched.
public enum LaunchFinding: Sendable, Hashable {
  /// Subjects managed at these levels owe a report, and nobody said until when.
  case levelsWithoutMilestone([LevelCode])
  /// The rules hold no form for these subjects.
  case subjectsWithoutForm([SubjectID])
  /// These subjects are managed at a level that the rules do not know.
  case subjectsAtUnknownLevel([SubjectID])
  /// Nobody heads these reviewed organisations.
  case unitsWithoutHead([UnitID])
  /// These reviewed organisations are managed by nobody, so they owe no report.
  case unitsWithoutManager([UnitID])
  /// These pilot organisations are not registered.
  case unknownPilotUnits([UnitID])
  /// These deadlines have passed already.
  case milestonesPassed([Milestone])
  /// The rules were not made for this year, or not for this kind of cycle.
  case rulesOutOfScope

  /// Why a launch is refused because of it; none where it only warns.
  public var rejection: CycleRejection? {
    switch self {
    case .levelsWithoutMilestone(let levels): .levelsWithoutMilestone(levels)
    case .subjectsWithoutForm(let subjects):
      .subjectsWithoutForm(Array(subjects.prefix(OwedReports.namedSubjectsMax)))
    case .subjectsAtUnknownLevel, .unitsWithoutHead, .unitsWithoutManager, .unknownPilotUnits,
      .milestonesPassed, .rulesOutOfScope:
      nil
    }
  }

  /// How many things it is about.
  public var count: Int {
    switch self {
    case .levelsWithoutMilestone(let levels): levels.count
    case .subjectsWithoutForm(let subjects), .subjectsAtUnknownLevel(let subjects): subjects.count
    case .unitsWithoutHead(let units), .unitsWithoutManager(let units),
      .unknownPilotUnits(let units):
      units.count
    case .milestonesPassed(let milestones): milestones.count
    case .rulesOutOfScope: 1
    }
  }
}
