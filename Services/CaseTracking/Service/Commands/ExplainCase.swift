import CaseTrackingDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let explainCase = change(
    "explain", summary: "Answer every matter of a letter that came after the report",
    body: .json(Explanation.shape)
  ) { request in
    let explanation = try request.decode(Explanation.self)
    return { transaction, suggested in
      guard let proposal = suggested.proposal else { throw CaseRejection.unknownCase }
      let hashes = try Documents.keep(explanation.answers.map(\.text), in: transaction)
      let answers = zip(explanation.answers, hashes).map { answer, hash in
        MatterAnswer(
          caseID: proposal.caseID, matterID: answer.matterId, kind: answer.kind, textHash: hash)
      }
      let submittedAt = try Registry.reportSubmittedAt(
        proposal.subjectID, in: proposal.cycleID, transaction)
      return .explain(answers, reportSubmittedAt: submittedAt)
    }
  }
}

/// The body of a direct explanation.
private struct Explanation: Decodable, Sendable {
  struct Answer: Decodable, Sendable {
    let matterId: MatterID
    let kind: MatterAnswer.Kind
    let text: String
  }

  let answers: [Answer]

  static let shape = JSONShape.object([
    .required(
      "answers",
      .array(
        of: .object([
          .required("matterId", .identifier),
          .required("kind", .choice(of: MatterAnswer.Kind.self)),
          .required("text", .longText),
        ]), min: 1, max: JSONShape.mattersMax))
  ])
}
