public import ReviewEvents

/// The wish to read not before a fact is visible: `?atLeast=<stream>:<sequence>` (contract 15).
public struct AtLeast: Hashable, Sendable, CustomStringConvertible {
  /// The stream.
  public var stream: StreamID
  /// The sequence that must have been applied.
  public var sequence: Int64

  /// Puts the parts together.
  public init(stream: StreamID, sequence: Int64) {
    self.stream = stream
    self.sequence = sequence
  }

  /// Reads `<stream>:<sequence>`.
  /// - Throws: ``MalformedAtLeast`` for anything else.
  public init(_ text: String) throws(MalformedAtLeast) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let sequence = Int64(parts[1]), sequence > 0,
      parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { throw MalformedAtLeast() }
    do { stream = try StreamID(String(parts[0])) } catch { throw MalformedAtLeast() }
    self.sequence = sequence
  }

  /// The written form.
  public var description: String { "\(stream):\(sequence)" }

  /// Waits until every one of `consumers` has applied the fact, at most `limit`.
  ///
  /// A parked stream never becomes visible in time.
  /// - Returns: whether the fact is visible.
  public func waitUntilVisible(
    to consumers: [ConsumerName], within limit: Duration, in environment: EngineEnvironment
  ) async throws -> Bool {
    let start = environment.pace.elapsed
    let (stream, sequence) = (stream, sequence)
    while true {
      let isVisible = try await environment.store.commit { transaction in
        try consumers.allSatisfy { consumer in
          try transaction.fences(consumer, of: [stream])[stream] ?? 0 >= sequence
        }
      }
      if isVisible { return true }
      let left = limit - (environment.pace.elapsed - start)
      guard left > .zero else { return false }
      try await environment.pace.pause(for: min(left, environment.limits.visibilityInterval))
    }
  }
}

/// A text that is not `<stream>:<sequence>`.
public struct MalformedAtLeast: Error, Sendable, Equatable {
  /// The one reason there is.
  public init() {}
}
