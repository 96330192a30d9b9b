import Testing

@Suite struct `A checker that is shown broken promises` {
  private static let seedsMax: UInt64 = 1_000

  @Test(.timeLimit(.minutes(10)), arguments: Mutation.allCases)
  func `notices each within a thousand seeds`(_ mutation: Mutation) async throws {
    for seed in 1...Self.seedsMax {
      let rules = Checker.check(try await Simulation(seed: seed, mutation: mutation).play())
        .map(\.rule)
      if rules.contains(mutation.rule) {
        print("\(mutation.rawValue): seed \(seed): \(rules.map(\.rawValue))")
        return
      }
    }
    Issue.record("\(mutation.rawValue) broke no rule in \(Self.seedsMax) seeds")
  }
}

extension Mutation {
  /// The rule that is made for it.
  fileprivate var rule: Rule {
    switch self {
    case .deletesBeforeAcknowledgement, .deletesRange, .offsetElsewhere: .noGapWithoutLoss
    case .fenceOneShort: .noDuplicateEffect
    case .fenceOneAhead: .noLostWrite
    case .repairsNothing: .noUnrepairedGap
    case .ignoresLock: .oneActiveRelay
    }
  }
}
