import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

/// What a command leads to, without the contents.
enum Outcome: Equatable, Sendable, CustomStringConvertible {
  case events([String])
  case refused(ReportRejection)

  static let nothing = Outcome.events([])

  init(_ decide: () throws -> [ReportEvent]) {
    do {
      let names = try decide().map { type(of: $0.fact).type.name.split(separator: ".")[2] }
      self = .events(names.map(String.init))
    } catch let rejection as ReportRejection {
      self = .refused(rejection)
    } catch { preconditionFailure("\(error) is no rejection") }
  }

  var description: String {
    switch self {
    case .events(let names): names.isEmpty ? "nothing" : names.joined(separator: " + ")
    case .refused(let rejection): "refused: \(rejection)"
    }
  }
}

/// Everything that can be asked of a report.
enum Command: String, CaseIterable, Sendable {
  case request, draft, submit, giveBack, accept, requestSupplement, cancelSupplement,
    submitSupplement
  case lock, reopen

  func outcome(on report: Report) -> Outcome {
    Outcome {
      switch self {
      case .request: report.request(Sample.requested)
      case .draft:
        try report.draft(
          contentHash: "draft", sections: [Sample.id("I")], form: Sample.collectiveForm,
          actor: Sample.subjectActor, cyclePhase: .launched)
      case .submit: try report.submit(Sample.submit())
      case .giveBack:
        try report.giveBack(
          Sample.returned.reasons, form: Sample.collectiveForm, actor: Sample.managerActor,
          managingLine: Sample.managingLine)
      case .accept:
        try report.accept(actor: Sample.managerActor, managingLine: Sample.managingLine)
      case .requestSupplement:
        report.requestSupplement(
          Sample.matter.caseID, matterIDs: [Sample.matter.matterID], lastDay: Sample.supplementDay)
      case .cancelSupplement: report.cancelSupplement(Sample.matter.caseID)
      case .submitSupplement: try report.submitSupplement(Sample.supplement())
      case .lock: report.lock(at: Sample.due)
      case .reopen: try report.reopen(Sample.reopen())
      }
    }
  }
}

@Suite struct `Every command in every phase of a report` {
  /// A story that ends in each phase.
  static let stories: [Report.Phase: [ReportEvent]] = [
    .unrequested: [],
    .requested: [.requested(Sample.requested)],
    .drafted: [.requested(Sample.requested), drafted],
    .submitted: [.requested(Sample.requested), .submitted(Sample.submitted())],
    .returned: [
      .requested(Sample.requested), .submitted(Sample.submitted()), .returned(Sample.returned),
    ],
    .accepted: [
      .requested(Sample.requested), .submitted(Sample.submitted()), .accepted(Sample.accepted),
    ],
    .locked: [.requested(Sample.requested), .locked(locked)],
    .waived: [.requested(Sample.requested), .waived(waived)],
  ]
  static let locked = ReportLocked(
    reportID: Sample.reportID, cycleID: Sample.requested.cycleID, subjectID: Sample.subject)
  static let waived = ReportWaived(
    reportID: Sample.reportID, cycleID: Sample.requested.cycleID, subjectID: Sample.subject,
    reason: .ended, effectiveOn: LocalDate(Sample.due))
  static let drafted = ReportEvent.drafted(
    ReportDrafted(reportID: Sample.reportID, contentHash: "older draft"))

  static func expected(_ command: Command, _ phase: Report.Phase) -> Outcome {
    switch (command, phase) {
    case (.request, .unrequested): .events(["report-requested"])
    case (.request, _): .nothing
    case (.requestSupplement, .submitted), (.requestSupplement, .accepted):
      .events(["supplement-requested"])
    case (.requestSupplement, _), (.cancelSupplement, _): .nothing
    case (.lock, .requested), (.lock, .drafted): .events(["report-locked"])
    case (.lock, _): .nothing
    case (_, .unrequested): .refused(.notRequested)
    case (.reopen, .accepted), (.reopen, .locked): .events(["report-reopened"])
    case (.reopen, .waived): .refused(.waived)
    case (.reopen, _): .refused(.notClosed)
    case (.submitSupplement, _): .refused(.noSupplement(Sample.matter.caseID))
    case (.draft, .requested), (.draft, .drafted), (.draft, .returned):
      .events(["report-drafted"])
    case (.submit, .requested), (.submit, .drafted), (.submit, .returned):
      .events(["report-submitted"])
    case (.draft, .submitted), (.submit, .submitted): .refused(.alreadySubmitted)
    case (.draft, .accepted), (.submit, .accepted), (.giveBack, .accepted):
      .refused(.alreadyAccepted)
    case (.giveBack, .submitted): .events(["report-returned"])
    case (.accept, .submitted): .events(["report-accepted"])
    case (.accept, .accepted): .nothing
    case (.giveBack, .returned), (.accept, .returned): .refused(.alreadyReturned)
    case (.giveBack, .requested), (.giveBack, .drafted), (.accept, .requested),
      (.accept, .drafted), (.giveBack, .locked), (.giveBack, .waived), (.accept, .locked),
      (.accept, .waived):
      .refused(.notSubmitted)
    case (.draft, .locked), (.submit, .locked): .refused(.locked)
    case (.draft, .waived), (.submit, .waived): .refused(.waived)
    }
  }

