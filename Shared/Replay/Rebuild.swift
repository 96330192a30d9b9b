public import EventStream
internal import ReviewEvents

/// Builds a read model anew beside the live one, from facts alone.
///
/// It reads and writes nothing but facts and the shadow: it has no sink, no outbox and no way to
/// reach a reaction's effects (contract 12).
public struct Rebuild: Sendable {
  private let model: ReadModel
  private let site: any ShadowSite
  private let log: any Store
  private let feeds: any ReplayFeeds
  private let control: any RebuildControl
  private let limits: RebuildLimits

  /// A rebuild of `model` at `site`.
  ///
  /// `log` is the service's own database, of which only facts and fences are read.
  public init(
    _ model: ReadModel, at site: any ShadowSite, log: any Store, feeds: any ReplayFeeds,
    control: any RebuildControl, limits: RebuildLimits = RebuildLimits()
  ) {
    self.model = model
    self.site = site
    self.log = log
    self.feeds = feeds
    self.control = control
    self.limits = limits
  }

  /// Builds the shadow up to what is live at this moment.
  /// - Parameter unfinished: how far a rebuild came that was interrupted; `nil` begins anew.
  /// - Throws: ``ReplayRefusal``, ``RebuildCancelled``, or what the parts throw; the shadow stays as
  ///   far as it is.
  public func run(resuming unfinished: RebuildProgress? = nil) async throws -> RebuildProgress {
    var progress: RebuildProgress
    if let unfinished {
      progress = unfinished
    } else {
      progress = RebuildProgress(expected: try await site.size(of: model))
      try await site.create(model)
    }
    try await control.checkpoint(progress)
    for subscription in model.subscriptions
    where !progress.finished.contains(subscription.consumer.description) {
      try await read(subscription, &progress)
    }
    try await fold(&progress)
    return try await catchUp(progress)
  }

  /// Brings an existing shadow up to what is live at this moment.
  public func catchUp(_ progress: RebuildProgress) async throws -> RebuildProgress {
    var progress = progress
    for subscription in model.subscriptions { try await catchUp(subscription, &progress) }
    try await fold(&progress)
    return progress
  }

  // MARK: Other services' facts

  private func read(
    _ subscription: Subscription, _ progress: inout RebuildProgress
  ) async throws {
    let name = subscription.consumer.description
    let feed = try await feeds.open(subscription.area, from: progress.bookmarks[name])
    do {
      var reading = Reading(progress: progress, waiting: progress.waiting[name])
      try await read(feed, subscription, &reading) { reading in
        reading.progress.bookmarks[name] = reading.reached
        reading.progress.waiting[name] = reading.waiting
        try await control.checkpoint(reading.progress)
      }
      progress = reading.progress
    } catch {
      await feed.close()
      throw error
    }
    await feed.close()
    progress.finished.insert(name)
    try await control.checkpoint(progress)
  }

  /// One reading of a feed from some place to its end.
  private struct Reading {
    var progress: RebuildProgress
    /// The bookmark before the first facts that could not be applied yet; they have to be read
    /// again when a feed cannot look them up.
    var waiting: String?
    /// The bookmark behind the last facts.
    var reached: String?
  }

  private func read(
    _ feed: any ReplayFeed, _ subscription: Subscription, _ reading: inout Reading,
    afterEachStep: (inout Reading) async throws -> Void
  ) async throws {
    var before = await feed.bookmark()
    let limit = limits.factsPerStepMax
    var next = try await Self.page(of: feed, limit)
    while let page = next {
      // Read while this one is applied; so two pages are the most that is ever held.
      async let following = Self.page(of: feed, limit)
      let report = try await apply(page.facts, to: subscription, &reading.progress)
      if report.ahead + report.early > 0 { reading.waiting = reading.waiting ?? before }
      before = page.bookmark
      reading.reached = before
      try await afterEachStep(&reading)
      next = try await following
    }
  }

  /// The next facts of a feed, with the place behind them; `nil` at its end.
  private static func page(
    of feed: any ReplayFeed, _ limit: Int
  ) async throws -> (facts: [EventEnvelope], bookmark: String)? {
    guard let facts = try await feed.next(limit: limit) else { return nil }
    return (facts, await feed.bookmark())
  }

  @discardableResult
  private func apply(
    _ facts: [EventEnvelope], to subscription: Subscription, _ progress: inout RebuildProgress
  ) async throws -> ShadowApplier.Report {
    guard !facts.isEmpty else { return ShadowApplier.Report() }
    let consumer = subscription.consumer
    let streams = Set(facts.map(\.stream)).sorted()
    // In this order: a fence that passed a discarded event came about together with the note of it.
    let (live, discarded) = try await log.commit { transaction in
      let live = try transaction.fences(consumer, of: streams)
      return (live, try transaction.discardedEvents(consumer))
    }
    let applier = ShadowApplier(subscription, discarded: discarded)
    let report = try await site.build(model) { transaction in
      try applier.apply(facts, upTo: live, in: transaction)
    }
    progress.done += Int64(report.handled + report.ignored)
    for (effect, count) in report.heldBack.counts {
      progress.heldBack[effect.description, default: 0] += count
    }
    return report
  }

