import EventStream
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// A rule set in a list; members are named as on the wire.
private struct RuleSetSummary: Encodable, Sendable {
  var ruleSetId: RuleSetID
  var title: String
  var fromYear: Int
  var throughYear: Int
  var kinds: [CycleKind]
  var legalBasis: [Document]
  var fingerprint: String
  var approved: Bool
  var approvals: [Approval]

  /// A document that rules rest on.
  struct Document: Encodable, Sendable {
    var issuer: String
    var number: String
    var date: String
  }

  /// An approval of this version or of an earlier one.
  struct Approval: Encodable, Sendable {
    var legalBasis: String
    var fingerprint: String
    var approvedAt: Instant
    var approvedBy: String

    init(_ recorded: RecordedFact<RuleSetApproved>) {
      legalBasis = recorded.fact.legalBasis
      fingerprint = recorded.fact.fingerprint
      approvedAt = recorded.recordedAt
      approvedBy = recorded.recordedBy.description
    }
  }

  init(_ rules: RuleSet, approvals: [RecordedFact<RuleSetApproved>]) {
    let fingerprint = rules.fingerprint
    self.fingerprint = fingerprint
    approved = approvals.contains { $0.fact.fingerprint == fingerprint }
    self.approvals = approvals.map { Approval($0) }
    ruleSetId = rules.id
    title = rules.title
    fromYear = rules.scope.years.lowerBound
    throughYear = rules.scope.years.upperBound
    kinds = rules.scope.kinds
    legalBasis = rules.legalBasis.map {
      Document(issuer: $0.issuer, number: $0.printedNumber, date: "\($0.date)")
    }
  }
}

/// All rule sets that are loaded.
private struct RuleSetList: Encodable, Sendable {
  var ruleSets: [RuleSetSummary]
}

/// A rule set with everything that it says.
private struct RuleSetView: Encodable, Sendable {
  var summary: RuleSetSummary
  var contents: [Line]

  /// A value with its place.
  struct Line: Encodable, Sendable {
    var path: String
    var value: String
  }
}

/// What two rule sets differ in.
private struct RuleSetChanges: Encodable, Sendable {
  var ruleSetId: RuleSetID
  var since: RuleSetID
  var changes: [Change]

  /// A value that is new, gone or another; absent is what does not stand on one side.
  struct Change: Encodable, Sendable {
    var path: String
    var old: String?
    var new: String?
  }
}

extension HTTPRoute {
  /// Lists the rule sets that a cycle can follow once they are approved.
  static func listRuleSets(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/rule-sets", summary: "Danh sách bộ quy định") { _ in
      let approvals = try await context.store.commit { transaction in
        try ApprovalTable.all(transaction)
      }
      return QueryAnswer(
        RuleSetList(
          ruleSets: context.rules.ids.compactMap { context.rules[$0] }
            .map { RuleSetSummary($0, approvals: approvals[$0.id] ?? []) }))
    }
  }

  /// Shows everything that a rule set says, and who approved it.
  static func showRuleSet(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/rule-sets/{ruleSet}", summary: "Xem nội dung một bộ quy định") { request in
      let rules = try known(request.path("ruleSet", as: RuleSetID.init), in: context.rules)
      let approvals = try await context.store.commit { transaction in
        try ApprovalTable.of(rules.id, transaction)
      }
      return QueryAnswer(
        RuleSetView(
          summary: RuleSetSummary(rules, approvals: approvals),
          contents: rules.lines.map { .init(path: $0.path, value: $0.value) }))
    }
  }

  /// Shows what is different from another rule set, for who prepares the next cycle.
  static func showRuleSetChanges(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/rule-sets/{ruleSet}/changes", summary: "So sánh với một bộ quy định khác",
      parameters: [.required("since", .identifier, "Bộ quy định để so sánh")]
    ) { request in
      let rules = try known(request.path("ruleSet", as: RuleSetID.init), in: context.rules)
      guard let text = request.query.text("since"), let id = try? RuleSetID(text) else {
        throw Problem(.unknownRuleSet, field: "since")
      }
      guard let former = context.rules[id] else { throw Problem(.unknownRuleSet, field: "since") }
      return QueryAnswer(
        RuleSetChanges(
          ruleSetId: rules.id, since: former.id,
          changes: rules.changes(since: former).map {
            .init(path: $0.path, old: $0.old, new: $0.new)
          }))
    }
  }

  private static func known(_ id: RuleSetID, in book: RuleBook) throws(Problem) -> RuleSet {
    guard let rules = book[id] else { throw Problem(.ruleSetNotFound, field: "ruleSet") }
    return rules
  }
}
