internal import EventStream
internal import RatingDomain
internal import ReviewEvents
internal import ReviewRules
internal import ServiceRuntime

extension HTTPRoute {
  /// The sum behind a quota: base, percentage, what is allowed, and who uses the places.
  static func showQuota(_ ratings: Ratings) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/quota", summary: "Show the quota of one group with its sum",
      parameters: [
        .required("managingUnit", .identifier), .required("kind", .choice(of: SubjectKind.self)),
        .required("peerGroup", .identifier),
      ]
    ) { request in
      let kind = try request.query.require("kind") { text in
        guard let kind = SubjectKind(rawValue: text) else { throw MalformedIdentifier() }
        return kind
      }
      let group = QuotaGroup(
        cycle: try request.path("cycle", as: CycleID.init),
        managingUnitID: try request.query.require("managingUnit", as: UnitID.init), kind: kind,
        peerGroup: try request.query.require("peerGroup", as: PeerGroupCode.init))
      let view = try await ratings.store.commit { transaction in
        let known = try RatingTables.cycle(
          group.cycle, rules: ratings.rules, in: transaction)
        return QuotaView(
          try group.check(known.ruleSet.quota, in: transaction),
          holders: try group.holders(in: transaction))
      }
      return QueryAnswer(view)
    }
  }
}

private struct QuotaView: Encodable, Sendable {
  let base: String
  let baseCount: Int
  let percent: Int
  let rounding: String
  let source: String
  let allowed: Int
  let decidedExcellent: Int
  let room: Int
  let holders: [String]

  init(_ check: QuotaCheck, holders: [String]) {
    base = check.rule.base.rawValue
    baseCount = check.base
    percent = check.rule.percent
    rounding = check.rule.rounding.rawValue
    source = check.rule.source
    allowed = check.allowed
    decidedExcellent = check.decidedExcellent
    room = check.room
    self.holders = holders
  }
}
