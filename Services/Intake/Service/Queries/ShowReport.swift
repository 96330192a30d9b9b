import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// A report as it is shown; members are named as on the wire.
private struct ReportView: Encodable, Sendable {
  /// A section of the form.
  struct Section: Encodable, Sendable {
    var section: SectionCode
    var title: String
    var required: Bool
  }

  /// A suggested matter that waits for an answer.
  struct Matter: Encodable, Sendable {
    var caseId: CaseID
    var matterId: MatterID
    var number: Int64
    var area: ListCode
  }

  /// What one case asks for after the receipt.
  struct Supplement: Encodable, Sendable {
    var caseId: CaseID
    var state: String
    var matterIds: [MatterID]
    var dueBefore: Instant
    var dueWording: String
    var minutesLeft: Int64
  }

  /// Why the report was reopened the last time.
  struct Reopening: Encodable, Sendable {
    var legalBasis: String
    var reason: String

    init?(_ report: Report, _ transaction: borrowing AnyTransaction) throws {
      guard let reopened = report.lastReopening else { return nil }
      legalBasis = reopened.legalBasis
      reason = try DocumentTable.content(reopened.reasonHash, transaction)
    }
  }

  var reportId: ReportID
  var cycleId: CycleID
  var subjectId: SubjectID
  var managingUnitId: UnitID
  var managingLevel: LevelCode
  var form: FormCode
  var sections: [Section]
  var state: String
  var version: Int
  var hasDraft: Bool
  var dueBefore: Instant
  var dueWording: String
  var minutesLeft: Int64
  /// The date that was set first, if another one holds now.
  var firstDueBefore: Instant?
  /// Whether the first receipt came after that date.
  var isAfterFirstDate: Bool?
  var `extension`: ExtensionView?
  var serverTime: Instant
  var lateness: Lateness?
  var receivedAt: Instant?
  var reasons: [ReturnReason]
  var openMatters: [Matter]
  var supplements: [Supplement]
  var reopenings: Int
  var reopening: Reopening?

  init(
    _ report: Report, duty: ReportRequested, form: Form?, matters: [KnownMatter],
    timeExtension: ExtensionView?, reopening: Reopening?, now: Instant
  ) {
    reportId = duty.reportID
    cycleId = duty.cycleID
    subjectId = duty.subjectID
    managingUnitId = duty.managingUnitID
    managingLevel = duty.managingLevel
    self.form = duty.form
    sections = (form?.sections ?? []).map {
      Section(section: $0.code, title: $0.title, required: $0.required)
    }
    state = report.phase.rawValue
    version = report.version
    hasDraft = report.draftHash != nil
    dueBefore = duty.dueBefore
    dueWording = duty.dueWording
    minutesLeft = minutes(from: now, until: duty.dueBefore)
    firstDueBefore = report.firstDueBefore
    isAfterFirstDate = report.isAfterFirstDate
    `extension` = timeExtension
    serverTime = now
    lateness = report.submission?.lateness
    receivedAt = report.submission?.receivedAt
    reasons = report.reasons
    reopenings = report.reopenings
    self.reopening = reopening
    let waiting = report.mattersToAnswer(open: Set(matters.map(\.matter)))
    openMatters = matters.filter { waiting.contains($0.matter) }.map {
      Matter(
        caseId: $0.matter.caseID, matterId: $0.matter.matterID, number: $0.number, area: $0.area)
    }
    supplements = report.supplements.values
      .sorted { $0.request.caseID < $1.request.caseID }
      .map { supplement in
        Supplement(
          caseId: supplement.request.caseID, state: supplement.phase.rawValue,
          matterIds: supplement.request.matterIDs, dueBefore: supplement.request.dueBefore,
          dueWording: supplement.request.dueWording,
          minutesLeft: minutes(from: now, until: supplement.request.dueBefore))
      }
  }
}

extension HTTPRoute {
  /// Shows a report: what is owed until when, how far it is, and which matters wait for an answer.
  static func showReport(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/reports/{report}", summary: "Xem một báo cáo") { request in
      let id = try request.path("report", as: ReportID.init)
      let now = context.calendar.now
      typealias Found = (LoadedReport, [KnownMatter], ExtensionView?, ReportView.Reopening?)
      let found = try await context.store.commit { transaction -> Found? in
        guard let loaded = try ReportTable.load([id], transaction)[id],
          let duty = loaded.report.duty
        else { return nil }
        let matters = try transaction.ask(
          MatterTable.open(of: duty.subjectID, in: duty.cycleID))
        return (
          loaded, matters, try ExtensionView(loaded.report, transaction),
          try ReportView.Reopening(loaded.report, transaction)
        )
      }
      guard let (loaded, matters, timeExtension, reopening) = found,
        let duty = loaded.report.duty
      else {
        throw Problem(.unknownReport, field: "report")
      }
      return QueryAnswer(
        ReportView(
          loaded.report, duty: duty, form: context.rules[duty.ruleSetID]?.form(duty.form),
          matters: matters, timeExtension: timeExtension, reopening: reopening, now: now),
        sequence: loaded.sequence)
    }
  }
}
