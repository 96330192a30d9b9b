package import EventStream
import Synchronization

/// What is known about the health of this process besides its database (contract 17).
package final class HealthBoard: Sendable {
  private struct Note {
    var reason: String
    var until: ContinuousClock.Instant?
  }

  private struct State {
    var notes: [String: Note] = [:]
    var lags: [ConsumerName: Lag] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Notes a trouble; it lasts until it is cleared, or for `lasting` unless it is noted again.
  package func note(_ key: String, _ reason: String, lasting: Duration? = nil) {
    _ = noteAndTell(key, reason, lasting: lasting)
  }

  /// Notes a trouble and answers whether it is news.
  func noteAndTell(_ key: String, _ reason: String, lasting: Duration?) -> Bool {
    let now = ContinuousClock.now
    return state.withLock { state in
      let known = state.notes.updateValue(
        Note(reason: reason, until: lasting.map { now + $0 }), forKey: key)
      guard let known else { return true }
      return known.reason != reason || known.until.map { $0 <= now } ?? false
    }
  }

  /// A trouble is over.
  package func clear(_ key: String) { state.withLock { _ = $0.notes.removeValue(forKey: key) } }

  /// Everything that is wrong, in a fixed order; empty when all is well.
  package var reasons: [String] {
    let now = ContinuousClock.now
    return state.withLock { state in
      state.notes = state.notes.filter { _, note in note.until.map { $0 > now } ?? true }
      return state.notes.sorted { $0.key < $1.key }.map(\.value.reason)
    }
  }

  func note(_ consumer: ConsumerName, _ lag: Lag) {
    state.withLock { $0.lags[consumer] = lag }
  }

  /// How far behind each consumer is.
  package var lags: [ConsumerName: Lag] { state.withLock { $0.lags } }
}