  @Test(arguments: Command.allCases, Report.Phase.allCases)
  func `has its answer`(command: Command, phase: Report.Phase) throws {
    let report = Report(try #require(Self.stories[phase]))
    #expect(report.phase == phase)
    #expect(command.outcome(on: report) == Self.expected(command, phase))
  }

  @Test(arguments: Command.allCases, Report.Supplement.Phase.allCases)
  func `with a supplement has its answer`(command: Command, phase: Report.Supplement.Phase) {
    var report = Report([
      .requested(Sample.requested), .submitted(Sample.submitted()),
      .supplementRequested(Sample.supplementRequested),
    ])
    switch phase {
    case .requested: break
    case .submitted:
      report.apply(
        .supplementSubmitted(
          SupplementSubmitted(
            reportID: Sample.reportID, cycleID: Sample.requested.cycleID,
            subjectID: Sample.subject, caseID: Sample.matter.caseID, receivedAt: Sample.due,
            lateness: .onTime, answers: [])))
    case .cancelled:
      report.apply(
        .supplementCancelled(
          SupplementCancelled(
            reportID: Sample.reportID, cycleID: Sample.requested.cycleID,
            subjectID: Sample.subject, caseID: Sample.matter.caseID)))
    }
    let expected: Outcome =
      switch (command, phase) {
      case (.request, _), (.requestSupplement, _), (.lock, _): .nothing
      case (.reopen, _): .refused(.notClosed)
      case (.cancelSupplement, .requested): .events(["supplement-cancelled"])
      case (.cancelSupplement, _): .nothing
      case (.submitSupplement, .requested): .events(["supplement-submitted"])
      case (.submitSupplement, .submitted):
        .refused(.supplementAlreadySubmitted(Sample.matter.caseID))
      case (.submitSupplement, .cancelled): .refused(.supplementCancelled(Sample.matter.caseID))
      case (.draft, _), (.submit, _): .refused(.alreadySubmitted)
      case (.giveBack, _): .events(["report-returned"])
      case (.accept, _): .events(["report-accepted"])
      }
    #expect(command.outcome(on: report) == expected)
  }

  @Test(arguments: Report.Phase.allCases)
  func `of a closed cycle can be reopened unless nobody owes it`(phase: Report.Phase) throws {
    let report = Report(try #require(Self.stories[phase]))
    let expected: Outcome =
      switch phase {
      case .unrequested: .refused(.notRequested)
      case .waived: .refused(.waived)
      case .requested, .drafted, .submitted, .returned, .accepted, .locked:
        .events(["report-reopened"])
      }
    #expect(Outcome { try report.reopen(Sample.reopen(cycle: .closed)) } == expected)
  }

  @Test func `facts can be applied in any order`() {
    let facts =
      Self.stories.values.flatMap { $0 } + [
        .supplementRequested(Sample.supplementRequested), .reopened(Sample.reopened()),
      ]
    for first in facts { for second in facts { _ = Report([first, second]) } }
  }

  @Test(arguments: Report.Phase.allCases)
  func `a closed cycle takes no draft and no report`(phase: Report.Phase) throws {
    let report = Report(try #require(Self.stories[phase]))
    let outcome = Outcome { try report.submit(Sample.submit(cycle: .closed)) }
    let draft = Outcome {
      try report.draft(
        contentHash: "draft", sections: [], form: Sample.collectiveForm,
        actor: Sample.subjectActor, cyclePhase: .closed)
    }
    let expected: Outcome =
      switch phase {
      case .unrequested: .refused(.notRequested)
      case .submitted: .refused(.alreadySubmitted)
      case .accepted: .refused(.alreadyAccepted)
      case .locked: .refused(.locked)
      case .waived: .refused(.waived)
      case .requested, .drafted, .returned: .refused(.cycleClosed)
      }
    #expect(outcome == expected)
    #expect(draft == expected)
  }
}
