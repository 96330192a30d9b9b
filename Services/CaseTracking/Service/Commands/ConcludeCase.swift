import CaseTrackingDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let concludeCase = change(
    "conclude", summary: "Conclude on every matter, as the authority",
    body: .json(Conclusions.shape)
  ) { request in
    let conclusions = try request.decode(Conclusions.self).conclusions.map {
      MatterConclusion(matterID: $0.matterId, outcome: $0.outcome)
    }
    return { _, _ in .conclude(conclusions) }
  }
}

/// The body of a conclusion.
private struct Conclusions: Decodable, Sendable {
  struct Conclusion: Decodable, Sendable {
    let matterId: MatterID
    let outcome: MatterConclusion.Outcome
  }

  let conclusions: [Conclusion]

  static let shape = JSONShape.object([
    .required(
      "conclusions",
      .array(
        of: .object([
          .required("matterId", .identifier),
          .required("outcome", .choice(of: MatterConclusion.Outcome.self)),
        ]), min: 1, max: JSONShape.mattersMax))
  ])
}
