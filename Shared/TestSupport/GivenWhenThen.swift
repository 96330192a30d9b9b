/// A state of a domain that is the fold of its facts.
public protocol Folding {
  /// What can happen to it.
  associatedtype Fact
  /// The state before anything happened.
  init()
  /// Takes a fact into account; never refuses one.
  mutating func apply(_ fact: Fact)
}

/// The state after `facts`.
public func given<State: Folding>(_ state: State.Type = State.self, _ facts: State.Fact...) -> State
{
  given(state, facts)
}

/// The state after `facts`.
public func given<State: Folding>(_ state: State.Type = State.self, _ facts: [State.Fact]) -> State
{
  fold(State(), facts) { $0.apply($1) }
}

/// The state that `apply` makes of `initial` and `facts`, for folds with another shape.
public func fold<State, Fact>(
  _ initial: State, _ facts: [Fact], apply: (inout State, Fact) -> Void
) -> State {
  facts.reduce(into: initial, apply)
}

extension Folding {
  /// What the decision says, and the state after it.
  public func when<Rejection: Error>(
    _ decide: (Self) throws(Rejection) -> [Fact]
  ) throws(Rejection) -> (facts: [Fact], state: Self) {
    let facts = try decide(self)
    return (facts, fold(self, facts) { $0.apply($1) })
  }
}
