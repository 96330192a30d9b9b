import Foundation
import Testing

@Suite struct `Two services through every misfortune` {
  /// A story in which nothing goes wrong proves nothing; fewer may miss a fault by chance.
  private static let storiesForTotals = 1_000

  @Test(.timeLimit(.minutes(60))) func `every seed keeps every rule`() async throws {
    let first = try number("REVIEW_SIMULATION_FIRST") ?? 1
    let count = try number("REVIEW_SIMULATION_SEEDS") ?? 10_000
    let start = ContinuousClock.now
    let report = try await Campaign.play(Array(first..<first + count))
    try tell(report)
    print("\(report.stories) stories from seed \(first) on in \(start.duration(to: .now))")
    guard report.stories >= Self.storiesForTotals else { return }
    for fault in Fault.allCases {
      #expect(report.faults[fault, default: 0] > 0, "\(fault) never struck")
    }
    for occurrence in Occurrence.allCases {
      #expect(report.occurrences[occurrence, default: 0] > 0, "\(occurrence) never happened")
    }
  }

  @Test(.timeLimit(.minutes(5))) func `every seed that once failed keeps every rule`() async throws
  {
    try tell(try await Campaign.play(try Corpus.seeds()))
  }

  @Test func `the same seed tells the same story`() async throws {
    for seed in 1...UInt64(20) {
      let once = try await Simulation(seed: seed).play()
      let again = try await Simulation(seed: seed).play()
      #expect(once == again)
    }
  }

  @Test func `the corpus holds one seed a line, with comments`() throws {
    #expect(try Corpus.seeds(in: "# all\n\n7  # lost\n12\n") == [7, 12])
    #expect(throws: Corpus.Malformed.self) { try Corpus.seeds(in: "seven") }
  }

  private func tell(_ report: Campaign.Report) throws {
    for violation in report.violations { Issue.record("\(violation)") }
    try Corpus.keep(report.violations)
  }

  private func number(_ name: String) throws -> UInt64? {
    guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return nil }
    return try #require(UInt64(text) as UInt64?, "\(name) must be a whole number")
  }
}
