import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Lays a report with its subject again: one that was accepted or locked, or one of a closed
  /// cycle.
  static func reopenReport(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/reports/{report}/reopen",
      summary: "Mở lại báo cáo đã chấp nhận, đã khóa hoặc của kỳ đã đóng",
      body: .json(GroundInput.shape)
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let ifMatch = try request.requireIfMatch()
      let ground = try request.decode(GroundInput.self).ground
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        let events = try loaded.report.reopen(
          ReopenReport(
            actor: request.actor,
            managingLine: try UnitTable.line(
              from: duty.managingUnitID, on: request.today, transaction),
            ground: ground,
            cyclePhase: try transaction.ask(CycleTable.holdPhase(of: duty.cycleID))))
        try Guards.requireVersion(ifMatch, loaded.sequence)
        try ground.save(transaction)
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(.ok, stream: .report(id), sequence: saved.sequence)
      }
    }
  }
}
