internal import ReviewEvents

/// One member of a consumer's group: pulls batches, checks where they come from and has them
/// applied.
///
/// One call of ``step()`` is one answer of the source; a simulation calls it as it likes.
struct Reader {
  /// What a step did.
  enum Step: Equatable {
    case applied
    case nothing
    case assigned
    case revoked
    case unreachable
  }

  /// Where the reader stands in a partition that is assigned to it.
  private struct Cursor {
    /// The stored position, as far as this reader knows.
    var position: ReadPosition?
    /// Whether the record before the position was seen and is the expected one (contract 10).
    var isVerified: Bool
    /// Whether the next record must be the first that the partition ever held.
    ///
    /// If it is not, the broker dropped what stood before, and no stream need show a gap that says
    /// so.
    var mustBeFirst: Bool
  }

  private let applier: any BatchApplying
  private let source: any RecordSource
  private let environment: EngineEnvironment
  private var cursors: [TopicPartition: Cursor] = [:]
  private var caughtUpAt: Duration
  private var lagMeasuredAt: Duration?
  private var repairs = EverythingAsked()

  private var consumer: ConsumerName { applier.consumer }
  private var limits: EngineLimits { environment.limits }

  init(_ applier: any BatchApplying, source: any RecordSource, in environment: EngineEnvironment) {
    self.applier = applier
    self.source = source
    self.environment = environment
    caughtUpAt = environment.pace.elapsed
  }

  /// Asks once for more and answers it.
  /// - Throws: ``OffSeasonGuard``, `CancellationError`, or what the source threw.
  mutating func step() async throws -> Step {
    let polled = try await source.poll(upTo: limits.batchRecordsMax, within: limits.batchWait)
    let step: Step
    switch polled {
    case .records(let records, let clusterID):
      try await take(records, from: clusterID)
      step = .applied
    case .assigned(let partitions):
      try await begin(partitions)
      step = .assigned
    case .revoked:
      cursors = [:]
      step = .revoked
    case .lost(let partition):
      try await takeLoss(of: partition)
      step = .applied
    case .unreachable(let reason):
      environment.observer.observe(.sourceUnreachable(consumer, reason: reason))
      step = .unreachable
    case .nothing: step = .nothing
    }
    await measureLag()
    return step
  }

  // MARK: Starting

  /// Starts in `partitions`, each one record before its position, to see that it is still there.
  private mutating func begin(_ partitions: [TopicPartition]) async throws {
    let name = consumer
    let store = environment.store
    let stored = try await environment.patiently(name.description) {
      try await store.commit { transaction in try transaction.positions(of: name) }
    }
    cursors = [:]
    // Asked before the first start: positions of another cluster are given up together.
    let clusterID =
      stored.isEmpty ? nil : await source.clusterID(within: limits.clusterIDWait)
    var starts: [TopicPartition: StartOffset] = [:]
    for partition in partitions {
      let position = stored[partition]
      if let position, !position.isOf(cluster: clusterID) {
        cursors[partition] = Cursor(position: position, isVerified: false, mustBeFirst: false)
        guard try await giveUp(partition, otherCluster(position, clusterID)) else { return }
        starts[partition] = .oldest
        continue
      }
      cursors[partition] = Cursor(
        position: position, isVerified: position == nil, mustBeFirst: position == nil)
      starts[partition] = position.map { .at(max(0, $0.nextOffset - 1)) } ?? .oldest
      if position == nil { environment.observer.observe(.firstStart(name, partition)) }
    }
    try await source.start(starts)
  }

  // MARK: Applying

  private mutating func take(_ records: [ConsumedRecord], from clusterID: String?) async throws {
    var batch = Batch(slices: [], clusterID: clusterID)
    let byPartition = Dictionary(grouping: records, by: \.partition)
    for (partition, records) in byPartition.sorted(by: { $0.key < $1.key }) {
      guard let cursor = cursors[partition] else { continue }
      if let contradiction = contradiction(of: records, to: cursor, from: clusterID) {
        // Begun anew everywhere: none of these records is at its place any more.
        guard try await startOver(partition, contradiction) else { return }
        continue
      }
      if cursor.mustBeFirst, let first = records.first {
        if first.offset > 0 { try await askForBeginning(of: partition) }
        cursors[partition]?.mustBeFirst = false
      }
      // The record before the position was only read to be looked at.
      let fresh = cursor.isVerified ? records[...] : records.dropFirst()
      cursors[partition]?.isVerified = true
      guard !fresh.isEmpty else { continue }
      batch.slices.append(
        PartitionSlice(partition: partition, from: cursor.position, records: Array(fresh)))
    }
    guard !batch.slices.isEmpty else { return }
    try await apply(batch)
  }

