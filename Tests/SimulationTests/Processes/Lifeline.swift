import EventStream
import Synchronization

/// Decides when a process dies, and keeps it dead: after that, none of its ports does anything.
final class Lifeline: Sendable {
  /// What the ports of a dead process answer.
  struct Dead: Error {}

  private let state = Mutex(true)
  private let dice: Dice
  private let meanwhile: @Sendable () async -> Void

  /// `meanwhile` runs wherever the process waits: others get on there.
  init(_ dice: Dice, meanwhile: @escaping @Sendable () async -> Void) {
    self.dice = dice
    self.meanwhile = meanwhile
  }

  var isAlive: Bool { state.withLock { $0 } }

  func kill() { state.withLock { $0 = false } }

  /// Waits, while others get on.
  func wait() async { await meanwhile() }

  /// A place where the process may die.
  /// - Throws: ``Dead``, now or since earlier.
  func pass(_ crash: Fault) throws {
    if isAlive, dice.strikes(crash) { kill() }
    guard isAlive else { throw Dead() }
  }
}
