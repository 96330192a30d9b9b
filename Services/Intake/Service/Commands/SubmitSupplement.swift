import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// The answers to the matters of one case.
private struct SupplementInput: Decodable, Sendable {
  var answers: [Answer]

  struct Answer: Decodable, Sendable {
    var matterId: MatterID
    var kind: MatterAnswer.Kind
    var text: String
  }

  static let shape = JSONShape.object([
    .required(
      "answers",
      .array(
        of: .object([
          .required("matterId", .identifier),
          .required("kind", .choice(of: MatterAnswer.Kind.self)),
          .required("text", .text(min: 0, max: ReportContent.answerTextMax)),
        ]), max: ReportContent.answersMax))
  ])

  /// The same as a content without sections.
  func content(of caseID: CaseID) -> ReportContent {
    ReportContent(
      sections: [],
      answers: answers.map {
        .init(caseId: caseID, matterId: $0.matterId, kind: $0.kind, text: $0.text)
      })
  }
}

/// The receipt of a supplement; members are named as on the wire.
private struct SupplementReceipt: Encodable, Sendable {
  var receiptId: String
  var reportId: ReportID
  var caseId: CaseID
  var sha256: String
  var receivedAt: Instant
  var lateness: Lateness
  var dueBefore: Instant
  var serverTime: Instant
  var minutesLeft: Int64
}

extension HTTPRoute {
  /// Takes in the answers to matters that came after the report's receipt.
  static func submitSupplement(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/reports/{report}/supplements/{case}", summary: "Nộp phần giải trình bổ sung",
      body: .json(SupplementInput.shape)
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let caseID = try request.path("case", as: CaseID.init)
      let ifMatch = try request.requireIfMatch()
      let kept = KeptContent(try request.decode(SupplementInput.self).content(of: caseID))
      return { transaction in
        let loaded = try ReportTable.lock(id, transaction)
        guard let duty = loaded.report.duty else { throw ReportRejection.notRequested }
        try kept.save(transaction)
        let events = try loaded.report.submitSupplement(
          SubmitSupplement(
            actor: request.actor, caseID: caseID, answers: kept.answers, contentHash: kept.hash,
            receivedAt: request.arrivedAt,
            outages: try transaction.ask(OutageTable.began(before: request.arrivedAt)),
            outageGrace: try Guards.rules(duty.ruleSetID, in: context.rules).outageGrace))
        try Guards.requireVersion(ifMatch, loaded.sequence)
        let saved = try ReportTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        guard case .supplementSubmitted(let fact)? = events.first,
          let request = saved.report.supplements[caseID]?.request
        else { throw ReportRejection.noSupplement(caseID) }
        return CommandAnswer(
          .created, stream: .report(id), sequence: saved.sequence, location: "/v1/reports/\(id)",
          body: SupplementReceipt(
            receiptId: "\(id).\(caseID)", reportId: id, caseId: caseID, sha256: kept.hash,
            receivedAt: fact.receivedAt, lateness: fact.lateness, dueBefore: request.dueBefore,
            serverTime: fact.receivedAt,
            minutesLeft: minutes(from: fact.receivedAt, until: request.dueBefore)))
      }
    }
  }
}
