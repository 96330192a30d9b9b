import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// What is approved, and on which basis; members are named as on the wire.
private struct ApproveRuleSet: Decodable, Sendable {
  var fingerprint: String
  var legalBasis: String

  static let shape = JSONShape.object([
    .required("fingerprint", .text(min: 64, max: 64), "SHA-256 như GET /v1/rule-sets đã cho biết"),
    .required("legalBasis", .text(max: DocumentNumber.bytesMax), "Số, ký hiệu văn bản phê duyệt"),
  ])
}

extension HTTPRoute {
  /// Approves a version of the rules by its fingerprint, so that nobody approves what he has not
  /// seen; approving it again changes nothing.
  static func approveRuleSet(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/rule-sets/{ruleSet}/approvals", summary: "Phê duyệt một bộ quy định",
      body: .json(ApproveRuleSet.shape)
    ) { request in
      let id = try request.path("ruleSet", as: RuleSetID.init)
      guard let rules = context.rules[id] else { throw Problem(.ruleSetNotFound, field: "ruleSet") }
      let input = try request.decode(ApproveRuleSet.self)
      let loaded = rules.fingerprint
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let former = try ApprovalTable.of(id, transaction)
        let facts = try RuleSetApprovals(former.map(\.fact)).approve(
          id, fingerprint: input.fingerprint, loaded: loaded, legalBasis: input.legalBasis)
        let sequence = try ApprovalTable.record(
          facts, of: id, behind: former.last?.sequence ?? 0, origin: request.origin, transaction)
        return CommandAnswer(
          facts.isEmpty ? .ok : .created, stream: .ruleSet(id), sequence: sequence,
          location: "/v1/rule-sets/\(id)")
      }
    }
  }
}
