import CaseTrackingDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let verifyRemediation = change(
    "verify", summary: "Verify one item, as the authority and not as its owner",
    body: .json(
      .object([
        .required("matterId", .identifier),
        .required("result", .choice(of: RemediationResult.self)),
        .optional("newDueBefore", .instant, "The new date of what is not remedied"),
      ]))
  ) { request in
    let finding = try request.decode(Finding.self)
    return { _, _ in
      .verify(
        matterID: finding.matterId, result: finding.result, newDueBefore: finding.newDueBefore)
    }
  }
}

/// The body of a verification.
private struct Finding: Decodable, Sendable {
  let matterId: MatterID
  let result: RemediationResult
  let newDueBefore: Instant?
}
