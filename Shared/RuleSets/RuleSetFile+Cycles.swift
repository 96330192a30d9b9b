internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// What cycles of a kind are about.
extension RuleSetFile {
  func cycleScopes(_ node: Node?, scope: RuleScope?) -> [CycleScopeRule] {
    var seen: Set<ListCode> = []
    var kinds: Set<CycleKind> = []
    return reader.list(node, "cycleScopes").compactMap { item in
      let members = reader.members(
        of: item, "cycleScopes", required: ["code", "kind", "subjects", "source"])
      let code = code(members, "cycleScopes", at: item, among: &seen)
      let kind = reader.choice(members["kind"], "cycleScopes.kind", CycleKind.self)
      let subjects = reader.choices(
        members["subjects"], "cycleScopes.subjects", RuleSubject.self)
      let source = reader.text(members["source"], "cycleScopes.source")
      reader.unique(kind, "cycleScopes.kind", at: item, among: &kinds)
      if let kind, let scope, !scope.kinds.contains(kind) {
        reader.report("cycleScopes.kind is no kind of scope.kinds: \(kind.rawValue)", at: item)
      }
      guard let code, let kind, let source else { return nil }
      return CycleScopeRule(code: code, kind: kind, subjects: subjects, source: source)
    }
  }
}
