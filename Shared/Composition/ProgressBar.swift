internal import ServiceRuntime
internal import Synchronization

/// Shows how far an operation is: a bar on a terminal, JSON lines otherwise; both on the error
/// output, so that the answer stands alone.
final class ProgressBar: Sendable {
  /// How often a line is written at most.
  private static let interval: Duration = .milliseconds(500)
  private static let width = 30

  private let isTerminal: Bool
  private let shownAt = Mutex<ContinuousClock.Instant?>(nil)

  init(isTerminal: Bool) { self.isTerminal = isTerminal }

  func show(_ report: any Encodable & Sendable, text: String, ratio: Double?) {
    let isDue = shownAt.withLock { shownAt in
      let now = ContinuousClock.now
      if let last = shownAt, now - last < Self.interval { return false }
      shownAt = now
      return true
    }
    guard isDue else { return }
    guard isTerminal else {
      return OperationsProgram.say(String(decoding: JSONText.encode(report), as: UTF8.self))
    }
    let filled = Int((ratio ?? 0) * Double(Self.width))
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    OperationsProgram.say("\u{1B}[A\u{1B}[2K[\(bar)] \(text)")
  }

}
