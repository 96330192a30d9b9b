import ReviewEvents
import ServiceRuntime

/// Who is reviewed in a cycle; members are named as on the wire.
struct NamedScope: Codable, Sendable {
  var roles: [MemberRole]?
  var kinds: [SubjectKind]?
  var unitIds: [UnitID]?

  static let shape = JSONShape.object([
    .optional("roles", .array(of: .choice(of: MemberRole.self), min: 1, max: 4)),
    .optional("kinds", .array(of: .choice(of: SubjectKind.self), min: 1, max: 2)),
    .optional("unitIds", .array(of: .identifier, min: 1, max: 2_000)),
  ])

  init(_ scope: CycleScope) {
    roles = scope.roles
    kinds = scope.kinds
    unitIds = scope.unitIDs
  }

  /// As the fact says it.
  var scope: CycleScope { CycleScope(roles: roles, kinds: kinds, unitIDs: unitIds) }
}

/// The rules of a sector; members are named as on the wire.
struct NamedSectorRules: Codable, Sendable {
  var sector: ListCode
  var ruleSetId: RuleSetID

  static let shape = JSONShape.object([
    .required("sector", .identifier), .required("ruleSetId", .identifier),
  ])

  init(_ rules: SectorRules) {
    sector = rules.sector
    ruleSetId = rules.ruleSetID
  }
}
