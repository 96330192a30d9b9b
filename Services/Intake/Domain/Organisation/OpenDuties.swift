public import ReviewEvents

/// What becomes of the open reports of a cycle when subjects join, leave or change their manager.
public enum OpenDuties {
  /// What has to be done about one cycle's reports.
  public struct Plan: Sendable, Hashable {
    /// Reports that go on under another managing organisation, in order of their subjects.
    public var handedOver: [ReportHandedOver] = []
    /// Reports that nobody has to hand in any more, because their subjects are gone, in order of
    /// the subjects.
    public var waived: [ReportWaived] = []

    /// Nothing to do.
    public init() {}
  }

  /// Compares who manages the subjects of open reports with who is written in them.
  ///
  /// An accepted report is of record and stays where it was accepted, and a waived one is nobody's.
  /// A subject that ended passes its debts on, but nobody else can review itself in its place: what
  /// it still had to hand in is waived, and what it had handed in is judged. The subjects' own
  /// streams are all that the history has to hold.
  /// - Throws: ``DuplicateReport`` when a subject has two reports in the cycle.
  public static func plan(
    _ reports: [Report], in history: OrganisationHistory, at point: Viewpoint
  ) throws(DuplicateReport) -> Plan {
    var plan = Plan()
    var seen: Set<SubjectID> = []
    let duties = reports.compactMap { report in report.duty.map { (report.phase, $0) } }
      .sorted { $0.1.subjectID < $1.1.subjectID }
    for (phase, duty) in duties {
      guard seen.insert(duty.subjectID).inserted else {
        throw DuplicateReport(subjectID: duty.subjectID, cycleID: duty.cycleID)
      }
      guard phase != .accepted, phase != .waived else { continue }
      if let day = history.goneSince(duty.subjectID, at: point) {
        if phase != .submitted { plan.waived.append(ReportWaived(of: duty, on: day)) }
      } else if let fact = handover(of: duty, in: history, at: point) {
        plan.handedOver.append(fact)
      }
    }
    return plan
  }

  private static func handover(
    of duty: ReportRequested, in history: OrganisationHistory, at point: Viewpoint
  ) -> ReportHandedOver? {
    guard let manager = history.manager(of: duty.subjectID, at: point),
      manager != duty.managingUnitID,
      let level = history.managingLevel(of: duty.subjectID, at: point)
    else { return nil }
    return ReportHandedOver(
      reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
      fromUnitID: duty.managingUnitID, managingUnitID: manager, managingLevel: level,
      effectiveOn: history.managedSince(duty.subjectID, at: point) ?? point.asOf)
  }
}

extension ReportWaived {
  /// The end of a duty whose subject is gone since `day`.
  fileprivate init(of duty: ReportRequested, on day: LocalDate) {
    self.init(
      reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
      reason: duty.subjectID.kind == .individual ? .left : .ended, effectiveOn: day)
  }
}

/// A subject with two reports in one cycle, where one is of record.
public struct DuplicateReport: Error, Sendable, Hashable {
  /// The subject.
  public var subjectID: SubjectID
  /// The cycle.
  public var cycleID: CycleID

  /// Puts the parts together.
  public init(subjectID: SubjectID, cycleID: CycleID) {
    self.subjectID = subjectID
    self.cycleID = cycleID
  }
}
