internal import ReviewEvents

/// Applies parked events in order, once this build can read them (contract 7).
struct Releaser: Sendable {
  /// A stream released in pieces needs another look; one that does not move is left alone.
  private static let roundsMax = 4

  let applier: BatchApplier
  let environment: EngineEnvironment

  private var consumer: ConsumerName { applier.consumer }

  /// Releases every stream that is parked only because an older build could not read it.
  func releaseReadable() async throws {
    for _ in 0..<Self.roundsMax {
      var released = 0
      for events in try await parkedByStream() where canBeRead(events) {
        released += try await releaseIfPossible(events)
      }
      if released == 0 { return }
    }
  }

  /// Releases `stream` whatever its cause: the operator's word.
  func release(_ stream: StreamID) async throws -> Int {
    let (name, limit) = (consumer, environment.limits.releaseEventsMax)
    let store = environment.store
    let events = try await environment.patiently(name.description) {
      try await store.commit { try $0.parked(name, of: stream, limit: limit) }
    }
    return events.isEmpty ? 0 : try await release(events)
  }

  private func releaseIfPossible(_ events: [ParkedEvent]) async throws -> Int {
    do { return try await release(events) } catch {
      if Task.isCancelled { throw CancellationError() }
      environment.observer.observe(
        .releaseFailed(consumer, events[0].event.stream, reason: Failure(error).description))
      return 0
    }
  }

  /// Only non-empty lists, in order of stream and sequence.
  private func parkedByStream() async throws -> [[ParkedEvent]] {
    let (name, limit) = (consumer, environment.limits.releaseEventsMax)
    let store = environment.store
    let events = try await environment.patiently(name.description) {
      try await store.commit { transaction in try transaction.parked(name, limit: limit) }
    }
    return Dictionary(grouping: events, by: \.event.stream)
      .sorted { $0.key < $1.key }
      .map { $0.value.sorted { $0.event.sequence < $1.event.sequence } }
  }

  private func canBeRead(_ events: [ParkedEvent]) -> Bool {
    let subscription = applier.subscription
    let first = events[0]
    switch first.cause {
    case .failed: return false
    // Its forerunner was removed by an operator, or released while this one came in.
    case .behind: return true
    case .undecodable:
      if subscription.ignored.contains(first.event.type) { return true }
      guard let route = subscription.routes[first.event.type] else { return false }
      do {
        _ = try route.decode(first.event)
        return true
      } catch { return false }
    }
  }

  private func release(_ events: [ParkedEvent]) async throws -> Int {
    let store = environment.store
    let piece = ParkedPiece(events, applier)
    let (report, notes) = try await environment.patiently(consumer.description) {
      try await store.commitBatch { transaction in try piece.apply(in: transaction) }
    }
    environment.tell(report, notes, of: piece)
    return report.applied
  }
}
