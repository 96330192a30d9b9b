/// A value of a rule set with its place, for example `quota.percent` and `20`.
public struct RuleLine: Sendable, Hashable {
  /// The place: members joined by dots, entries of lists by their codes.
  public var path: String
  /// The value as written.
  public var value: String

  /// Puts the parts together.
  public init(path: String, value: String) {
    self.path = path
    self.value = value
  }
}

/// A difference between two rule sets.
public struct RuleSetChange: Sendable, Hashable {
  /// The place.
  public var path: String
  /// What stood there, if anything.
  public var old: String?
  /// What stands there now, if anything.
  public var new: String?

  /// Puts the parts together.
  public init(path: String, old: String?, new: String?) {
    self.path = path
    self.old = old
    self.new = new
  }
}

extension RuleSet {
  /// What is different from `former`, in the order of this rule set; what went away comes last.
  public func changes(since former: RuleSet) -> [RuleSetChange] {
    let old = Dictionary(former.lines.map { ($0.path, $0.value) }) { first, _ in first }
    let new = Set(lines.map(\.path))
    let kept = lines.filter { old[$0.path] != $0.value }
      .map { RuleSetChange(path: $0.path, old: old[$0.path], new: $0.value) }
    let gone = former.lines.filter { !new.contains($0.path) }
      .map { RuleSetChange(path: $0.path, old: $0.value, new: nil) }
    return kept + gone
  }
}
