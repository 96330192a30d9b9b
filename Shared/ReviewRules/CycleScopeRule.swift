public import ReviewEvents

/// Who is reviewed in cycles of one kind, unless the plan says otherwise.
public struct CycleScopeRule: Sendable, Hashable {
  /// Names the rule.
  public var code: ListCode
  /// The kind of cycles.
  public var kind: CycleKind
  /// Who is reviewed.
  public var subjects: [RuleSubject]
  /// Where it stands.
  public var source: String

  /// Puts the parts together.
  public init(code: ListCode, kind: CycleKind, subjects: [RuleSubject], source: String) {
    self.code = code
    self.kind = kind
    self.subjects = subjects
    self.source = source
  }

  /// The same as a cycle says it.
  public var scope: CycleScope {
    let roles = MemberRole.allCases.filter { role in
      subjects.contains { $0.rawValue == role.rawValue }
    }
    let kinds: [SubjectKind] =
      (subjects.contains(.collective) ? [.collective] : []) + (roles.isEmpty ? [] : [.individual])
    return CycleScope(
      roles: roles.isEmpty || roles == MemberRole.allCases ? nil : roles, kinds: kinds)
  }
}
