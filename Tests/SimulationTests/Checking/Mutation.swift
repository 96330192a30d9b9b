import EventStream
import ReviewEvents
import Synchronization
import TestSupport

@testable import TestSupport

/// A broken promise, put between the real engine and its ports: the checker must notice it.
enum Mutation: String, CaseIterable, Sendable {
  case deletesBeforeAcknowledgement = "delete before acknowledgement"
  case deletesRange = "delete by id range"
  case fenceOneShort = "fence off by one, too low"
  case fenceOneAhead = "fence off by one, too high"
  case offsetElsewhere = "offset stored outside the fence's transaction"
  case repairsNothing = "repair switched off"
  case ignoresLock = "relay without its lock"

  /// What a transaction leaves behind, where that is what is broken.
  func keeping() -> MemoryStore.Ending? {
    switch self {
    case .deletesRange: Self.deleteRange
    case .fenceOneShort: Self.moveFences(by: -1)
    case .fenceOneAhead: Self.moveFences(by: 1)
    case .offsetElsewhere:
      { former, changed, isCommitted in
        var left = isCommitted ? changed : former
        left.positions = changed.positions
        return left
      }
    case .repairsNothing:
      { former, changed, isCommitted in
        var left = isCommitted ? changed : former
        left.republications = []
        return left
      }
    case .deletesBeforeAcknowledgement, .ignoresLock: nil
    }
  }

  /// The store that processes get.
  func store(_ store: MemoryStore) -> (any Store)? {
    self == .ignoresLock ? LocklessStore(base: store) : nil
  }

  /// The broker that relays get.
  func sink(_ sink: any RecordSink, _ store: MemoryStore) -> (any RecordSink)? {
    self == .deletesBeforeAcknowledgement ? HastySink(base: sink, store: store) : nil
  }

  /// With the first and the last row of what was deleted goes everything between them.
  private static let deleteRange: MemoryStore.Ending = { former, changed, isCommitted in
    guard isCommitted else { return former }
    var left = changed
    let kept = Set(changed.outbox.map(\.row.id))
    let deleted = former.outbox.map(\.row.id).filter { !kept.contains($0) }
    if let first = deleted.first, let last = deleted.last {
      left.outbox.removeAll { (first...last).contains($0.row.id) }
    }
    return left
  }

  private static func moveFences(by step: Int64) -> MemoryStore.Ending {
    { former, changed, isCommitted in
      guard isCommitted else { return former }
      var left = changed
      for (lane, fence) in changed.fences where former.fences[lane] != fence {
        left.fences[lane] = fence + step
      }
      return left
    }
  }
}

/// Lets everybody be the holder of every lock.
private struct LocklessStore: Store {
  let base: MemoryStore

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await base.commit(body) }

  func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? { NoLock(base: base) }
}

private struct NoLock: HeldLock {
  let base: MemoryStore

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await base.commit(body) }

  func release() async {}
}

/// Deletes rows of the outbox as soon as they are handed over to be published.
private struct HastySink: RecordSink {
  let base: any RecordSink
  let store: MemoryStore

  func publish(_ records: [OutgoingRecord]) async -> PublishOutcome {
    let sent = Set(records.filter { !$0.isRepublished }.map(\.event.id))
    // What could not be deleted now is deleted by the relay, as usual.
    try? await store.commit { transaction in
      let rows = try transaction.outbox(limit: .max).filter { sent.contains($0.event.id) }
      try transaction.deleteOutbox(rows.map(\.id))
    }
    return await base.publish(records)
  }

  func clusterID(within: Duration) async -> String? { await base.clusterID(within: within) }
}
