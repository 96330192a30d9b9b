public import ReviewEvents

/// Sends the parked events of one subscription on at an operator's word; needs no source.
///
/// It waits for nothing: while the consumer's tables are being exchanged it refuses with
/// ``StoreError/busy``.
public struct ParkedRelease: Sendable {
  /// What the events were parked from.
  public let subscription: Subscription
  private let applier: BatchApplier
  private let environment: EngineEnvironment

  private var consumer: ConsumerName { subscription.consumer }
  /// One transaction takes no more than a batch of the topic would.
  private var piece: Int { environment.limits.batchRecordsMax }

  /// The release of what `subscription` parked.
  public init(_ subscription: Subscription, in environment: EngineEnvironment) {
    self.subscription = subscription
    self.environment = environment
    applier = BatchApplier(
      subscription: subscription, reader: environment.area,
      gapPatience: environment.limits.gapPatience)
  }

  /// Applies the parked events of `stream` in order, up to the first one that cannot be applied.
  /// - Throws: ``StoreError`` when the store is away or busy; what was applied before stays applied.
  public func release(_ stream: StreamID) async throws -> ParkedOutcome {
    var outcome = ParkedOutcome()
    while case let events = try await parked(stream), !events.isEmpty {
      let report = try await applyPiece(events)
      outcome.applied += report.applied
      outcome.obstacle = report.obstacle
      if report.obstacle != nil { return outcome }
    }
    return outcome
  }

  /// Takes the first parked event of `stream` out of it for good and applies what stands behind it.
  ///
  /// One transaction passes the event over and applies the events behind it; if those fail, it is
  /// passed over alone, and they stay parked. Otherwise two faulty events in a row could never be
  /// discarded.
  /// - Parameter recording: writes down, in the same transaction, that the event was discarded.
  /// - Throws: ``DiscardRefusal``; ``StoreError``.
  public func discard(
    _ stream: StreamID, _ sequence: Int64,
    recording: @escaping @Sendable (borrowing AnyTransaction, ParkedEvent) throws -> Void
  ) async throws -> ParkedOutcome {
    var outcome: ParkedOutcome
    do {
      outcome = try await discard(stream, sequence, withRest: true, recording)
    } catch let error where !(error is DiscardRefusal) && !Failure(error).isOutage {
      try Task.checkCancellation()
      outcome = try await discard(stream, sequence, withRest: false, recording)
    }
    guard outcome.obstacle == nil else { return outcome }
    let rest = try await release(stream)
    outcome.applied += rest.applied
    outcome.obstacle = rest.obstacle
    return outcome
  }

  // MARK: Pieces

  private func parked(_ stream: StreamID) async throws -> [ParkedEvent] {
    let (name, limit) = (consumer, piece)
    return try await environment.store.commit { try $0.parked(name, of: stream, limit: limit) }
  }

  private func applyPiece(_ events: [ParkedEvent]) async throws -> ParkedReport {
    do { return try await commit(events) } catch  where !Failure(error).isOutage {
      try Task.checkCancellation()
      return try await applyOneByOne(events)
    }
  }

  /// Some event of the piece cannot be applied: those before it are.
  private func applyOneByOne(_ events: [ParkedEvent]) async throws -> ParkedReport {
    var total = ParkedReport()
    for event in events {
      do {
        let report = try await commit([event])
        total.applied += report.applied
        total.obstacle = report.obstacle
      } catch  where !Failure(error).isOutage {
        try Task.checkCancellation()
        total.obstacle = try await note(Failure(error).description, of: event)
      }
      if total.obstacle != nil { break }
    }
    return total
  }

  private func commit(_ events: [ParkedEvent]) async throws -> ParkedReport {
    let piece = ParkedPiece(events, applier)
    let (report, notes) = try await environment.store.commit { transaction in
      try piece.apply(in: transaction)
    }
    environment.tell(report, notes, of: piece)
    return report
  }

  private func note(_ reason: String, of event: ParkedEvent) async throws -> ParkedEvent {
    var failed = event
    failed.cause = .failed(reason)
    failed.attempts += 1
    let (name, amended) = (consumer, failed)
    try await environment.store.commit { try $0.amendParked(name, amended) }
    environment.observer.observe(.releaseFailed(name, event.event.stream, reason: reason))
    return failed
  }

  // MARK: Discarding

  private func discard(
    _ stream: StreamID, _ sequence: Int64, withRest: Bool,
    _ recording: @escaping @Sendable (borrowing AnyTransaction, ParkedEvent) throws -> Void
  ) async throws -> ParkedOutcome {
    let waiting = try await parked(stream)
    guard !waiting.isEmpty else { throw DiscardRefusal.nothingParked }
    let (name, limit) = (consumer, piece)
    let piece = ParkedPiece(waiting, applier)
    let (report, notes) = try await environment.store.commit {
      transaction -> (ParkedReport, [EngineEvent]) in
      try piece.lockPositions(in: transaction)
      // Looked at again: until the lock another operator may have acted.
      let events = try transaction.parked(name, of: stream, limit: limit)
      let first = try Self.first(of: events, sequence)
      let fence = try transaction.fences(name, of: [stream])[stream] ?? 0
      guard fence == sequence - 1 else { throw DiscardRefusal.fence(at: fence) }
      try recording(transaction, first)
      try transaction.setFences(name, to: [stream: sequence])
      try transaction.closeGaps(name, upTo: [stream: sequence])
      try transaction.unpark(name, stream, through: sequence)
      guard withRest else { return (ParkedReport(), []) }
      return try piece.work(through: Array(events.dropFirst()), in: transaction)
    }
    environment.tell(report, notes, of: piece)
    return ParkedOutcome(applied: report.applied, obstacle: report.obstacle)
  }

  private static func first(of events: [ParkedEvent], _ sequence: Int64) throws -> ParkedEvent {
    guard let first = events.first else { throw DiscardRefusal.nothingParked }
    guard first.event.sequence == sequence else {
      throw DiscardRefusal.notFirst(first.event.sequence)
    }
    return first
  }
}

/// What became of the parked events of a stream.
public struct ParkedOutcome: Sendable, Hashable {
  /// Events applied, or passed over because they are not needed or were applied before.
  public var applied: Int
  /// The event that could not be applied, with the reason that holds now; nothing when the stream
  /// is free.
  public var obstacle: ParkedEvent?

  init(applied: Int = 0, obstacle: ParkedEvent? = nil) {
    self.applied = applied
    self.obstacle = obstacle
  }
}

/// Why a parked event is not discarded.
public enum DiscardRefusal: Error, Sendable, Hashable {
  /// Nothing of the stream is parked.
  case nothingParked
  /// Another event stands before it, at this sequence.
  case notFirst(Int64)
  /// The last applied sequence is not the one before it.
  case fence(at: Int64)
}
