internal import EventStream
package import ReviewEvents

/// What operations sees of one process.
package struct StatusReport: Codable, Sendable {
  /// How well it is.
  package enum State: String, Codable, Sendable {
    case ok
    /// It serves, but something is wrong.
    case degraded
    /// It cannot serve.
    case unready
  }

  package struct Outbox: Codable, Sendable {
    package var rows: Int
    package var oldestSeconds: Double
  }

  package struct Parked: Codable, Sendable {
    package var streams: Int
    package var events: Int
  }

  package struct Calendar: Codable, Sendable {
    package var version: Int64
    package var now: Instant
  }

  package var service: String
  package var instance: String
  package var state: State
  package var reasons: [String]
  package var outbox: Outbox?
  /// Records between each consumer and the end of its topic; missing while unknown.
  package var lag: [String: Int64]
  package var parked: Parked?
  package var gaps: Int?
  package var calendar: Calendar
  package var publishedCluster: String?
}

/// What the database says of a service's work.
struct StoredFigures: Sendable {
  var backlog: Backlog
  var parked: ParkedTotals
  var gaps: Int
  var publishedCluster: String?

  /// Asks all of it in one transaction.
  static func read(_ store: any Store) async throws -> StoredFigures {
    try await store.commit { transaction in
      StoredFigures(
        backlog: try transaction.outboxBacklog(), parked: try transaction.parkedTotals(),
        gaps: try transaction.openGaps(), publishedCluster: try transaction.publishedCluster())
    }
  }
}
