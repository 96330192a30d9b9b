public import ReviewEvents

/// The facts of another service, read for a rebuild: never as a member of a consumer's group.
public protocol ReplayFeed: Sendable {
  /// The next facts, in order within each stream, up to an end that was fixed when reading began;
  /// `nil` there.
  func next(limit: Int) async throws -> [EventEnvelope]?
  /// Facts of one stream from `sequence` on, or `nil` when this feed cannot look one up.
  func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
    -> [EventEnvelope]?
  /// Where reading would go on; kept, so that a rebuild that was killed resumes.
  func bookmark() async -> String
  /// Lets go of connections.
  func close() async
}

/// Where a rebuild gets its feeds.
public protocol ReplayFeeds: Sendable {
  /// Opens the facts of `area`, from `bookmark` on or from the first one.
  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed
}