  private mutating func apply(_ batch: Batch) async throws {
    let outcome: BatchOutcome
    // The next batch is read, and its payloads are decoded, while the store works on this one.
    let (source, applier, count) = (source, applier, limits.batchRecordsMax)
    async let reading: Void = source.readAhead(upTo: count) { applier.prepare(&$0) }
    do { outcome = try await commit(batch, .handle) } catch {
      // Interrupted is neither applied nor failed: the records come again after the next start.
      if Task.isCancelled { throw CancellationError() }
      // Some event of the batch cannot be applied. One by one, only that one is held up.
      return try await applyOneByOne(batch)
    }
    await reading
    try await settle(outcome)
  }

  private mutating func applyOneByOne(_ batch: Batch) async throws {
    for slice in batch.slices {
      for record in slice.records {
        // A rebalance is answered between batches only, but an abandoned record starts anew.
        guard let cursor = cursors[slice.partition] else { return }
        let one = Batch(
          slices: [
            PartitionSlice(
              partition: slice.partition, from: cursor.position, records: [record])
          ], clusterID: batch.clusterID)
        guard try await settle(try await insist(on: one)) else { return }
      }
    }
  }

  /// Applies one record, in the end by parking it.
  private func insist(on batch: Batch) async throws -> BatchOutcome {
    var backOff = BackOff(first: limits.handlerPause, longest: limits.handlerPauseMax)
    var reason = ""
    for attempt in 1...max(1, limits.handlerAttemptsMax) {
      do { return try await commit(batch, .handle) } catch {
        if Task.isCancelled { throw CancellationError() }
        reason = Failure(error).description
        environment.observer.observe(
          .handlerFailed(
            consumer, eventID: batch.records.first?.eventID ?? "", attempt: attempt,
            reason: reason))
      }
      if attempt < limits.handlerAttemptsMax {
        try await environment.pace.pause(for: backOff.advance())
      }
    }
    return try await commit(batch, .park(reason: reason, attempts: limits.handlerAttemptsMax))
  }

  private func commit(
    _ batch: Batch, _ treatment: BatchPlan.Treatment
  ) async throws -> BatchOutcome {
    let applier = applier
    let store = environment.store
    let start = environment.pace.elapsed
    let outcome = try await environment.patiently(consumer.description) {
      try await store.commitBatch { transaction in
        try applier.apply(batch, treatment: treatment, in: transaction)
      }
    }
    if case .applied(let report, _, let notes) = outcome {
      let took = environment.pace.elapsed - start
      environment.observer.observe(.applied(consumer, report, took: took))
      for note in notes { environment.observer.observe(note) }
    }
    return outcome
  }

  /// Takes note of what became of a batch.
  /// - Returns: whether reading can go on behind it.
  @discardableResult
  private mutating func settle(_ outcome: BatchOutcome) async throws -> Bool {
    switch outcome {
    case .applied(_, let positions, _):
      for (partition, position) in positions { cursors[partition]?.position = position }
      await source.reportProgress(positions.mapValues(\.nextOffset))
      return true
    case .abandoned(let partition):
      environment.observer.observe(.abandoned(consumer, partition))
      try await begin(cursors.keys.sorted())
      return false
    }
  }

  // MARK: The off-season guard (contract 10)

  /// What speaks against these records following the position.
  private struct Contradiction {
    var expected: String
    var found: String
    /// Whether the records were dropped by the broker itself, so that no writer will notice and
    /// send everything again unasked.
    var brokerIsTheSame: Bool
  }

  private func contradiction(
    of records: [ConsumedRecord], to cursor: Cursor, from clusterID: String?
  ) -> Contradiction? {
    guard let position = cursor.position else { return nil }
    guard position.isOf(cluster: clusterID) else { return otherCluster(position, clusterID) }
    guard !cursor.isVerified, let first = records.first else { return nil }
    let expected = (offset: position.nextOffset - 1, id: position.lastEventID)
    guard first.offset != expected.offset || first.eventID != expected.id else { return nil }
    return Contradiction(
      expected: "\(named(expected.id)) at offset \(expected.offset)",
      found: "\(named(first.eventID)) at offset \(first.offset)", brokerIsTheSame: true)
  }

  private func otherCluster(_ position: ReadPosition, _ clusterID: String?) -> Contradiction {
    Contradiction(
      expected: "cluster \(position.clusterID)", found: "cluster \(clusterID ?? "unknown")",
      brokerIsTheSame: false)
  }

  private func named(_ eventID: String) -> String {
    eventID.isEmpty ? "a record that is no event" : "event \(eventID)"
  }

  private mutating func takeLoss(of partition: TopicPartition) async throws {
    guard let cursor = cursors[partition] else { return }
    guard let position = cursor.position else {
      // Between asking for the oldest record and reading it, the oldest was dropped.
      try await askForBeginning(of: partition)
      cursors[partition]?.mustBeFirst = false
      return try await source.start([partition: .oldest])
    }
    let clusterID = await source.clusterID(within: limits.clusterIDWait)
    _ = try await startOver(
      partition,
      Contradiction(
        expected: "offset \(position.nextOffset) of cluster \(position.clusterID)",
        found: "no such offset", brokerIsTheSame: position.isOf(cluster: clusterID)))
  }

