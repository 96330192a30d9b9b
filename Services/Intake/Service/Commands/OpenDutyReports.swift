import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// What became of open reports when the organisation changed; members are named as on the wire.
struct FollowedReports: Encodable, Sendable, Hashable {
  /// How many go on under another managing organisation.
  var handedOver = 0
  /// How many nobody has to hand in any more.
  var waived = 0
}

/// Lets open reports follow their subjects.
enum OpenDutyReports {
  /// How many reports one step looks at.
  private static let reportsMax = 2_000

  /// Hands over and waives the open reports of `subjects` in every launched cycle.
  ///
  /// - Parameters:
  ///   - history: everything that the streams of `subjects` tell.
  ///   - day: the day as of which it is looked at, which has come.
  static func follow(
    _ subjects: [SubjectID], in history: OrganisationHistory, on day: LocalDate,
    origin: EventOrigin, _ transaction: borrowing AnyTransaction
  ) throws -> FollowedReports {
    var followed = FollowedReports()
    guard !subjects.isEmpty else { return followed }
    for cycle in try CycleTable.holdLaunched(transaction) {
      let ids = subjects.compactMap { reportID(of: $0, in: cycle) }
      for start in stride(from: 0, to: ids.count, by: reportsMax) {
        let step = Array(ids[start..<min(start + reportsMax, ids.count)])
        let reports = try ReportTable.lock(step, transaction)
        let plan = try OpenDuties.plan(
          reports.values.map(\.report), in: history, at: Viewpoint(asOf: day))
        let events =
          plan.handedOver.map { (id: $0.reportID, event: ReportEvent.handedOver($0)) }
          + plan.waived.map { (id: $0.reportID, event: ReportEvent.waived($0)) }
        try ReportTable.record(events, on: reports, origin: origin, transaction)
        followed.handedOver += plan.handedOver.count
        followed.waived += plan.waived.count
      }
    }
    return followed
  }

  /// The report of `subject` in `cycle`; none where their names make no identifier, because then
  /// nobody can have requested it.
  private static func reportID(of subject: SubjectID, in cycle: CycleID) -> ReportID? {
    let length = cycle.text.utf8.count + subject.stream.id.utf8.count + ".u-".utf8.count
    return length <= ReportID.lengthMax ? ReportID(cycle: cycle, subject: subject) : nil
  }
}
