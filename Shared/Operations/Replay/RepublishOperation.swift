internal import EventStream
internal import Replay
internal import ReviewEvents

/// `republish`: puts facts of the log on the topic again, by way of the relay.
enum RepublishOperation {
  /// How many streams one transaction queues.
  private static let streamsPerStepMax = 5_000

  static func operation(_ site: ReplaySite) -> Operation {
    .changes(
      "republish", "Sends facts of the log to the topic again; consumers drop what they have",
      EventScope.parameters + [
        .optional(
          "accept-cluster", .text,
          "the broker's cluster id, as the publication guard names it: publish there from now on"),
        OperationSafety.confirm, OperationSafety.approval,
      ]
    ) { call in
      let scope = try EventScope(call.input)
      let census = try await site.store.commit { try EventLogTable.census(scope, in: $0) }
      try site.safety.requireConfirmation(of: census.events, call.input)
      let cluster = call.input.text("accept-cluster")
      if cluster != nil, !scope.isEverything {
        throw OperationRefusal(
          "cluster-needs-everything", "a new cluster needs the whole log: leave the scope out")
      }
      let streams = try await site.approved(call, count: census.events) {
        try await queue(scope, cluster: cluster, at: site)
      }
      call.counts.set("events", census.events)
      call.counts.set("streams", streams)
      return RepublishAnswer(events: census.events, streams: streams, cluster: cluster)
    }
  }

  private static func queue(
    _ scope: EventScope, cluster: String?, at site: ReplaySite
  ) async throws -> Int {
    guard !scope.isEverything else {
      return try await site.store.commit { transaction in
        if let cluster { try transaction.setPublishedCluster(cluster) }
        try transaction.requestRepublication([RepublicationRequest(stream: nil, from: 0)])
        return Int(try EventLogTable.census(scope, in: transaction).streams)
      }
    }
    var after = ""
    var queued = 0
    while true {
      let from = after
      let streams = try await site.store.commit { transaction in
        let found = try EventLogTable.streams(
          scope, after: from, limit: streamsPerStepMax, in: transaction)
        try transaction.requestRepublication(
          found.map { RepublicationRequest(stream: $0.stream, from: $0.from) })
        return found.map(\.stream)
      }
      queued += streams.count
      guard streams.count == streamsPerStepMax, let last = streams.last else { return queued }
      after = last.description
    }
  }
}

/// What was queued.
struct RepublishAnswer: OperationAnswer {
  let events: Int64
  let streams: Int
  let cluster: String?

  var text: String {
    "\(events) facts of \(streams) streams are queued; whole streams are sent from the first fact "
      + "that is meant on" + (cluster.map { ", to cluster \($0)" } ?? "")
  }
}