  /// Applies what the first reading could not: what went live meanwhile.
  ///
  /// The consumer goes on, so there is always a little more: what is live when the last round begins
  /// is in the shadow at its end, and what an exchange has to catch up fits into one step.
  private func catchUp(
    _ subscription: Subscription, _ progress: inout RebuildProgress
  ) async throws {
    var lags = try await behind(subscription, after: nil)
    for _ in 0..<limits.catchUpRoundsMax where !lags.isEmpty {
      try await goThrough(lags, subscription, &progress)
      let left = try await behind(subscription, after: nil)
      let reached = Dictionary(uniqueKeysWithValues: left.map { ($0.stream, $0.shadow) })
      if let stuck = lags.first(where: { reached[$0.stream] ?? $0.live < $0.live }) {
        throw ReplayRefusal.cannotCatchUp(subscription.consumer, stuck.stream)
      }
      guard left.count >= limits.streamsPerStepMax else { return }
      lags = left
    }
  }

  /// Looks every stream up that is behind, `lags` first, or else reads on.
  private func goThrough(
    _ lags: [ShadowLag], _ subscription: Subscription, _ progress: inout RebuildProgress
  ) async throws {
    let name = subscription.consumer.description
    let start = progress.waiting[name] ?? progress.bookmarks[name]
    let feed = try await feeds.open(subscription.area, from: start)
    do {
      if try await !lookUp(lags, in: feed, subscription, &progress) {
        var reading = Reading(progress: progress)
        try await read(feed, subscription, &reading) { try await control.checkpoint($0.progress) }
        progress = reading.progress
        progress.bookmarks[name] = reading.reached ?? start
        progress.waiting[name] = reading.waiting
      }
    } catch {
      await feed.close()
      throw error
    }
    await feed.close()
  }

  /// - Returns: whether the feed can look streams up.
  private func lookUp(
    _ first: [ShadowLag], in feed: any ReplayFeed, _ subscription: Subscription,
    _ progress: inout RebuildProgress
  ) async throws -> Bool {
    var lags = first
    while let last = lags.last {
      guard try await look(up: lags, in: feed, subscription, &progress) else {
        return false
      }
      try await control.checkpoint(progress)
      lags = try await behind(subscription, after: last.stream)
    }
    return true
  }

  private func behind(_ subscription: Subscription, after: StreamID?) async throws -> [ShadowLag] {
    try await site.behind(
      model, subscription.consumer, after: after, limit: limits.streamsPerStepMax)
  }

  /// - Returns: whether the feed can look streams up.
  private func look(
    up lags: [ShadowLag], in feed: any ReplayFeed, _ subscription: Subscription,
    _ progress: inout RebuildProgress
  ) async throws -> Bool {
    // Most streams lack a fact or two: many of them share a transaction.
    var found: [EventEnvelope] = []
    for lag in lags {
      var next = lag.shadow + 1
      while next <= lag.live {
        guard
          let facts = try await feed.facts(
            of: lag.stream, from: next, limit: limits.factsPerStepMax - found.count)
        else { return false }
        for fact in facts {
          guard fact.sequence == next else { break }
          found.append(fact)
          next += 1
        }
        // A fact behind the gap may be one that is not live yet.
        if facts.isEmpty || facts[facts.count - 1].sequence >= next {
          guard next > lag.live else {
            throw ReplayRefusal.factsMissing(lag.stream, from: next)
          }
        }
        guard found.count >= limits.factsPerStepMax else { continue }
        try await apply(found, to: subscription, &progress)
        found = []
      }
    }
    try await apply(found, to: subscription, &progress)
    return true
  }

  // MARK: Own facts

  private func fold(_ progress: inout RebuildProgress) async throws {
    var after: StreamID?
    while case let lags = try await site.foldsBehind(
      model, after: after, limit: limits.streamsPerStepMax), let last = lags.last
    {
      // A row may rest on both: a reminder that was sent on the duty it reminds of. What these
      // streams rest on was live before they were found, so from here on it is in the shadow.
      for subscription in model.subscriptions { try await catchUp(subscription, &progress) }
      let streams = lags.map(\.stream)
      let histories = try await log.commit { try $0.history(of: streams) }
      for lag in lags { try Self.requireWhole(histories[lag.stream] ?? [], of: lag) }
      let model = model
      try await site.build(model) { transaction in
        try model.fold(histories, in: transaction)
      }
      // What was read may be more than what was found to be missing.
      progress.done += lags.reduce(0) { $0 + Int64(histories[$1.stream]?.count ?? 0) - $1.shadow }
      progress.folded += Int64(lags.count)
      after = last.stream
      try await control.checkpoint(progress)
    }
  }

  /// A fold of half a story would be a wrong row that nothing marks as wrong.
  private static func requireWhole(_ history: [EventEnvelope], of lag: ShadowLag) throws {
    for (index, event) in history.enumerated() where event.sequence != Int64(index) + 1 {
      throw ReplayRefusal.factsMissing(lag.stream, from: Int64(index) + 1)
    }
    guard Int64(history.count) >= lag.live else {
      throw ReplayRefusal.factsMissing(lag.stream, from: Int64(history.count) + 1)
    }
  }
}

/// The limits of a rebuild, by name.
public struct RebuildLimits: Sendable {
  /// The most facts applied in one transaction.
  public var factsPerStepMax = 1_000
  /// The most own streams folded in one transaction, and streams looked up at once.
  public var streamsPerStepMax = 500
  /// How often a shadow is brought up to what is live before it is left to the exchange.
  public var catchUpRoundsMax = 5
  /// The most own streams that an exchange folds while it keeps everybody waiting.
  public var exchangeFoldsMax = 500

  /// The limits that hold unless an operator asks for others.
  public init() {}
}
