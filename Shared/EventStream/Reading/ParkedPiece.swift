internal import ReviewEvents

/// Parked events of one stream, in order, from the first one on: what one transaction works off.
struct ParkedPiece: Sendable {
  let events: [ParkedEvent]
  let applier: BatchApplier

  var consumer: ConsumerName { applier.consumer }
  var stream: StreamID { events[0].event.stream }

  /// - Parameter events: never empty.
  init(_ events: [ParkedEvent], _ applier: BatchApplier) {
    precondition(!events.isEmpty, "a stream is parked with its first event")
    self.events = events
    self.applier = applier
  }

  /// Applies what can be read; the first event that cannot, and what stands behind it, stays parked.
  /// - Throws: what a handler threw; nothing is kept then.
  func apply(in transaction: borrowing AnyTransaction) throws -> (ParkedReport, [EngineEvent]) {
    try lockPositions(in: transaction)
    guard try transaction.parkedStreams(consumer, among: [stream]).contains(stream) else {
      return (ParkedReport(), [])
    }
    return try work(through: events, in: transaction)
  }

  /// A live reader of the same partition must not park behind a stream that is released at this
  /// moment: it holds the same lock while it decides.
  func lockPositions(in transaction: borrowing AnyTransaction) throws {
    _ = try transaction.lockPositions(consumer, Array(Set(events.map(\.partition))))
  }

  /// The same for `events` of this piece whose positions are locked.
  func work(
    through events: [ParkedEvent], in transaction: borrowing AnyTransaction
  ) throws -> (ParkedReport, [EngineEvent]) {
    guard let last = events.last else { return (ParkedReport(), []) }
    let items = events.map {
      BatchPlan.Item(event: $0.event, partition: $0.partition, offset: $0.offset)
    }
    // Nothing stands before the first one; whatever still cannot be read keeps the rest waiting.
    let (report, notes) = try applier.work(
      through: items, .handle, parkedStreams: [], in: transaction)
    let obstacle = Self.obstacle(in: notes, among: events)
    try transaction.unpark(
      consumer, stream, through: obstacle.map { $0.event.sequence - 1 } ?? last.event.sequence)
    if let obstacle { try transaction.amendParked(consumer, obstacle) }
    let applied = report.handled + report.ignored + report.repeated
    return (ParkedReport(applied: applied, obstacle: obstacle), notes)
  }

  /// The first event that was parked again, with the reason that holds now.
  private static func obstacle(
    in notes: [EngineEvent], among events: [ParkedEvent]
  ) -> ParkedEvent? {
    for case .parked(_, let eventID, let cause) in notes {
      guard var event = events.first(where: { $0.event.id == eventID }) else { continue }
      event.cause = cause
      return event
    }
    return nil
  }
}

/// What became of a piece.
struct ParkedReport: Sendable {
  /// Events applied, or passed over because they are not needed or were applied before.
  var applied = 0
  /// The event that stays parked and keeps the others waiting.
  var obstacle: ParkedEvent?
}

extension EngineEnvironment {
  /// Tells the observer what became of a piece, once it is committed.
  func tell(_ report: ParkedReport, _ notes: [EngineEvent], of piece: ParkedPiece) {
    for note in notes { observer.observe(note) }
    guard report.applied > 0 else { return }
    observer.observe(.released(piece.consumer, piece.stream, events: report.applied))
  }
}
