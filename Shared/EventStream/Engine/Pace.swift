/// The engine's own clock: monotonic, and never moved by rehearsals (contract 19).
///
/// It is a port of its own so that a simulation can let hours of waiting pass in no time.
public protocol Pace: Sendable {
  /// How much time has passed since some fixed moment.
  var elapsed: Duration { get }
  /// Waits.
  /// - Throws: `CancellationError` when the task is cancelled meanwhile.
  func pause(for duration: Duration) async throws
}

/// Real time.
public struct RealPace: Pace {
  private let start = ContinuousClock.now

  /// Counts from now.
  public init() {}

  /// How much time has passed since this value was made.
  public var elapsed: Duration { start.duration(to: .now) }

  /// Waits.
  public func pause(for duration: Duration) async throws {
    try await Task.sleep(for: duration)
  }
}

/// Waits that grow from failure to failure, up to a limit.
package struct BackOff {
  private let first: Duration
  private let longest: Duration
  private var next: Duration

  package init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
    next = first
  }

  package mutating func advance() -> Duration {
    defer { next = min(next * 2, longest) }
    return next
  }

  package mutating func reset() { next = first }
}
