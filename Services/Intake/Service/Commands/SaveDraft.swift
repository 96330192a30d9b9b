import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// A draft that was kept; members are named as on the wire.
private struct DraftAnswer: Encodable, Sendable {
  var reportId: ReportID
  var sha256: String
  var savedAt: Instant
}

extension HTTPRoute {
  /// Keeps a draft, complete or not.
  static func saveDraft(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .put, "/v1/reports/{report}/draft", summary: "Lưu bản nháp báo cáo",
      body: .json(ReportContent.shape)
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let ifMatch = try request.requireIfMatch()
      let content = try request.decode(ReportContent.self)
      let sections = try content.textBySection()
      let canonical = content.canonical
      let hash = Fingerprint.sha256(canonical)
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        try DocumentTable.save([hash: canonical], transaction)
        let events = try loaded.report.draft(
          contentHash: hash, sections: sections.keys,
          form: try Guards.form(of: duty, in: context.rules), actor: request.actor,
          cyclePhase: try transaction.ask(CycleTable.holdPhase(of: duty.cycleID)))
        if !events.isEmpty { try Guards.requireVersion(ifMatch, loaded.sequence) }
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(
          .ok, stream: .report(id), sequence: saved.sequence,
          body: DraftAnswer(reportId: id, sha256: hash, savedAt: request.arrivedAt))
      }
    }
  }
}
