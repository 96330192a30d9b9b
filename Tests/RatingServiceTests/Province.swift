import EventStream
import ReviewEvents
import ReviewRules
import TestSupport

/// A small synthetic province as intake and case-tracking tell of it.
enum Province {
  static let rules = RuleSet(
    id: id("132-2018"), title: "QĐ 132", legalBasis: [],
    levels: [
      LevelName(code: id("PROVINCE"), name: "Tỉnh"), LevelName(code: id("DISTRICT"), name: "Huyện"),
    ], forms: [],
    quota: QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "HD 21"),
    ladder: ReminderLadder(rungs: [0], hour: 7), grounds: [], areas: [],
    outageGrace: .seconds(7_200), acknowledgeDays: 3, supplementDays: 5)

  static let province = "person/clerk;on-behalf-of=unit/province"
  static let district = "person/clerk;on-behalf-of=unit/district-1"

  /// A cycle, three districts under the province, and a member who files electronically.
  static let facts: [EventEnvelope] =
    [cycle("2021"), unit("province", managedBy: nil)]
    + (1...3).map { unit("district-\($0)", managedBy: ("province", "PROVINCE")) }
    + [person("leader", channel: .electronic)]

  /// Members of one peer group who file on paper, so that nothing holds their rating back.
  static func paperMembers(_ count: Int) -> [EventEnvelope] {
    (1...count).map { person("m\($0)", channel: .paper) }
  }

  static func cycle(_ name: String) -> EventEnvelope {
    Samples.envelope(
      CycleOpened(
        cycleID: id(name), year: 2021, kind: .annual, ruleSetID: id("132-2018"),
        planNumber: "57-KH/TU", milestones: [], pilotUnitIDs: []), in: .cycle(id(name)), at: 1)
  }

  static func unit(
    _ name: String, managedBy manager: (String, String)?, group: String = "DISTRICT-BODY",
    reviewed: Bool = true, at sequence: Int64 = 1
  ) -> EventEnvelope {
    Samples.envelope(
      UnitRegistered(
        unitID: id(name), name: "Đơn vị \(name)", level: id("DISTRICT"),
        parentID: manager.map { id($0.0) }, managingUnitID: manager.map { id($0.0) },
        managingLevel: manager.map { id($0.1) }, peerGroup: id(group), reviewed: reviewed),
      in: .unit(id(name)), at: sequence, origin: recorded("2021-11-01T08:00"))
  }

  static func person(
    _ name: String, managedBy manager: (String, String) = ("province", "PROVINCE"),
    group: String = "OFFICIALS", channel: FilingChannel, at sequence: Int64 = 1
  ) -> EventEnvelope {
    Samples.envelope(
      PersonRegistered(
        personID: id(name), fullName: "Đảng viên \(name)", memberOfID: id("district-1"),
        managingUnitID: id(manager.0), managingLevel: id(manager.1), role: .member,
        peerGroup: id(group), channel: channel), in: .person(id(name)), at: sequence,
      origin: recorded("2021-11-01T08:00"))
  }

  // MARK: Reports

  static func accepted(
    _ subject: SubjectID, cycle: String = "2021", at sequence: Int64 = 1
  ) -> EventEnvelope {
    let report = ReportID(cycle: id(cycle), subject: subject)
    return Samples.envelope(
      ReportAccepted(reportID: report, cycleID: id(cycle), subjectID: subject, version: 1),
      in: .report(report), at: sequence)
  }

  /// The three facts about a supplement to a case.
  enum Supplement { case requested, submitted, cancelled }

  static func supplement(
    _ what: Supplement, of subject: SubjectID, case name: String, at sequence: Int64
  ) -> EventEnvelope {
    let report = ReportID(cycle: id("2021"), subject: subject)
    let stream = StreamID.report(report)
    switch what {
    case .requested:
      return Samples.envelope(
        SupplementRequested(
          reportID: report, cycleID: id("2021"), subjectID: subject, caseID: id(name),
          matterIDs: [id("\(name).1")], dueBefore: moment("2021-12-20T00:00"),
          dueWording: "trước ngày 20/12/2021"), in: stream, at: sequence)
    case .submitted:
      return Samples.envelope(
        SupplementSubmitted(
          reportID: report, cycleID: id("2021"), subjectID: subject, caseID: id(name),
          receivedAt: moment("2021-12-15T09:00"), lateness: .onTime, answers: []), in: stream,
        at: sequence)
    case .cancelled:
      return Samples.envelope(
        SupplementCancelled(
          reportID: report, cycleID: id("2021"), subjectID: subject, caseID: id(name)),
        in: stream, at: sequence)
    }
  }

  // MARK: Cases

  static func issued(
    _ name: String, about subject: SubjectID, at sequence: Int64 = 1
  ) -> EventEnvelope {
    Samples.envelope(
      CaseIssued(
        caseID: id(name), cycleID: id("2021"), subjectID: subject, authorityID: id("province"),
        authorityLevel: id("PROVINCE"), documentNumber: "12-CV/TU", matters: [],
        acknowledgeBefore: moment("2021-11-06T00:00")), in: .case(id(name)), at: sequence,
      area: .case)
  }

  static func concluded(
    _ name: String, about subject: SubjectID, at sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      CaseConcluded(caseID: id(name), cycleID: id("2021"), subjectID: subject, conclusions: []),
      in: .case(id(name)), at: sequence, area: .case)
  }

  static func withdrawn(
    _ name: String, about subject: SubjectID, at sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      CaseWithdrawn(
        caseID: id(name), cycleID: id("2021"), subjectID: subject, wasIssued: true),
      in: .case(id(name)), at: sequence, area: .case)
  }
}
