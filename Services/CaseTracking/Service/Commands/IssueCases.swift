import CaseTrackingDomain
import CaseTrackingReadModels
import EventStream
import ReviewEvents
import ReviewRules
import ServiceRuntime

extension HTTPRoute {
  /// The most cases of one approved list.
  static let batchCasesMax = 500

  static func issueCases(_ rules: RuleBook) -> HTTPRoute {
    .command(
      .post, "/v1/cases/issue-batch", summary: "Issue the letters of an approved list",
      body: .json(
        .object([
          .required("documentNumber", .documentNumber),
          .required("caseIds", .array(of: .identifier, min: 1, max: batchCasesMax)),
        ])), answer: BatchResult.shape
    ) { request in
      let batch = try request.decode(Batch.self)
      let origin = request.origin
      return { transaction in
        let result = try batch.issue(origin: origin, rules: rules, in: transaction)
        return CommandAnswer(.ok, body: result)
      }
    }
  }
}

/// The body of a batch issue.
private struct Batch: Decodable, Sendable {
  let documentNumber: String
  let caseIds: [CaseID]

  /// Issues what can be issued; a row that cannot says why and holds nobody else up.
  func issue(
    origin: EventOrigin, rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> BatchResult {
    let cases = try CaseArchive.load(Set(caseIds), in: transaction)
    var circumstances = try IssueCircumstances(
      of: cases.values.map(\.suggested), on: LocalDate(origin.time), in: transaction)
    var changes: [CaseArchive.Change] = []
    var rows: [BatchResult.Row] = []
    var seen: Set<CaseID> = []
    for id in caseIds where seen.insert(id).inserted {
      do {
        guard let before = cases[id] else { throw CaseRejection.unknownCase }
        let command = try circumstances.command(
          for: before.suggested, number: documentNumber, at: origin.time, rules: rules,
          in: transaction)
        let events = try before.suggested.decide(
          command, by: origin.actor, at: origin.time, succession: circumstances.succession)
        changes.append(
          CaseArchive.Change(caseID: id, before: before, events: events, origin: origin))
        rows.append(
          BatchResult.Row(id, sequence: before.sequence + Int64(events.count), problem: nil))
      } catch let rejection as CaseRejection {
        rows.append(BatchResult.Row(id, sequence: nil, problem: rejection.problem))
      } catch let problem as Problem {
        rows.append(BatchResult.Row(id, sequence: nil, problem: problem))
      }
    }
    try CaseArchive.record(changes, in: transaction)
    return BatchResult(rows: rows)
  }
}

/// What became of each row of a batch.
private struct BatchResult: Encodable, Sendable {
  struct Row: Encodable, Sendable {
    let caseId: CaseID
    let issued: Bool
    let sequence: Int64?
    let slug: String?
    let title: String?

    init(_ caseID: CaseID, sequence: Int64?, problem: Problem?) {
      caseId = caseID
      issued = problem == nil
      self.sequence = sequence
      slug = problem?.slug
      title = problem?.title
    }
  }

  let issued: Int
  let refused: Int
  let rows: [Row]

  init(rows: [Row]) {
    self.rows = rows
    issued = rows.count { $0.issued }
    refused = rows.count - issued
  }

  static let shape = JSONShape.object([
    .required("issued", .integer(0...500)), .required("refused", .integer(0...500)),
    .required(
      "rows",
      .array(
        of: .object([
          .required("caseId", .identifier), .required("issued", .boolean),
          .optional("sequence", .integer(1...Int64.max)), .optional("slug", .text(max: 100)),
          .optional("title", .text(max: 500)),
        ]), max: 500)),
  ])
}
