import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// Why a report is given back.
private struct ReturnReport: Decodable, Sendable {
  var reasons: [ReturnReason]

  static let shape = JSONShape.object([
    .required(
      "reasons",
      .array(
        of: .object([
          .required("section", .identifier), .required("reason", .text(max: 2_000)),
        ]), max: ReportContent.sectionsMax))
  ])
}

extension HTTPRoute {
  /// Gives a report back, with a reason for each section to rewrite.
  static func returnReport(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/reports/{report}/return", summary: "Trả lại báo cáo để viết lại",
      body: .json(ReturnReport.shape)
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(ReturnReport.self)
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        let events = try loaded.report.giveBack(
          input.reasons, form: try Guards.form(of: duty, in: context.rules), actor: request.actor,
          managingLine: try UnitTable.line(
            from: duty.managingUnitID, on: request.today, transaction))
        try Guards.requireVersion(ifMatch, loaded.sequence)
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(.ok, stream: .report(id), sequence: saved.sequence)
      }
    }
  }
}
