/// What an import would change; everything or nothing of it is done.
public struct ImportPlan<Fact: Sendable & Hashable>: Sendable, Hashable {
  /// Registered for the first time.
  public var registered: [Fact] = []
  /// Known already, with something new.
  public var amended: [Fact] = []
  /// How many rows say what is known already.
  public var unchangedCount = 0

  /// A plan that changes nothing.
  public init() {}

  mutating func add(_ fact: Fact, known: Fact?) {
    switch known {
    case nil: registered.append(fact)
    case fact: unchangedCount += 1
    default: amended.append(fact)
    }
  }
}