  /// Gives up the position where that is normal and reads from the oldest record, or else stops.
  /// - Returns: false when every partition was begun anew instead.
  private mutating func startOver(
    _ partition: TopicPartition, _ contradiction: Contradiction
  ) async throws -> Bool {
    guard try await giveUp(partition, contradiction) else { return false }
    try await source.start([partition: .oldest])
    return true
  }

  /// Gives up the position where that is normal, or else stops.
  /// - Returns: false when every partition was begun anew instead.
  private mutating func giveUp(
    _ partition: TopicPartition, _ contradiction: Contradiction
  ) async throws -> Bool {
    guard environment.brokerForgets else {
      throw OffSeasonGuard(
        consumer: consumer, partition: partition, position: cursors[partition]?.position,
        expected: contradiction.expected, found: contradiction.found)
    }
    let asks =
      contradiction.brokerIsTheSame
      && repairs.shouldAsk(
        for: partition, at: environment.pace.elapsed, patience: limits.gapPatience)
    guard try await forget(partition, asking: asks) else {
      // Another member acted first; its position is the one to go on from.
      environment.observer.observe(.abandoned(consumer, partition))
      try await begin(cursors.keys.sorted())
      return false
    }
    environment.observer.observe(
      .startedOver(
        consumer, partition,
        because: "expected \(contradiction.expected), found "
          + contradiction.found))
    cursors[partition] = Cursor(
      position: nil, isVerified: true, mustBeFirst: !contradiction.brokerIsTheSame)
    return true
  }

  /// Asks the writer for everything, because the beginning of a partition that was never read is
  /// gone: retention passed, or the broker dropped it.
  private mutating func askForBeginning(of partition: TopicPartition) async throws {
    environment.observer.observe(
      .startedOver(consumer, partition, because: "its first records are gone"))
    guard
      repairs.shouldAsk(
        for: partition, at: environment.pace.elapsed, patience: limits.gapPatience)
    else { return }
    let (applier, reader, origin) = (applier, environment.area, origin(of: partition))
    let store = environment.store
    try await environment.patiently(consumer.description) {
      try await store.commit { transaction in
        let wish = try applier.repair(ofAllFrom: partition.topic.area, in: transaction)
        try RepairWish.record([wish], by: reader, origin: origin, in: transaction)
      }
    }
  }

  /// The origin of a wish that no event led to.
  private func origin(of partition: TopicPartition) -> EventOrigin {
    EventOrigin(
      time: environment.calendar.now, actor: ActorContext(actor: .service(environment.area)),
      trace: TraceContext(
        correlationID: consumer.description, causationID: partition.description))
  }

  /// Forgets the position, if it is still the one that was found wrong.
  private func forget(_ partition: TopicPartition, asking: Bool) async throws -> Bool {
    let applier = applier
    let name = consumer
    let known = cursors[partition]?.position
    let reader = environment.area
    let store = environment.store
    let origin = origin(of: partition)
    return try await environment.patiently(name.description) {
      try await store.commit { transaction in
        guard try transaction.lockPosition(name, partition) == known else { return false }
        try transaction.forgetPosition(name, partition)
        guard asking else { return true }
        let wish = try applier.repair(ofAllFrom: partition.topic.area, in: transaction)
        try RepairWish.record([wish], by: reader, origin: origin, in: transaction)
        return true
      }
    }
  }

  // MARK: Lag

  /// Time by the calendar says nothing about lag, because the calendar can be set; so the
  /// distance is counted in records and in real time since there was none.
  private mutating func measureLag() async {
    let now = environment.pace.elapsed
    if let last = lagMeasuredAt, now - last < limits.lagInterval { return }
    lagMeasuredAt = now
    let next = cursors.mapValues { $0.position?.nextOffset ?? 0 }
    let lags = await source.lag(behind: next)
    let isKnown = next.keys.allSatisfy { lags[$0] != nil }
    let behind = isKnown ? next.keys.reduce(0) { $0 + (lags[$1] ?? 0) } : nil
    if behind == 0 { caughtUpAt = now }
    environment.observer.observe(
      .lag(consumer, Lag(recordsBehind: behind, sinceCaughtUp: now - caughtUpAt)))
  }
}

/// Remembers which partitions the last wish for everything covers.
///
/// Records lost in four partitions at once are one incident and one wish. A partition that loses
/// records again after the wish needs a new one: what was sent because of the first is lost too.
private struct EverythingAsked {
  private var partitions: Set<TopicPartition> = []
  private var askedAt: Duration?

  mutating func shouldAsk(
    for partition: TopicPartition, at now: Duration, patience: Duration
  ) -> Bool {
    if let askedAt, now - askedAt < patience, partitions.insert(partition).inserted {
      return false
    }
    partitions = [partition]
    askedAt = now
    return true
  }
}
