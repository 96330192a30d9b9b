/// Watches over a rebuild: told how far it is, it may hold it up or end it.
public protocol RebuildControl: Sendable {
  /// Called between two transactions, when everything reported is kept.
  ///
  /// Returns when the rebuild may go on: at once, after a pause, or when an operator resumed it.
  /// - Throws: ``RebuildCancelled``, or whatever keeps the progress from being written down.
  func checkpoint(_ progress: RebuildProgress) async throws
}

/// How far a rebuild is.
public struct RebuildProgress: Sendable, Equatable, Codable {
  /// Facts to go through, as counted at the start.
  public var expected: Int64
  /// Facts gone through.
  public var done: Int64 = 0
  /// Streams of this service that were folded.
  public var folded: Int64 = 0
  /// What the reactions would have done, by name.
  public var heldBack: [String: Int] = [:]
  /// Where each subscription's feed goes on, by consumer.
  public var bookmarks: [String: String] = [:]
  /// Where each feed's first facts lie that could not be applied yet, by consumer: a feed that
  /// cannot look streams up goes back there to catch up.
  public var waiting: [String: String] = [:]
  /// Subscriptions whose feeds are at their end, by consumer.
  public var finished: Set<String> = []

  /// Nothing done yet.
  public init(expected: Int64) { self.expected = expected }

  /// The share that is done; 1 when nothing was expected.
  public var ratio: Double {
    expected == 0 ? 1 : min(1, Double(done) / Double(expected))
  }
}

/// An operator ended a rebuild.
public struct RebuildCancelled: Error, Sendable, Equatable {
  /// The one reason there is.
  public init() {}
}
