internal import EventStream
internal import Replay
internal import ReviewEvents

/// What a rebuild or a republication would go through: `replay plan`, which writes nothing.
struct ReplayPlan: OperationAnswer {
  /// The facts of one service.
  struct Source: Encodable, Sendable {
    let area: String
    let consumer: String?
    let census: EventCensus
  }

  let service: String
  let readModel: String
  let scope: EventScope
  let sources: [Source]
  let events: Int64
  let streams: Int64
  let first: Instant?
  let last: Instant?
  /// Facts per second of the last rebuild of this read model; nothing before the first one.
  let measuredPerSecond: Int64?
  let estimatedSeconds: Int64?
  /// Facts whose reactions would be held back, by type.
  let heldBack: [String: Int64]

  /// Counts; asks the writers' logs over their admin ports.
  init(_ model: ReadModel, _ scope: EventScope, at site: ReplaySite) async throws {
    service = site.service
    readModel = model.name.description
    self.scope = scope
    var sources: [Source] = []
    var heldBack: [String: Int64] = [:]
    for subscription in model.subscriptions {
      let census = try await site.writers.census(of: subscription.area, scope)
      sources.append(
        Source(
          area: subscription.area.rawValue, consumer: subscription.consumer.description,
          census: census))
      for type in subscription.typesWithEffects {
        if let count = census.types[type.name] { heldBack[type.name] = count }
      }
    }
    if !model.folds.isEmpty {
      let kinds = Set(model.folds.map(\.kind.rawValue))
      let census = try await site.store.commit { transaction in
        try EventLogTable.census(scope, kinds: kinds, in: transaction)
      }
      sources.append(Source(area: site.area.rawValue, consumer: nil, census: census))
    }
    self.sources = sources
    self.heldBack = heldBack
    events = sources.reduce(0) { $0 + $1.census.events }
    streams = sources.reduce(0) { $0 + $1.census.streams }
    first = sources.compactMap(\.census.first).min()
    last = sources.compactMap(\.census.last).max()
    let run = try await site.store.commit { try RunTable.find(model.name, in: $0) }
    measuredPerSecond = run.flatMap { run in
      run.seconds > 0 && run.progress.done > 0
        ? Int64(Double(run.progress.done) / run.seconds) : nil
    }
    let events = events
    estimatedSeconds = measuredPerSecond.flatMap { $0 > 0 ? (events + $0 - 1) / $0 : nil }
  }

  var text: String {
    var lines = ["\(readModel): \(events) facts in \(streams) streams"]
    if let window = scope.window { lines.append("window    \(window)") }
    if let first, let last {
      lines.append("first     \(first.localWithZone)")
      lines.append("last      \(last.localWithZone)")
    }
    for source in sources {
      lines.append(
        "from      \(source.area): \(source.census.events) facts"
          + (source.consumer.map { " through \($0)" } ?? " of its own log"))
    }
    switch (measuredPerSecond, estimatedSeconds) {
    case (let rate?, let seconds?): lines.append("duration  about \(seconds) s at \(rate)/s")
    default: lines.append("duration  unknown until the first rebuild was measured")
    }
    lines.append("held back \(heldBack.isEmpty ? "nothing: no reactions" : "")")
    lines += heldBack.sorted { $0.key < $1.key }.map { "  reactions to \($0.value) × \($0.key)" }
    return lines.joined(separator: "\n")
  }
}
