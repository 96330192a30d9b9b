import RehearsalModel

/// Which faults come, and in which order; the same seed gives the same faults.
///
/// First everything once: every process is killed, every line cut, held and slowed down, and every
/// other kind comes. After that kinds come as the seed has it.
struct FaultPlan: Sendable {
  /// The lines of the fault proxy.
  static let lines = ["postgres", "broker", "smtp"]

  private let instances: [String]
  private let kinds: [Fault.Kind]
  private var generator: SeededGenerator
  private var first: [Fault] = []
  /// How many faults come before everything has come once.
  let distinct: Int

  init(instances: [String], kinds: [Fault.Kind], seed: UInt64) {
    self.instances = instances
    self.kinds = kinds
    var generator = SeededGenerator(seed: seed)
    var once: [Fault] = []
    for kind in kinds {
      let targets = Self.targets(of: kind, instances)
      // One of the many that can stand still says as much as all.
      let chosen =
        kind == .servicePause ? targets.shuffled(using: &generator).prefix(1) : targets[...]
      once += chosen.map { Self.fault(kind, $0, &generator) }
    }
    first = once.shuffled(using: &generator)
    distinct = first.count
    self.generator = generator
  }

  mutating func next() -> Fault {
    if let fault = first.popLast() { return fault }
    // Kinds are never empty, and neither are the targets of one.
    let kind = kinds.randomElement(using: &generator) ?? .serviceKill
    let target = Self.targets(of: kind, instances).randomElement(using: &generator) ?? ""
    return Self.fault(kind, target, &generator)
  }

  private static func targets(of kind: Fault.Kind, _ instances: [String]) -> [String] {
    switch kind {
    case .serviceKill, .servicePause: instances
    case .cut, .hold, .slow: lines
    case .databaseKill, .diskFull: ["postgres"]
    case .brokerKill, .brokerPause, .brokerErrors: ["broker"]
    case .sinkKill: ["sink"]
    case .calendarJump: ["calendar"]
    }
  }

  private static func fault(
    _ kind: Fault.Kind, _ target: String, _ generator: inout SeededGenerator
  ) -> Fault {
    func between(_ range: ClosedRange<Int>) -> Duration {
      .milliseconds(Int.random(in: range, using: &generator))
    }
    return switch kind {
    case .serviceKill, .brokerErrors, .cut:
      Fault(kind: kind, target: target, lasting: between(0...1_000))
    case .databaseKill, .brokerKill, .sinkKill, .diskFull, .calendarJump:
      Fault(
        kind: kind, target: target, lasting: between(500...4_000),
        // Too small to reach another day: no deadline lies between, so no figure may move.
        amount: kind == .calendarJump ? Int.random(in: 10...120, using: &generator) : 0)
    case .servicePause, .brokerPause, .hold:
      // Up to longer than a member of a group may be silent.
      Fault(kind: kind, target: target, lasting: between(1_000...9_000))
    case .slow:
      Fault(
        kind: kind, target: target, lasting: between(2_000...5_000),
        amount: Int.random(in: 20...200, using: &generator))
    }
  }
}
