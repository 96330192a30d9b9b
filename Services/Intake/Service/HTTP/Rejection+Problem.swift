public import IntakeDomain
import ReviewEvents
public import ServiceRuntime

extension CycleRejection: ProblemConvertible {
  /// The answer to the client.
  public var problem: Problem {
    switch self {
    case .notOpened: Problem(.unknownCycle)
    case .alreadyOpened: Problem(.cycleExists, field: "cycleId")
    case .alreadyClosed: Problem(.cycleClosed)
    case .notLaunched: Problem(.cycleNotLaunched)
    case .notTheProvince: Problem(.notTheProvince, field: "Review-Actor")
    case .outOfScope: Problem(.ruleSetOutOfScope, field: "ruleSetId")
    case .unknownLevels(let levels):
      Problem(.unknownLevel, each: levels.map { ("milestones.level", "không có cấp \($0)") })
    case .repeatedMilestone(let place):
      Problem(.milestoneRepeated, field: "milestones[\(place)]")
    case .unknownMilestoneSector(let place):
      Problem(.unknownSector, field: "milestones[\(place)].sector")
    case .unknownRulesSector(let place):
      Problem(.unknownSector, field: "sectorRules[\(place)].sector")
    case .repeatedSectorRules(let place):
      Problem(.sectorRepeated, field: "sectorRules[\(place)].sector")
    case .sectorRulesOutOfScope(let place):
      Problem(.ruleSetOutOfScope, field: "sectorRules[\(place)].ruleSetId")
    case .period(let fault): Problem(fault.slug, field: "period")
    case .contradictoryScope: Problem(.scopeContradictory, field: "scope")
    case .levelsWithoutMilestone(let levels):
      Problem(
        .levelWithoutMilestone,
        each: levels.map { ("milestones", "thiếu thời hạn nộp báo cáo cho cấp \($0)") })
    case .subjectsWithoutForm(let subjects):
      Problem(
        .subjectWithoutForm, each: subjects.map { ("ruleSetId", "thiếu mẫu báo cáo cho \($0)") })
    case .notReady(let obstacles):
      Problem(
        .cycleNotReady,
        each: obstacles.map { obstacle in
          (
            "obstacles.\(obstacle.kind.rawValue)",
            "\(obstacle.kind.reason): \(obstacle.count), quá hạn \(obstacle.overdue)"
          )
        })
    case .notClosed: Problem(.cycleNotClosed)
    case .groundMissing: Problem(.groundMissing, field: "reason")
    }
  }
}

extension PeriodFault {
  /// The name of the refusal.
  fileprivate var slug: IntakeSlug {
    switch self {
    case .missing: .periodMissing
    case .outOfOrder: .periodOutOfOrder
    case .notAQuarter: .periodNotAQuarter
    case .outsideYear: .periodOutsideYear
    case .tooLong: .periodTooLong
    }
  }
}

extension ReportRejection: ProblemConvertible {
  /// The answer to the client.
  public var problem: Problem {
    switch self {
    case .notRequested: Problem(.unknownReport)
    case .notYourReport: Problem(.notYourReport, field: "Review-Actor")
    case .notTheManagingUnit: Problem(.notTheManagingUnit, field: "Review-Actor")
    case .cycleClosed: Problem(.cycleClosed)
    case .alreadySubmitted: Problem(.reportAlreadySubmitted)
    case .alreadyReturned: Problem(.reportAlreadyReturned)
    case .alreadyAccepted: Problem(.reportAlreadyAccepted)
    case .locked: Problem(.reportLocked)
    case .waived: Problem(.reportWaived)
    case .extensionUndecided: Problem(.extensionUndecided)
    case .extensionNotRequested: Problem(.extensionNotRequested)
    case .extensionNotLater: Problem(.extensionNotLater, field: "dueBefore")
    case .extensionWithoutReason: Problem(.extensionReasonMissing, field: "reason")
    case .notClosed: Problem(.reportNotClosed)
    case .groundMissing: Problem(.groundMissing, field: "reason")
    case .notSubmitted: Problem(.reportNotSubmitted)
    case .unknownSections(let sections):
      Problem(.sectionUnknown, each: sections.map { ("sections.\($0)", "mẫu không có mục \($0)") })
    case .missingSections(let sections):
      Problem(.sectionMissing, each: sections.map { ("sections.\($0)", "phải viết mục \($0)") })
    case .noReasons: Problem(.reasonMissing, field: "reasons")
    case .repeatedSection(let section):
      Problem(.sectionRepeated, each: [("sections.\(section)", "mục \(section) chỉ ghi một lần")])
    case .unansweredMatters(let matters):
      Problem(.matterUnanswered, each: Self.places(matters, "chưa được giải trình"))
    case .unknownMatters(let matters):
      Problem(.matterUnknown, each: Self.places(matters, "không cần giải trình"))
    case .repeatedAnswers(let matters):
      Problem(.answerRepeated, each: Self.places(matters, "chỉ trả lời một lần"))
    case .emptyAnswers(let matters):
      Problem(.answerEmpty, each: Self.places(matters, "phải có nội dung giải trình"))
    case .noSupplement: Problem(.unknownSupplement, field: "caseId")
    case .supplementAlreadySubmitted: Problem(.supplementAlreadySubmitted, field: "caseId")
    case .supplementCancelled: Problem(.supplementCancelled, field: "caseId")
    }
  }

  private static func places(
    _ matters: [MatterReference], _ reason: String
  ) -> [(field: String, reason: String)] {
    matters.map { ("answers.\($0.caseID).\($0.matterID)", "nội dung \($0.matterID) \(reason)") }
  }
}

extension ImportProblem {
  /// The name and reason of a faulty line.
  var fault: (slug: IntakeSlug, reason: String) {
    switch self {
    case .repeated(let line): (.idRepeated, "mã đã có ở dòng \(line)")
    case .unknownLevel: (.levelUnknown, IntakeSlug.levelUnknown.title)
    case .changedLevel: (.levelChanged, IntakeSlug.levelChanged.title)
    case .unknownUnit: (.unitUnknown, IntakeSlug.unitUnknown.title)
    case .contradictsLaterChange(let day):
      (.importContradictsLater, "thay đổi đã ghi nhận cho ngày \(day.forPeople) không còn đúng")
    case .circular: (.treeCircular, IntakeSlug.treeCircular.title)
    case .notAbove: (.notAbove, IntakeSlug.notAbove.title)
    case .reviewedWithoutManagement: (.managerMissing, IntakeSlug.managerMissing.title)
    case .unknownSector: (.sectorUnknown, IntakeSlug.sectorUnknown.title)
    case .unknownPerson: (.personUnknown, IntakeSlug.personUnknown.title)
    case .notThere: (.notThere, IntakeSlug.notThere.title)
    case .repeatedRank(let line): (.rankRepeated, "thứ tự đã có ở dòng \(line)")
    case .rankLeftOut: (.rankLeftOut, IntakeSlug.rankLeftOut.title)
    case .repeatedPost(let line): (.postRepeated, "chức vụ tại tổ chức này đã có ở dòng \(line)")
    case .otherDecision(let line): (.decisionDiffers, "khác với dòng \(line) của cùng đảng viên")
    case .blankLegalBasis: (.basisMissing, IntakeSlug.basisMissing.title)
    }
  }
}
