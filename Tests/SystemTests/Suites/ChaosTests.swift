import Foundation
import Testing

extension `The whole system` {
  /// Real processes under load while everything around them fails (`make chaos`).
  ///
  /// By default each fault comes once, in a small year. `REVIEW_CHAOS_MINUTES` and
  /// `REVIEW_CHAOS_FAULTS` ask for more, in years of the demonstration's size;
  /// `REVIEW_CHAOS_SEED` for others, `REVIEW_CHAOS_KINDS` for some kinds alone.
  @Suite(.serialized, .timeLimit(.minutes(90))) struct `A year in which everything fails` {
    private static let instances: [Service: Int] = [.intake: 2, .notification: 2]

    @Test func `ends with exact figures, without gaps and without a mail twice`() async throws {
      let wish = ChaosWish.fromEnvironment()
      var nemesis: Nemesis?
      var impossible: [Fault.Kind] = []
      var republications = 0
      var years = 0
      let begin = ContinuousClock.now
      repeat {
        try await Province.with(instances: Self.instances, settings: Province.faultSettings) {
          province in
          impossible = try await province.canFillDisk() ? [] : [.diskFull]
          let striking = nemesis ?? Self.nemesis(wish, province, impossible, begin)
          nemesis = striking
          let before = striking.strikes.count
          try await Self.play(wish.scale, under: striking, in: province)
          let suffered = striking.strikes.dropFirst(before).map(\.fault)
          republications += try await YearCheck(province: province).check(after: suffered)
        }
        years += 1
      } while nemesis?.isDone != true
      let strikes = nemesis?.strikes ?? []
      print(
        """

        \(strikes.count) faults in \(years) years, \(ChaosReport.seconds(.now - begin)) s, \
        seed \(wish.seed); streams asked for again after the broker had forgotten them: \
        \(republications), all repaired.
        \(ChaosReport(strikes: strikes, impossible: impossible))
        """)
      let missing = Set(wish.kinds).subtracting(impossible)
        .subtracting(strikes.map(\.fault.kind))
      #expect(missing.isEmpty)
    }

    private static func nemesis(
      _ wish: ChaosWish, _ province: Province, _ impossible: [Fault.Kind],
      _ begin: ContinuousClock.Instant
    ) -> Nemesis {
      let plan = FaultPlan(
        instances: province.allInstances.map { "\($0.service.rawValue)-\($0.number)" },
        kinds: wish.kinds.filter { !impossible.contains($0) }, seed: wish.seed)
      let least = max(plan.distinct, wish.faults)
      return Nemesis(plan) { strikes in strikes < least || .now - begin < wish.duration }
    }

    /// Plays a year while it is haunted; the rehearsal itself compares the figures.
    private static func play(
      _ scale: String, under nemesis: Nemesis, in province: Province
    ) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          // How many may be uncertain depends on what comes; `YearCheck` knows.
          let (code, text) = try await province.rehearse(
            ["--allow-uncertain", "1000"], scale: scale)
          nemesis.endYear()
          if code != 0 { throw Trouble("the rehearsal ended with \(code):\n\(text)") }
        }
        group.addTask { try await nemesis.haunt(province) }
        try await group.waitForAll()
      }
    }
  }
}

/// How much chaos is asked for.
private struct ChaosWish {
  let duration: Duration
  let faults: Int
  let seed: UInt64
  let scale: String
  let kinds: [Fault.Kind]

  static func fromEnvironment() -> ChaosWish {
    let environment = ProcessInfo.processInfo.environment
    func number(_ name: String) -> Int? { environment["REVIEW_CHAOS_\(name)"].flatMap { Int($0) } }
    let minutes = number("MINUTES") ?? 0
    let names = Set(
      (environment["REVIEW_CHAOS_KINDS"] ?? "").split(separator: ",").map(String.init))
    let kinds = Fault.Kind.allCases.filter { names.contains(String(describing: $0)) }
    return ChaosWish(
      duration: .seconds(60 * minutes), faults: number("FAULTS") ?? 0,
      seed: UInt64(number("SEED") ?? 20_211_210), scale: minutes > 0 ? "demo" : "small",
      kinds: kinds.isEmpty ? Fault.Kind.allCases : kinds)
  }
}
