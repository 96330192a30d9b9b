public import ReviewEvents

// Locking and reopening: what ends a report before it came, and what begins it again.
extension Report {
  /// Locks the report if it is overdue at `now` and never came.
  ///
  /// One that was reopened lies with its subject because somebody decided so: locking everything
  /// that is overdue does not undo that.
  public func lock(at now: Instant) -> [ReportEvent] {
    guard let duty, phase == .requested || phase == .drafted, !isReopened, now >= duty.dueBefore
    else { return [] }
    return [
      .locked(
        ReportLocked(
          reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID))
    ]
  }

  /// Lays the report with its subject again: one that was accepted or locked, or one that a closed
  /// cycle does not take any more.
  ///
  /// Receipts and versions stay; what comes next is a new version, and whether the report came in
  /// time stays what its first receipt said.
  public func reopen(_ command: ReopenReport) throws(ReportRejection) -> [ReportEvent] {
    guard let duty else { throw .notRequested }
    guard Authority.speaks(command.actor, forOneOf: command.managingLine) else {
      throw .notTheManagingUnit
    }
    switch phase {
    case .unrequested: throw .notRequested
    case .waived: throw .waived
    case .accepted, .locked: break
    case .requested, .drafted, .submitted, .returned:
      guard command.cyclePhase == .closed, !isReopened else { throw .notClosed }
    }
    guard command.ground.isComplete else { throw .groundMissing }
    return [
      .reopened(
        ReportReopened(
          reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
          version: version, legalBasis: command.ground.legalBasis,
          reasonHash: command.ground.reasonHash))
    ]
  }
}
