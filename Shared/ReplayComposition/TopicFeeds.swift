internal import EventStream
internal import KafkaStream
internal import Operations
internal import Replay
internal import ReviewEvents
internal import ServiceRuntime

/// Feeds that read topics: assigned to partitions, never a member of a group (contract 12).
struct TopicFeeds: ReplayFeeds {
  let settings: KafkaSettings

  /// The topic that `area` itself publishes to.
  func own(_ area: ServiceArea) -> OwnTopicFeeds { OwnTopicFeeds(feeds: self, area: area) }

  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed {
    try await feed(area, from: bookmark)
  }

  fileprivate func feed(_ area: ServiceArea, from bookmark: String?) async throws -> TopicFeed {
    let feed = try TopicFeed(settings: settings, area: area, bookmark: bookmark)
    do { try await feed.begin() } catch {
      await feed.close()
      throw error
    }
    return feed
  }
}

/// A service's own topic, from its oldest record.
struct OwnTopicFeeds: OwnTopic {
  fileprivate let feeds: TopicFeeds
  fileprivate let area: ServiceArea

  func open() async throws -> any OwnTopicFeed { try await feeds.feed(area, from: nil) }

  func openNewest(within limit: Duration) async throws -> any OwnTopicFeed {
    let feed = try TopicFeed(settings: feeds.settings, area: area, bookmark: nil)
    do { try await feed.beginAtNewest(within: limit) } catch {
      await feed.close()
      throw error
    }
    return feed
  }
}

/// One topic up to the ends that were fixed when reading began.
actor TopicFeed: OwnTopicFeed {
  /// How long one question may take, unless less is asked for.
  private static let fixPatience: Duration = .seconds(30)

  private let reader: KafkaTopicReader
  private let topic: Topic
  private var next: [TopicPartition: Int64]
  /// How long one question may take.
  private var patience = TopicFeed.fixPatience
  private var beginnings: [TopicPartition: Int64] = [:]

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
    beginnings = next
  }

  /// Begins at the last record of each partition.
  func beginAtNewest(within limit: Duration) async throws {
    patience = limit
    let all = try await reader.fix(within: limit)
    let last = all.mapValues { max($0.lowerBound, $0.upperBound - 1) }
    next = try await reader.fix(from: .offsets(last), within: limit).mapValues(\.lowerBound)
  }

  func next(limit: Int) async throws -> [EventEnvelope]? {
    guard let records = try await reader.next(upTo: limit, within: patience) else {
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

  func cluster() async -> String? { await reader.clusterID(within: patience) }

  func lostBeginnings() async -> [String] {
    beginnings.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { "\($0.key) begins at offset \($0.value)" }
  }

  func close() async { await reader.close() }
}
