import Synchronization
import TestSupport

/// The numbers of a seed, in one place: whatever happens by chance in a story asks here.
final class Dice: Sendable {
  private struct State {
    var generator: SplitMix64
    var faults: Faults
    var struck: [Int]
  }

  private let state: Mutex<State>
  /// What can go wrong in this story.
  let faults: Faults

  init(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    faults = Faults.drawn(from: &generator)
    state = Mutex(
      State(
        generator: generator, faults: faults,
        struck: Array(repeating: 0, count: Fault.allCases.count)
      ))
  }

  /// From now on nothing goes wrong.
  func calm() { state.withLock { $0.faults = .none } }

  /// A number from 0 up to, not including, `count`.
  func pick(_ count: Int) -> Int {
    state.withLock { Int.random(in: 0..<count, using: &$0.generator) }
  }

  /// True once in `odds` times.
  func chance(oneIn odds: Int) -> Bool { state.withLock { $0.generator.chance(oneIn: odds) } }

  /// Whether `fault` strikes now, which is counted.
  func strikes(_ fault: Fault) -> Bool {
    guard threatens(fault) else { return false }
    count(fault)
    return true
  }

  /// Whether `fault` may strike now; whoever asks counts it if there was something to strike.
  func threatens(_ fault: Fault) -> Bool {
    guard faults[fault] > 0 else { return false }
    return state.withLock { state in
      let odds = state.faults[fault]
      return odds > 0 && state.generator.chance(oneIn: odds)
    }
  }

  /// Takes note of a fault that happened.
  func count(_ fault: Fault) { state.withLock { $0.struck[fault.rawValue] += 1 } }

  /// How often each fault happened.
  var struck: [Fault: Int] {
    let struck = state.withLock { $0.struck }
    return Dictionary(uniqueKeysWithValues: Fault.allCases.map { ($0, struck[$0.rawValue]) })
  }
}
