import IntakeDomain
import ReviewEvents

extension LaunchFinding {
  /// The stable name of its kind.
  var slug: String {
    switch self {
    case .levelsWithoutMilestone: IntakeSlug.levelWithoutMilestone.rawValue
    case .subjectsWithoutForm: IntakeSlug.subjectWithoutForm.rawValue
    case .subjectsAtUnknownLevel: "subject-at-unknown-level"
    case .unitsWithoutHead: "unit-without-head"
    case .unitsWithoutManager: "unit-without-manager"
    case .unknownPilotUnits: IntakeSlug.unknownPilotUnit.rawValue
    case .milestonesPassed: "milestone-passed"
    case .rulesOutOfScope: IntakeSlug.ruleSetOutOfScope.rawValue
    }
  }

  /// What people read.
  var reason: String {
    switch self {
    case .levelsWithoutMilestone: IntakeSlug.levelWithoutMilestone.title
    case .subjectsWithoutForm: IntakeSlug.subjectWithoutForm.title
    case .subjectsAtUnknownLevel: "Bộ quy định không có cấp quản lý của đối tượng"
    case .unitsWithoutHead:
      "Tổ chức được kiểm điểm chưa có người đứng đầu trong danh sách đảng viên"
    case .unitsWithoutManager:
      "Tổ chức được kiểm điểm chưa có tổ chức quản lý nên không phải nộp báo cáo"
    case .unknownPilotUnits: IntakeSlug.unknownPilotUnit.title
    case .milestonesPassed: "Mốc thời hạn đã qua"
    case .rulesOutOfScope: IntakeSlug.ruleSetOutOfScope.title
    }
  }

  /// The names of the first things it is about.
  func names(max: Int) -> [String] {
    switch self {
    case .levelsWithoutMilestone(let levels): levels.prefix(max).map(\.text)
    case .subjectsWithoutForm(let subjects), .subjectsAtUnknownLevel(let subjects):
      subjects.prefix(max).map(\.description)
    case .unitsWithoutHead(let units), .unitsWithoutManager(let units),
      .unknownPilotUnits(let units):
      units.prefix(max).map(\.text)
    case .milestonesPassed(let milestones):
      milestones.prefix(max).map { "\($0.task.rawValue) \($0.level)\($0.pilot ? " pilot" : "")" }
    case .rulesOutOfScope: []
    }
  }
}
