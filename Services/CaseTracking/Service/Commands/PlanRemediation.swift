import CaseTrackingDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let planRemediation = change(
    "plan", summary: "Plan how to remedy every shortcoming, as the subject",
    body: .json(Plan.shape)
  ) { request in
    let plan = try request.decode(Plan.self)
    return { transaction, _ in
      let hashes = try Documents.keep(plan.items.map(\.measures), in: transaction)
      return .plan(
        zip(plan.items, hashes).map { item, hash in
          RemediationItem(
            matterID: item.matterId, owner: item.ownerActor, dueBefore: item.dueBefore,
            measuresHash: hash)
        })
    }
  }
}

/// The body of a plan.
private struct Plan: Decodable, Sendable {
  struct Item: Decodable, Sendable {
    let matterId: MatterID
    let owner: SubjectID
    let dueBefore: Instant
    let measures: String

    var ownerActor: ActorID {
      switch owner {
      case .person(let id): .person(id)
      case .unit(let id): .unit(id)
      }
    }
  }

  let items: [Item]

  static let shape = JSONShape.object([
    .required(
      "items",
      .array(
        of: .object([
          .required("matterId", .identifier),
          .required("owner", .subject, "Who has to do it"),
          .required("dueBefore", .instant, "The first moment that is too late"),
          .required("measures", .longText),
        ]), min: 1, max: JSONShape.mattersMax))
  ])
}
