public import ReviewEvents
public import ReviewRules

// What the managing unit decides, and what follows from suggested reviews.
extension Report {
  /// Notes that the report is owed; noting it again changes nothing.
  public func request(_ requested: ReportRequested) -> [ReportEvent] {
    duty == nil ? [.requested(requested)] : []
  }

  /// Gives the report back with a reason for each section to rewrite.
  ///
  /// `managingLine` is the managing unit and everything above it.
  public func giveBack(
    _ reasons: [ReturnReason], form: Form, actor: ActorContext, managingLine: [UnitID]
  ) throws(ReportRejection) -> [ReportEvent] {
    let submission = try reviewable(by: actor, managingLine: managingLine)
    switch phase {
    case .returned: throw .alreadyReturned
    case .accepted: throw .alreadyAccepted
    case .locked: throw .locked
    case .waived: throw .waived
    case .unrequested, .requested, .drafted, .submitted: break
    }
    guard !reasons.isEmpty, !reasons.contains(where: { isBlank($0.reason) }) else {
      throw .noReasons
    }
    let unknown = Set(reasons.map(\.section)).subtracting(form.sections.map(\.code))
    guard unknown.isEmpty else { throw .unknownSections(unknown.sorted()) }
    var seen: Set<SectionCode> = []
    for reason in reasons where !seen.insert(reason.section).inserted {
      throw .repeatedSection(reason.section)
    }
    return [
      .returned(
        ReportReturned(
          reportID: submission.reportID, cycleID: submission.cycleID,
          subjectID: submission.subjectID, version: submission.version, reasons: reasons))
    ]
  }

  /// Accepts the report; accepting it again changes nothing.
  ///
  /// A supplement may still be open: it has its own deadline, and the rating waits for it.
  public func accept(
    actor: ActorContext, managingLine: [UnitID]
  ) throws(ReportRejection) -> [ReportEvent] {
    let submission = try reviewable(by: actor, managingLine: managingLine)
    switch phase {
    case .returned: throw .alreadyReturned
    case .accepted: return []
    case .locked: throw .locked
    case .waived: throw .waived
    case .unrequested, .requested, .drafted, .submitted: break
    }
    return [
      .accepted(
        ReportAccepted(
          reportID: submission.reportID, cycleID: submission.cycleID,
          subjectID: submission.subjectID, version: submission.version))
    ]
  }

  /// Asks for a supplement when a case was issued after the receipt.
  ///
  /// Before the receipt, and after a return, the next submission has to answer instead.
  /// - Parameter lastDay: the last day on which it is in time.
  public func requestSupplement(
    _ caseID: CaseID, matterIDs: [MatterID], lastDay: LocalDate
  ) -> [ReportEvent] {
    guard let duty, phase == .submitted || phase == .accepted, supplements[caseID] == nil else {
      return []
    }
    // A letter that is heard of once more, after a restore, may have been answered long ago.
    let isAnswered = submissions.contains { submission in
      let answered = submission.answers.filter { $0.caseID == caseID }.map(\.matterID)
      return !matterIDs.isEmpty && Set(matterIDs).isSubset(of: answered)
    }
    guard !isAnswered else { return [] }
    return [
      .supplementRequested(
        SupplementRequested(
          reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
          caseID: caseID, matterIDs: matterIDs, dueBefore: lastDay.adding(days: 1).start,
          dueWording: "chậm nhất hết ngày \(lastDay.forPeople)"))
    ]
  }

  /// Cancels the supplement of a withdrawn case, if it is still open.
  public func cancelSupplement(_ caseID: CaseID) -> [ReportEvent] {
    guard let supplement = supplements[caseID], supplement.phase == .requested else { return [] }
    return [
      .supplementCancelled(
        SupplementCancelled(
          reportID: supplement.request.reportID, cycleID: supplement.request.cycleID,
          subjectID: supplement.request.subjectID, caseID: caseID))
    ]
  }

  /// The newest submission, if `actor` may judge it.
  private func reviewable(
    by actor: ActorContext, managingLine: [UnitID]
  ) throws(ReportRejection) -> ReportSubmitted {
    guard duty != nil else { throw .notRequested }
    guard Authority.speaks(actor, forOneOf: managingLine) else { throw .notTheManagingUnit }
    guard let submission else { throw .notSubmitted }
    return submission
  }
}
