import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// The receipt of a submission (contract 18); members are named as on the wire.
struct Receipt: Encodable, Sendable {
  var receiptId: String
  var reportId: ReportID
  var version: Int
  var sha256: String
  var receivedAt: Instant
  var lateness: Lateness
  var dueBefore: Instant
  var dueWording: String
  var serverTime: Instant
  var minutesLeft: Int64

  init(
    _ duty: ReportRequested, version: Int, sha256: String, receivedAt: Instant,
    lateness: Lateness, serverTime: Instant
  ) {
    receiptId = "\(duty.reportID).v\(version)"
    reportId = duty.reportID
    self.version = version
    self.sha256 = sha256
    self.receivedAt = receivedAt
    self.lateness = lateness
    dueBefore = duty.dueBefore
    dueWording = duty.dueWording
    self.serverTime = serverTime
    minutesLeft = minutes(from: serverTime, until: duty.dueBefore)
  }
}

/// Whole minutes from `now` until `due`; 0 when it has passed.
func minutes(from now: Instant, until due: Instant) -> Int64 {
  max(0, (due.milliseconds - now.milliseconds) / 60_000)
}

extension HTTPRoute {
  /// Takes a report in, the first time or again after a return.
  static func submitReport(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/reports/{report}/submit", summary: "Nộp báo cáo kiểm điểm",
      body: .json(ReportContent.shape)
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let ifMatch = try request.requireIfMatch()
      let content = try request.decode(ReportContent.self)
      let sections = try content.textBySection()
      let kept = KeptContent(content)
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        let rules = try Guards.rules(duty.ruleSetID, in: context.rules)
        let (open, outages, phase) = try transaction.ask(
          MatterTable.open(of: duty.subjectID, in: duty.cycleID),
          OutageTable.began(before: duty.dueBefore), CycleTable.holdPhase(of: duty.cycleID))
        try kept.save(transaction)
        let events = try loaded.report.submit(
          SubmitReport(
            actor: request.actor, sections: sections, answers: kept.answers, contentHash: kept.hash,
            receivedAt: request.arrivedAt, form: try Guards.form(of: duty, in: context.rules),
            openMatters: open.map(\.matter), outages: outages, outageGrace: rules.outageGrace,
            cyclePhase: phase))
        try Guards.requireVersion(ifMatch, loaded.sequence)
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        guard let submission = saved.report.submission else { throw ReportRejection.notSubmitted }
        return CommandAnswer(
          .created, stream: .report(id), sequence: saved.sequence,
          location: "/v1/reports/\(id)/receipts/\(submission.version)",
          body: Receipt(
            duty, version: submission.version, sha256: kept.hash, receivedAt: request.arrivedAt,
            lateness: submission.lateness, serverTime: request.arrivedAt))
      }
    }
  }
}
