import EventStream
import ReviewEvents
import TestSupport

/// What must hold of every story, in Jepsen's words.
enum Rule: String, CaseIterable, Sendable {
  case restReached = "comes to rest without faults"
  case noLostWrite = "no lost write"
  case noDuplicateEffect = "no duplicate effect"
  case noInversion = "no inversion per stream"
  case noUnrepairedGap = "no unrepaired gap"
  case noGapWithoutLoss = "no gap without loss in the broker"
  case oneActiveRelay = "at most one active relay"
  case readModelIsFold = "read models equal the fold of the log"
  case outboxEmpty = "outbox empty at rest"
}

/// A rule that a story broke.
struct Violation: Hashable, Sendable, CustomStringConvertible {
  let seed: UInt64
  let rule: Rule
  let detail: String

  var description: String {
    "SEED \(seed) failed: \(rule.rawValue): \(detail)"
      + "\n  again: make simulate FIRST=\(seed) SEEDS=1"
  }
}

/// Compares a history with the rules; each is a function of the history alone.
enum Checker {
  /// The rules that `history` broke, one violation each.
  static func check(_ history: History) -> [Violation] {
    Rule.allCases.compactMap { rule in
      problem(rule, history).map { Violation(seed: history.seed, rule: rule, detail: $0) }
    }
  }

  private static func problem(_ rule: Rule, _ history: History) -> String? {
    switch rule {
    case .restReached: restReached(history)
    case .noLostWrite: noLostWrite(history)
    case .noDuplicateEffect: noDuplicateEffect(history)
    case .noInversion: noInversion(history)
    case .noUnrepairedGap: noUnrepairedGap(history)
    case .noGapWithoutLoss: noGapWithoutLoss(history)
    case .oneActiveRelay: oneActiveRelay(history)
    case .readModelIsFold: readModelIsFold(history)
    case .outboxEmpty: outboxEmpty(history)
    }
  }

  static func restReached(_ history: History) -> String? {
    if let stop = history.stops.first { return stop }
    if let parked = history.parked.first { return "\(parked) is still parked" }
    return history.unrest
  }

  /// Whoever was told that a fact is kept finds it in the log, the broker got every fact of a log,
  /// and readers answered all of them.
  static func noLostWrite(_ history: History) -> String? {
    if let lost = history.acknowledged.first(where: { !history.logged.contains($0) }) {
      return "\(lost) was acknowledged and is not in the log"
    }
    if let lost = history.logged.subtracting(history.published).min() {
      return "\(lost) was never published"
    }
    return first(history) { report, facts, applied in
      let known = Set(applied)
      return facts.first { !known.contains($0.sequence) }.map { "\($0.id) was never answered" }
    }
  }

  static func noDuplicateEffect(_ history: History) -> String? {
    first(history) { report, _, applied in
      var known: Set<Int64> = []
      if let again = applied.first(where: { !known.insert($0).inserted }) {
        return "\(report)@\(again) was answered twice"
      }
      var led: Set<String> = []
      return (history.reactions[report] ?? []).first { !led.insert($0).inserted }
        .map { "\($0) led to two facts" }
    }
  }

  static func noInversion(_ history: History) -> String? {
    first(history) { report, _, applied in
      zip(applied, applied.dropFirst()).first { $0 > $1 }
        .map { "\(report)@\($0.1) was answered after \(report)@\($0.0)" }
    }
  }

  /// Nothing is missing in front of something that was answered.
  static func noUnrepairedGap(_ history: History) -> String? {
    if history.openGaps > 0 { return "\(history.openGaps) gaps are open" }
    return first(history) { report, facts, applied in
      guard let last = applied.max() else { return nil }
      let known = Set(applied)
      return facts.first { $0.sequence < last && !known.contains($0.sequence) }
        .map { "\($0.id) is missing in front of \(report)@\(last)" }
    }
  }

  static func noGapWithoutLoss(_ history: History) -> String? {
    history.hasLosses ? nil : history.gaps.first
  }

  /// Tenures follow one another, and only the present one commits anything.
  static func oneActiveRelay(_ history: History) -> String? {
    var active: [ServiceArea: Int] = [:]
    for entry in history.relays {
      switch entry {
      case .took(let area, let tenure):
        if let other = active[area] {
          return "relay \(tenure) of \(area) began while relay \(other) was active"
        }
        active[area] = tenure
      case .worked(let area, let tenure):
        guard active[area] == tenure else {
          return "relay \(tenure) of \(area) went on although it was no longer active"
        }
      case .gaveUp(let area, let tenure): if active[area] == tenure { active[area] = nil }
      case .lost(let area): active[area] = nil
      }
    }
    return nil
  }

  static func readModelIsFold(_ history: History) -> String? {
    first(history) { report, facts, _ in
      let fold = fold(Sheet(), facts) { $0.take($1) }
      let sheet = history.sheets[report] ?? Sheet()
      guard sheet == fold else {
        return "the sheet of \(report) is \(sheet), its facts make \(fold)"
      }
      let causes = facts.filter { $0.type == ReportAccepted.type }.map(\.id)
      let led = history.reactions[report] ?? []
      return led == causes ? nil : "\(report) led to \(led) instead of \(causes)"
    }
  }

  static func outboxEmpty(_ history: History) -> String? {
    history.outbox.first.map { "\($0) still waits in an outbox" }
  }

  /// What is wrong with the first report of which `problem` tells something.
  private static func first(
    _ history: History, _ problem: (StreamID, [EventEnvelope], [Int64]) -> String?
  ) -> String? {
    for report in Set(history.facts.keys).union(history.applied.keys).sorted() {
      let (facts, applied) = (history.facts[report] ?? [], history.applied[report] ?? [])
      if let found = problem(report, facts, applied) { return found }
    }
    return nil
  }
}
