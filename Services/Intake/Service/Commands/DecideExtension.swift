import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// What the authority says about more time.
private struct ExtensionDecision: Decodable, Sendable {
  var granted: Bool
  var dueBefore: Instant?
  var reason: String

  static let shape = JSONShape.object([
    .required("granted", .boolean),
    .optional("dueBefore", .instant, "Thời hạn mới, mặc định là thời hạn được đề nghị"),
    .required("reason", .text(max: 2_000)),
  ])

  /// - Throws: 422 for a date that is named and not given.
  func decision() throws(Problem) -> DecideExtension.Decision {
    if granted { return .grant(until: dueBefore) }
    guard dueBefore == nil else { throw Problem(.extensionDateUnexpected, field: "dueBefore") }
    return .refuse
  }
}

extension HTTPRoute {
  /// Gives more time, or none; it may be given without a wish.
  static func decideExtension(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/reports/{report}/extension-requests/decision",
      summary: "Quyết định gia hạn nộp báo cáo", body: .json(ExtensionDecision.shape)
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(ExtensionDecision.self)
      let decision = try input.decision()
      let reasonHash = Fingerprint.sha256(input.reason)
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        let events = try loaded.report.decideExtension(
          DecideExtension(
            actor: request.actor,
            managingLine: try UnitTable.line(
              from: duty.managingUnitID, on: request.today, transaction),
            decision: decision, reason: input.reason, reasonHash: reasonHash,
            now: request.arrivedAt,
            cyclePhase: try transaction.ask(CycleTable.holdPhase(of: duty.cycleID))))
        try Guards.requireVersion(ifMatch, loaded.sequence)
        try DocumentTable.save([reasonHash: input.reason], transaction)
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(.ok, stream: .report(id), sequence: saved.sequence)
      }
    }
  }
}
