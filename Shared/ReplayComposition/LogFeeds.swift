internal import EventStream
internal import Replay
internal import ReviewEvents

/// Feeds that read the writers' logs.
struct LogFeeds: ReplayFeeds {
  let client: LogClient

  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed {
    LogFeed(client: client, area: area, after: bookmark.flatMap { Int64($0) } ?? 0)
  }
}

/// One writer's log, from a position on.
///
/// Its end is the first page that is not full; what is written later is looked up by stream.
actor LogFeed: ReplayFeed {
  private let client: LogClient
  private let area: ServiceArea
  private var position: Int64
  private var isAtEnd = false

  init(client: LogClient, area: ServiceArea, after position: Int64) {
    self.client = client
    self.area = area
    self.position = position
  }

  func next(limit: Int) async throws -> [EventEnvelope]? {
    guard !isAtEnd else { return nil }
    let facts = try await client.facts(of: area, after: position, limit: limit)
    if facts.count < limit { isAtEnd = true }
    guard let last = facts.last else { return nil }
    position = last.position
    return facts.map(\.event)
  }

  func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
    -> [EventEnvelope]?
  { try await client.facts(of: stream, in: area, from: sequence, limit: limit) }

  func bookmark() async -> String { "\(position)" }

  func close() async {}
}
