import EventStream
import ReviewEvents
import ReviewRules
import TestSupport

/// Facts of a small province, at their places in their streams.
enum Facts {
  static func rules() throws -> RuleBook {
    RuleBook([
      RuleSet(
        id: try RuleSetID("132-2018"), title: "QĐ 132", legalBasis: [], levels: [], forms: [],
        quota: QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "test"),
        ladder: ReminderLadder(rungs: [-14, -7, -3, -1, 0, 1], hour: 8), grounds: [], areas: [],
        outageGrace: .zero, acknowledgeDays: 3, supplementDays: 7)
    ])
  }

  static let cycle: CycleID = Samples.id("2021")
  static let due = "2021-12-09T17:00:00Z"

  static func at<Event: ReviewEvent>(
    _ event: Event, _ stream: String, _ sequence: Int64, _ time: String = "2021-11-10T02:00:00Z",
    _ area: ServiceArea = .intake
  ) throws -> EventEnvelope {
    var origin = Samples.origin
    origin.time = try Instant(time)
    return Samples.envelope(
      event, in: Samples.stream(stream), at: sequence, area: area, origin: origin)
  }

  static func opened() throws -> EventEnvelope {
    try at(
      CycleOpened(
        cycleID: cycle, year: 2021, kind: .annual, ruleSetID: RuleSetID("132-2018"),
        planNumber: "57-KH/TU", milestones: [], pilotUnitIDs: []), "cycle/2021", 1)
  }

  static func closed(_ sequence: Int64 = 2) throws -> EventEnvelope {
    try at(CycleClosed(cycleID: cycle), "cycle/2021", sequence, "2021-12-30T02:00:00Z")
  }

  static func requested(
    _ unit: String, _ sequence: Int64 = 1, _ time: String = "2021-11-10T02:00:00Z"
  ) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      ReportRequested(
        reportID: report, cycleID: cycle, subjectID: subject, managingUnitID: Samples.id("P"),
        managingLevel: Samples.id("GRASSROOTS"), form: Samples.id("01"), dueBefore: Instant(due),
        dueWording: "trước ngày 10/12/2021", year: 2021, planNumber: "57-KH/TU",
        ruleSetID: RuleSetID("132-2018")), "report/\(report)", sequence, time)
  }

  static func submitted(_ unit: String, _ sequence: Int64, _ time: String) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      ReportSubmitted(
        reportID: report, cycleID: cycle, subjectID: subject, managingLevel: Samples.id("L"),
        version: 1, contentHash: "00", receivedAt: Instant(time), lateness: .onTime, answers: []),
      "report/\(report)", sequence, time)
  }

  static func returned(_ unit: String, _ sequence: Int64, _ time: String) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      ReportReturned(
        reportID: report, cycleID: cycle, subjectID: subject, version: 1, reasons: []),
      "report/\(report)", sequence, time)
  }

  static func waived(_ unit: String, _ sequence: Int64, _ time: String) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      ReportWaived(
        reportID: report, cycleID: cycle, subjectID: subject, reason: .ended,
        effectiveOn: LocalDate(Instant(time))), "report/\(report)", sequence, time)
  }

  /// More time, by default until 15/12/2021.
  static func extensionGranted(
    _ unit: String, _ sequence: Int64, _ time: String, until: String = "2021-12-14T17:00:00Z"
  ) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    let until = try Instant(until)
    return try at(
      ExtensionGranted(
        reportID: report, cycleID: cycle, subjectID: subject, dueBefore: until,
        dueWording: "trước ngày \(LocalDate(until).forPeople)", firstDueBefore: Instant(due),
        reasonHash: "00"), "report/\(report)", sequence, time)
  }

  static func extensionRefused(
    _ unit: String, _ sequence: Int64, _ time: String
  ) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      ExtensionRefused(reportID: report, cycleID: cycle, subjectID: subject, reasonHash: "00"),
      "report/\(report)", sequence, time)
  }

  static func supplementRequested(
    _ unit: String, _ sequence: Int64, _ caseName: String, _ time: String
  ) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      SupplementRequested(
        reportID: report, cycleID: cycle, subjectID: subject, caseID: Samples.id(caseName),
        matterIDs: [], dueBefore: Instant("2021-12-17T17:00:00Z"),
        dueWording: "trước ngày 18/12/2021"), "report/\(report)", sequence, time)
  }

  static func supplementSubmitted(
    _ unit: String, _ sequence: Int64, _ caseName: String
  ) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      SupplementSubmitted(
        reportID: report, cycleID: cycle, subjectID: subject, caseID: Samples.id(caseName),
        receivedAt: Instant("2021-12-15T00:00:00Z"), lateness: .onTime, answers: []),
      "report/\(report)", sequence, "2021-12-15T00:00:00Z")
  }

  static func supplementCancelled(
    _ unit: String, _ sequence: Int64, _ caseName: String
  ) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      SupplementCancelled(
        reportID: report, cycleID: cycle, subjectID: subject, caseID: Samples.id(caseName)),
      "report/\(report)", sequence, "2021-12-15T00:00:00Z")
  }

  static func issued(_ name: String, _ unit: String, _ time: String = "2021-11-20T03:00:00Z") throws
    -> EventEnvelope
  {
    let before = LocalDate(try Instant(time)).adding(days: 4).start
    return try at(
      CaseIssued(
        caseID: Samples.id(name), cycleID: cycle, subjectID: SubjectID("unit/\(unit)"),
        authorityID: Samples.id("P"), authorityLevel: Samples.id("PROVINCE"),
        documentNumber: "1-CV", matters: [], acknowledgeBefore: before), "case/\(name)", 1, time,
      .case)
  }

  static func acknowledged(_ name: String, _ unit: String) throws -> EventEnvelope {
    try at(
      CaseAcknowledged(caseID: Samples.id(name), subjectID: SubjectID("unit/\(unit)")),
      "case/\(name)", 2, "2021-11-21T03:00:00Z", .case)
  }

  static func withdrawn(_ name: String, _ unit: String) throws -> EventEnvelope {
    try at(
      CaseWithdrawn(
        caseID: Samples.id(name), cycleID: cycle, subjectID: SubjectID("unit/\(unit)"),
        wasIssued: true), "case/\(name)", 2, "2021-11-21T03:00:00Z", .case)
  }
}
