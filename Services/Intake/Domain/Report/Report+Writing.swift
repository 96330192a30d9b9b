public import ReviewEvents
public import ReviewRules

// What the subject decides: drafts, submissions, supplements.
extension Report {
  /// Saves a draft; saving the same again changes nothing.
  ///
  /// A draft may be incomplete; only what the form does not know is refused.
  public func draft(
    contentHash: String, sections: some Collection<SectionCode>, form: Form, actor: ActorContext,
    cyclePhase: Cycle.Phase
  ) throws(ReportRejection) -> [ReportEvent] {
    let duty = try writable(by: actor, cyclePhase: cyclePhase)
    try Self.requireKnown(sections, form: form)
    if draftHash == contentHash { return [] }
    return [.drafted(ReportDrafted(reportID: duty.reportID, contentHash: contentHash))]
  }

  /// Hands the report in, the first time or again after a return.
  ///
  /// Every matter that is open now needs its answer (contract 25). A submission that answers the
  /// matters of an open supplement answers that supplement as well. Whether the report came in
  /// time is decided by its first receipt: a return never makes a punctual report late.
  public func submit(_ command: SubmitReport) throws(ReportRejection) -> [ReportEvent] {
    let duty = try writable(by: command.actor, cyclePhase: command.cyclePhase)
    try Self.requireKnown(command.sections.keys, form: command.form)
    let missing = command.form.sections.filter { section in
      section.required && (command.sections[section.code].map(isBlank) ?? true)
    }
    guard missing.isEmpty else { throw .missingSections(missing.map(\.code)) }
    let open = Set(command.openMatters)
    try AnswerCheck.check(
      command.answers, required: mattersToAnswer(open: open), allowed: open)
    let submitted = ReportSubmitted(
      reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
      managingLevel: duty.managingLevel, version: version + 1, contentHash: command.contentHash,
      receivedAt: command.receivedAt,
      lateness: submission?.lateness
        ?? .judged(
          receivedAt: command.receivedAt, dueBefore: duty.dueBefore, outages: command.outages,
          grace: command.outageGrace),
      answers: command.answers.map(\.outline))
    return [.submitted(submitted)] + supplementsAnswered(by: command)
  }

  /// Answers the matters of a case that came after the receipt.
  ///
  /// A closed cycle does not forbid it: the rating waits for it (contract 25).
  public func submitSupplement(_ command: SubmitSupplement) throws(ReportRejection)
    -> [ReportEvent]
  {
    guard let duty else { throw .notRequested }
    guard Authority.writes(command.actor, for: duty.subjectID) else { throw .notYourReport }
    guard let supplement = supplements[command.caseID] else {
      throw .noSupplement(command.caseID)
    }
    switch supplement.phase {
    case .submitted: throw .supplementAlreadySubmitted(command.caseID)
    case .cancelled: throw .supplementCancelled(command.caseID)
    case .requested: break
    }
    let matters = supplement.matters
    try AnswerCheck.check(command.answers, required: matters, allowed: matters)
    return [
      .supplementSubmitted(
        supplement.submitted(
          command.answers, contentHash: command.contentHash, receivedAt: command.receivedAt,
          outages: command.outages, grace: command.outageGrace))
    ]
  }

  /// Which of the `open` matters wait for an answer: in the next submission while the report lies
  /// with the subject, otherwise in a supplement.
  public func mattersToAnswer(open: Set<MatterReference>) -> Set<MatterReference> {
    switch phase {
    case .unrequested, .requested, .drafted, .returned:
      open.subtracting(matters(ofSupplements: .submitted))
    case .submitted, .accepted: open.intersection(matters(ofSupplements: .requested))
    case .locked, .waived: []
    }
  }

  /// The duty, if `actor` may write the report at this moment.
  func writable(
    by actor: ActorContext, cyclePhase: Cycle.Phase
  ) throws(ReportRejection) -> ReportRequested {
    guard let duty else { throw .notRequested }
    guard Authority.writes(actor, for: duty.subjectID) else { throw .notYourReport }
    try requireOwed(cyclePhase: cyclePhase)
    return duty
  }

  /// Refuses what only makes sense while the report lies with the subject.
  func requireOwed(cyclePhase: Cycle.Phase) throws(ReportRejection) {
    switch phase {
    case .unrequested: throw .notRequested
    case .submitted: throw .alreadySubmitted
    case .accepted: throw .alreadyAccepted
    case .locked: throw .locked
    case .waived: throw .waived
    case .requested, .drafted, .returned: break
    }
    guard cyclePhase != .closed || isReopened else { throw .cycleClosed }
  }

  private static func requireKnown(
    _ sections: some Collection<SectionCode>, form: Form
  ) throws(ReportRejection) {
    let unknown = Set(sections).subtracting(form.sections.map(\.code))
    guard unknown.isEmpty else { throw .unknownSections(unknown.sorted()) }
  }

  private func matters(ofSupplements phase: Supplement.Phase) -> Set<MatterReference> {
    supplements.values.filter { $0.phase == phase }
      .reduce(into: []) { $0.formUnion($1.matters) }
  }

  private func supplementsAnswered(by command: SubmitReport) -> [ReportEvent] {
    supplements.values
      .filter { $0.phase == .requested && $0.matters.isSubset(of: command.openMatters) }
      .sorted { $0.request.caseID < $1.request.caseID }
      .map { supplement in
        let answers = command.answers.filter { supplement.matters.contains($0.matter) }
        return .supplementSubmitted(
          supplement.submitted(
            answers, contentHash: command.contentHash, receivedAt: command.receivedAt,
            outages: command.outages, grace: command.outageGrace))
      }
  }
}

extension Report.Supplement {
  /// The matters it asks about.
  public var matters: Set<MatterReference> {
    Set(request.matterIDs.map { MatterReference(caseID: request.caseID, matterID: $0) })
  }

  func submitted(
    _ answers: [WrittenAnswer], contentHash: String, receivedAt: Instant, outages: [Outage],
    grace: Duration
  ) -> SupplementSubmitted {
    SupplementSubmitted(
      reportID: request.reportID, cycleID: request.cycleID, subjectID: request.subjectID,
      caseID: request.caseID, contentHash: contentHash, receivedAt: receivedAt,
      lateness: .judged(
        receivedAt: receivedAt, dueBefore: request.dueBefore, outages: outages, grace: grace),
      answers: answers.map(\.outline))
  }
}
