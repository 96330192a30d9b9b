internal import EventStream
internal import ReviewEvents

/// The active relay.
///
/// One call of ``step()`` publishes one batch of the outbox and then one chunk of a republication,
/// and waits for every answer in between.
///
/// They must never be under way at the same time. Suppose a republication had read facts 1–5 of a
/// stream while live fact 6 was being published: a reader who misses 3 drops 6 as early, gets 3–5,
/// and never hears of 6 again. Because the log is read only after the last live batch was answered,
/// what is read includes every fact that was published before it, 6 too.
struct Publisher {
  /// Whether to go on at once.
  enum Step: Equatable {
    case busy
    case idle
  }

  private let sink: any RecordSink
  private let lock: any HeldLock
  private let environment: EngineEnvironment
  private var republishAfter: Duration = .zero
  private var backlogMeasuredAt: Duration?
  private var reported: PublicationGuard?
  /// What is published next, found together with the removal of what was published last.
  private var next: Found?
  /// The cluster that is known to be the right one; only the holder of the lock changes it.
  private var confirmed: String?

  private var limits: EngineLimits { environment.limits }

  /// What there is to do, and where.
  ///
  /// What commits later than it was read follows later, and its stream holds nothing of what was
  /// read that comes behind it: a fact gets its id only when the fact before it has committed.
  private struct Found {
    let work: RelayWork
    /// The cluster that answered in the same moment.
    let cluster: String?
  }

  /// Every transaction runs on the connection that holds `lock`, so a relay that lost it deletes
  /// nothing.
  init(_ sink: any RecordSink, holding lock: any HeldLock, in environment: EngineEnvironment) {
    self.sink = sink
    self.lock = lock
    self.environment = environment
  }

  /// Publishes what there is, up to the limits.
  /// - Throws: whatever the store threw; the lock must then be given up.
  mutating func step() async throws -> Step {
    try await measureBacklog()
    guard let work = try await nextWork() else { return .idle }
    let live = try await publish(work.rows)
    let waits = next?.work.isRepublicationWaiting ?? work.isRepublicationWaiting
    guard waits, try await republish() == .busy else { return live }
    return .busy
  }

  /// What was found behind the last batch, or what is found now; nothing while nobody knows that
  /// the cluster is the right one.
  private mutating func nextWork() async throws -> RelayWork? {
    defer { next = nil }
    if let next, next.cluster == confirmed { return next.work }
    guard try await clusterIsRight() else { return nil }
    return try await lock.relayWork(afterRemoving: [], limit: limits.publishRowsMax)
  }

  /// Removes what the broker has and looks for more, while the broker is asked who it is.
  private func find(afterRemoving ids: [Int64]) async throws -> Found {
    let (sink, wait) = (sink, limits.clusterIDWait)
    async let cluster = sink.clusterID(within: wait)
    let work = try await lock.relayWork(afterRemoving: ids, limit: limits.publishRowsMax)
    return Found(work: work, cluster: await cluster)
  }

  // MARK: The publication guard

  private mutating func clusterIsRight() async throws -> Bool {
    guard let found = await sink.clusterID(within: limits.clusterIDWait) else {
      environment.observer.observe(.sinkUnreachable)
      return false
    }
    if found == confirmed { return true }
    let forgets = environment.brokerForgets
    let expected = try await lock.commit { transaction -> String? in
      let known = try transaction.publishedCluster()
      guard known != found else { return known }
      if known != nil {
        guard forgets else { return known }
        // In one transaction: the new cluster counts as known only with everything queued for it.
        try transaction.requestRepublication([RepublicationRequest(stream: nil, from: 0)])
      }
      try transaction.setPublishedCluster(found)
      return known
    }
    guard let expected, expected != found else {
      // An operator accepted the cluster; there may be no live fact whose publication shows it.
      if reported != nil { environment.observer.observe(.publishedClusterChanged) }
      (reported, confirmed) = (nil, found)
      return true
    }
    if forgets {
      confirmed = found
      environment.observer.observe(.publishedClusterChanged)
      return true
    }
    let tripped = PublicationGuard(area: environment.area, expected: expected, found: found)
    if tripped != reported { environment.observer.observe(.publicationGuardTripped(tripped)) }
    reported = tripped
    return false
  }

  // MARK: Live facts

  private mutating func publish(_ rows: [OutboxRow]) async throws -> Step {
    guard !rows.isEmpty else { return .idle }
    let start = environment.pace.elapsed
    let outcome = await sink.publish(
      rows.map { OutgoingRecord(event: $0.event, isRepublished: false) })
    let ids = AcknowledgedRows.deletable(rows, outcome.acknowledged)
    if !ids.isEmpty {
      next = try await find(afterRemoving: ids)
      environment.observer.observe(
        .published(rows: ids.count, took: environment.pace.elapsed - start))
    }
    observeRefusal(outcome)
    if ids.count == rows.count { return .busy }
    // After a refusal the broker needs a moment more than the rows do, and they are read anew.
    next = nil
    return .idle
  }

  private func observeRefusal(_ outcome: PublishOutcome) {
    let refused = outcome.acknowledged.count { !$0 }
    guard refused > 0 else { return }
    environment.observer.observe(
      .publishRefused(rows: refused, reason: outcome.refusal ?? "no reason given"))
  }

  // MARK: Facts sent again (contract 11)

  private mutating func republish() async throws -> Step {
    guard environment.pace.elapsed >= republishAfter else { return .idle }
    let limit = limits.republishRecordsMax
    let next = try await lock.commit { transaction -> (RepublicationRequest, [LoggedEvent])? in
      guard let request = try transaction.nextRepublication() else { return nil }
      guard let stream = request.stream else {
        return (request, try transaction.log(after: request.from, limit: limit))
      }
      let events = try transaction.log(of: stream, from: request.from, limit: limit)
      return (request, events.map { LoggedEvent(position: $0.sequence + 1, event: $0) })
    }
    guard let (request, events) = next else { return .idle }
    var taken = 0
    if !events.isEmpty {
      let outcome = await sink.publish(
        events.map { OutgoingRecord(event: $0.event, isRepublished: true) })
      taken = AcknowledgedRows.prefix(outcome.acknowledged)
      observeRefusal(outcome)
      paceNextChunk(after: taken)
    }
    let isFinished = taken == events.count && events.count < limit
    // For the log this is the position behind which, for a stream the sequence at which to go on.
    let reached = taken > 0 ? events[taken - 1].position : request.from
    try await lock.commit { transaction in
      try transaction.advanceRepublication(
        request.id, to: isFinished ? .finished : .reached(reached))
    }
    if taken > 0 { environment.observer.observe(.resent(records: taken)) }
    if isFinished { environment.observer.observe(.republished(stream: request.stream)) }
    return taken == events.count ? .busy : .idle
  }

  /// Live facts come first: what is sent again takes a bounded share of a second.
  private mutating func paceNextChunk(after count: Int) {
    let share = Double(max(1, count)) / Double(max(1, limits.republishRecordsPerSecondMax))
    republishAfter = environment.pace.elapsed + .seconds(share)
  }

  private mutating func measureBacklog() async throws {
    let now = environment.pace.elapsed
    if let last = backlogMeasuredAt, now - last < limits.backlogInterval { return }
    backlogMeasuredAt = now
    let rowsMax = limits.backlogRowsMax
    environment.observer.observe(
      .backlog(
        try await lock.commit { transaction in
          try transaction.outboxBacklog(countingUpTo: rowsMax)
        }))
  }
}
