public import ReviewEvents

/// All versions of the rules that a process has loaded.
public struct RuleBook: Sendable {
  private let ruleSets: [RuleSetID: RuleSet]

  /// The rule sets, by their names.
  public init(_ ruleSets: [RuleSet]) {
    self.ruleSets = Dictionary(uniqueKeysWithValues: ruleSets.map { ($0.id, $0) })
  }

  /// The rule set named `id`, if it was loaded.
  public subscript(id: RuleSetID) -> RuleSet? { ruleSets[id] }

  /// The names of all rule sets, in order.
  public var ids: [RuleSetID] { ruleSets.keys.sorted() }
}
