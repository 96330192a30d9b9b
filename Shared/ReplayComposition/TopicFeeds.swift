internal import EventStream
internal import KafkaStream
internal import Replay
internal import ReviewEvents
internal import ServiceRuntime

/// Feeds that read topics: assigned to partitions, never a member of a group (contract 12).
struct TopicFeeds: ReplayFeeds {
  let settings: KafkaSettings

  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed {
    let feed = try TopicFeed(settings: settings, area: area, bookmark: bookmark)
    try await feed.begin()
    return feed
  }
}

/// One topic up to the ends that were fixed when reading began.
actor TopicFeed: ReplayFeed {
  /// How long fixing the ends may take.
  private static let fixPatience: Duration = .seconds(30)
  /// How long one question for records may take.
  private static let readPatience: Duration = .seconds(30)

  private let reader: KafkaTopicReader
  private let topic: Topic
  private var next: [TopicPartition: Int64]

  init(settings: KafkaSettings, area: ServiceArea, bookmark: String?) throws {
    topic = area.topic
    reader = try KafkaTopicReader(settings: settings, topic: area.topic)
    let kept = try bookmark.map {
      try JSONText.decode([String: Int64].self, from: Array($0.utf8))
    }
    next = [:]
    for (partition, offset) in kept ?? [:] {
      guard let number = Int32(partition) else { continue }
      next[TopicPartition(topic: area.topic, partition: number)] = offset
    }
  }

  func begin() async throws {
    let ranges = try await reader.fix(
      from: next.isEmpty ? .oldest : .offsets(next), within: Self.fixPatience)
    for (partition, range) in ranges { next[partition] = range.lowerBound }
  }

  func next(limit: Int) async throws -> [EventEnvelope]? {
    guard let records = try await reader.next(upTo: limit, within: Self.readPatience) else {
      return nil
    }
    for record in records { next[record.partition] = record.offset + 1 }
    // A record that is no event was passed over by the live consumer as well.
    return records.compactMap { record in
      guard case .success(let event) = record.content, event.area == topic.area else { return nil }
      return event
    }
  }

  /// A topic cannot be asked for one stream.
  func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
    -> [EventEnvelope]?
  { nil }

  func bookmark() async -> String {
    let offsets = Dictionary(
      uniqueKeysWithValues: next.map { ("\($0.key.partition)", $0.value) })
    return String(decoding: JSONText.encode(offsets), as: UTF8.self)
  }

  func close() async { await reader.close() }
}
