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
    /// Whether counting stopped at its limit: there may be more.
    package var isAtLeast: Bool
    package var oldestSeconds: Double

    init(_ backlog: Backlog) {
      rows = backlog.rows
      isAtLeast = backlog.isAtLeast
      oldestSeconds = backlog.oldestAge.inSeconds
    }
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

  /// Asks all of it in one transaction, but for what is `known`.
  static func read(
    _ store: any Store, countingUpTo rowsMax: Int, known: Backlog? = nil
  ) async throws -> StoredFigures {
    try await store.commit { transaction in
      let backlog =
        if let known { known } else { try transaction.outboxBacklog(countingUpTo: rowsMax) }
      return StoredFigures(
        backlog: backlog, parked: try transaction.parkedTotals(),
        gaps: try transaction.openGaps(), publishedCluster: try transaction.publishedCluster())
    }
  }
}
