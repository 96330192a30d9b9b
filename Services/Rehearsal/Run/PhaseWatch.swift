import Synchronization

/// How long each phase took, by the real clock.
final class PhaseWatch: Sendable {
  private let phases = Mutex<[(name: String, duration: Duration)]>([])

  func measure<Value>(_ name: String, _ body: () async throws -> Value) async rethrows -> Value {
    let start = ContinuousClock.now
    let value = try await body()
    let took = ContinuousClock.now - start
    phases.withLock { phases in
      if let index = phases.firstIndex(where: { $0.name == name }) {
        phases[index].duration += took
      } else {
        phases.append((name, took))
      }
    }
    return value
  }

  func print() {
    Swift.print("\nThời gian từng giai đoạn:")
    for phase in phases.withLock({ $0 }) {
      let seconds =
        Double(phase.duration.components.seconds)
        + Double(phase.duration.components.attoseconds) / 1e18
      let tenths = Int(seconds * 10)
      Swift.print("  \(phase.name): \(tenths / 10),\(tenths % 10) s")
    }
  }
}
