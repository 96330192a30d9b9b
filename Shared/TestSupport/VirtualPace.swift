public import EventStream
import Synchronization

/// Time that passes only by waiting: every pause is over at once and counts in full.
public final class VirtualPace: Pace {
  private let time = Mutex(Duration.zero)

  /// Starts at zero.
  public init() {}

  /// How much was waited so far.
  public var elapsed: Duration { time.withLock { $0 } }

  /// Lets `duration` pass.
  public func advance(by duration: Duration) { time.withLock { $0 += duration } }

  /// Lets `duration` pass.
  /// - Throws: `CancellationError` when the task is cancelled.
  public func pause(for duration: Duration) async throws {
    try Task.checkCancellation()
    advance(by: duration)
    // So that two loops that only wait for each other both get on.
    await Task.yield()
    try Task.checkCancellation()
  }
}
