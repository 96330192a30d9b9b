public import EventStream
public import Replay

/// A service's own topic, as operations read it back.
public protocol OwnTopic: Sendable {
  /// Opens the topic from its oldest record to where it ends now.
  func open() async throws -> any OwnTopicFeed
  /// Opens the last record of each partition, if the broker answers within `limit`.
  func openNewest(within limit: Duration) async throws -> any OwnTopicFeed
}

/// The records of a service's own topic; some stand there more than once.
public protocol OwnTopicFeed: ReplayFeed {
  /// The cluster that holds the topic; `nil` while nobody says.
  func cluster() async -> String?
  /// What is gone from the beginning of the topic, in words; nothing when all is there.
  func lostBeginnings() async -> [String]
}

/// What operators need to recover a service's log from its topic.
public struct RecoveryDesk: Sendable {
  let site: ReplaySite
  let topic: any OwnTopic
  let rows: RecoveredRows?

  /// A desk for the service of `site`.
  /// - Parameter rows: what else follows from the service's own facts.
  public init(_ site: ReplaySite, topic: any OwnTopic, rows: RecoveredRows?) {
    self.site = site
    self.topic = topic
    self.rows = rows
  }

  /// How rows follow from the service's own streams, those of read models first.
  var folds: [StreamFold] { site.models.flatMap(\.folds) + (rows.map { [$0.fold] } ?? []) }
}
