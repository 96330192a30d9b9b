import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// A wish for more time.
private struct ExtensionWish: Decodable, Sendable {
  var dueBefore: Instant
  var reason: String

  static let shape = JSONShape.object([
    .required("dueBefore", .instant), .required("reason", .text(max: 2_000)),
  ])
}

extension HTTPRoute {
  /// Asks for more time to hand a report in.
  static func requestExtension(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/reports/{report}/extension-requests", summary: "Đề nghị gia hạn nộp báo cáo",
      body: .json(ExtensionWish.shape)
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(ExtensionWish.self)
      let reasonHash = Fingerprint.sha256(input.reason)
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        let events = try loaded.report.requestExtension(
          RequestExtension(
            actor: request.actor, dueBefore: input.dueBefore, reason: input.reason,
            reasonHash: reasonHash, now: request.arrivedAt,
            cyclePhase: try transaction.ask(CycleTable.holdPhase(of: duty.cycleID))))
        try Guards.requireVersion(ifMatch, loaded.sequence)
        try DocumentTable.save([reasonHash: input.reason], transaction)
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(
          .created, stream: .report(id), sequence: saved.sequence,
          location: "/v1/reports/\(id)")
      }
    }
  }
}
