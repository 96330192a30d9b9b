import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Accepts a report; the subject counts as reviewed.
  static func acceptReport(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/reports/{report}/accept", summary: "Chấp nhận báo cáo"
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let ifMatch = try request.requireIfMatch()
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        let events = try loaded.report.accept(
          actor: request.actor,
          managingLine: try UnitTable.line(
            from: duty.managingUnitID, on: request.today, transaction))
        if !events.isEmpty { try Guards.requireVersion(ifMatch, loaded.sequence) }
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(.ok, stream: .report(id), sequence: saved.sequence)
      }
    }
  }
}
