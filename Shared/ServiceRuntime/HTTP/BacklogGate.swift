package import EventStream
import Synchronization

/// Knows how much waits to be published, and closes above a limit (contract 17).
package final class BacklogGate: Sendable {
  private struct State {
    var backlog: Backlog?
    var at: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  /// The most rows with which commands are still accepted.
  package let rowsMax: Int

  package init(rowsMax: Int) { self.rowsMax = rowsMax }

  /// How far rows have to be counted for this gate: it makes no difference how many too many.
  package var countedRowsMax: Int { rowsMax + 1 }

  /// What was seen last.
  package var backlog: Backlog? { state.withLock { $0.backlog } }

  /// Takes note of what the relay, or this process itself, has seen.
  package func note(_ backlog: Backlog) {
    state.withLock { $0 = State(backlog: backlog, at: .now) }
  }

  /// Whether the last look is older than `age`.
  package func isOlder(than age: Duration) -> Bool {
    state.withLock { state in state.at.map { ContinuousClock.now - $0 > age } ?? true }
  }

  /// Refuses commands while too much waits.
  /// - Throws: 503 `publishing-behind`.
  func check() throws(Problem) {
    guard let rows = backlog?.rows, rows > rowsMax else { return }
    throw Problem(
      .publishingBehind, detail: "Đang chờ gửi hơn \(rowsMax) sự kiện, vượt giới hạn.",
      retryAfter: .seconds(5))
  }
}
