internal import ReviewEvents

/// Applies a batch for one consumer of one area's topic, inside one transaction.
protocol BatchApplying: Sendable {
  /// Who reads.
  var consumer: ConsumerName { get }
  /// Applies `batch`, or does nothing at all.
  func apply(
    _ batch: Batch, treatment: BatchPlan.Treatment, in transaction: borrowing AnyTransaction
  ) throws -> BatchOutcome
  /// Does with a record what can be done before its batch has its turn.
  func prepare(_ record: inout ConsumedRecord)
  /// What to ask a writer for when the broker dropped records of its topic.
  func repair(ofAllFrom writer: ServiceArea, in transaction: borrowing AnyTransaction) throws
    -> RepairWish
}

extension BatchApplying {
  func prepare(_ record: inout ConsumedRecord) {}
}

/// Fences, parking, gaps, handlers and positions of one subscription.
struct BatchApplier: BatchApplying {
  let subscription: Subscription
  /// The area that reads, in whose log a wish for repair is recorded.
  let reader: ServiceArea
  let gapPatience: Duration

  var consumer: ConsumerName { subscription.consumer }

  func apply(
    _ batch: Batch, treatment: BatchPlan.Treatment, in transaction: borrowing AnyTransaction
  ) throws -> BatchOutcome {
    let records: [ConsumedRecord]
    let positions: [TopicPartition: ReadPosition]
    let state = try transaction.beginReading(
      consumer, at: batch.slices.map(\.partition), of: streams(in: batch))
    switch PositionClaim(batch, standing: state.positions) {
    case .moved(let partition): return .abandoned(partition)
    case .ready(let claimed, let next): (records, positions) = (claimed, next)
    }
    guard !records.isEmpty else {
      return .applied(BatchReport(), positions: positions, notes: [])
    }
    var items: [BatchPlan.Item] = []
    var notes: [EngineEvent] = []
    for record in records {
      switch content(of: record) {
      case .success(let event):
        items.append(
          BatchPlan.Item(
            event: event, partition: record.partition, offset: record.offset,
            payload: record.payload))
      case .failure(let problem):
        notes.append(.malformed(consumer, record.partition, offset: record.offset, problem))
      }
    }
    var (report, found) = try carryOut(
      items, treatment, fences: state.fences, parkedStreams: state.parkedStreams,
      in: transaction)
    report.malformed = notes.count
    notes += found
    try transaction.setPositions(consumer, to: positions)
    return .applied(report, positions: positions, notes: notes)
  }

  /// The streams of which the batch holds events.
  private func streams(in batch: Batch) -> [StreamID] {
    var streams: Set<StreamID> = []
    for slice in batch.slices {
      for record in slice.records {
        if case .success(let event) = content(of: record) { streams.insert(event.stream) }
      }
    }
    return streams.sorted()
  }

  /// Decodes the payload.
  func prepare(_ record: inout ConsumedRecord) {
    guard case .success(let event) = record.content else { return }
    record.payload = subscription.decodePayload(of: event)
  }

  func repair(ofAllFrom writer: ServiceArea, in transaction: borrowing AnyTransaction) throws
    -> RepairWish
  {
    RepairWish(writer: writer, stream: nil, from: 1)
  }

  /// Plans and carries out `items`; the caller keeps the positions.
  func work(
    through items: [BatchPlan.Item], _ treatment: BatchPlan.Treatment,
    parkedStreams known: Set<StreamID>? = nil, in transaction: borrowing AnyTransaction
  ) throws -> (BatchReport, [EngineEvent]) {
    let streams = Set(items.map(\.event.stream)).sorted()
    return try carryOut(
      items, treatment, fences: try transaction.fences(consumer, of: streams),
      parkedStreams: try known ?? transaction.parkedStreams(consumer, among: streams),
      in: transaction)
  }

  private func carryOut(
    _ items: [BatchPlan.Item], _ treatment: BatchPlan.Treatment, fences: [StreamID: Int64],
    parkedStreams: Set<StreamID>,
    in transaction: borrowing AnyTransaction
  ) throws -> (BatchReport, [EngineEvent]) {
    guard !items.isEmpty else { return (BatchReport(), []) }
    let plan = BatchPlan(
      items, for: subscription, fences: fences, parkedStreams: parkedStreams,
      treatment: treatment)
    for group in plan.groups {
      guard let route = subscription.routes[group.type] else { continue }
      try route.apply(transaction, group.events)
    }
    if !plan.parking.isEmpty { try transaction.park(consumer, plan.parking) }
    if !plan.fences.isEmpty {
      try transaction.setFences(consumer, to: plan.fences)
      try transaction.closeGaps(consumer, upTo: plan.fences)
    }
    var notes = plan.parking.map { parked in
      EngineEvent.parked(consumer, eventID: parked.event.id, parked.cause)
    }
    notes += try note(plan.gaps, seenAt: plan.firstEarly, in: transaction)
    return (plan.report, notes)
  }

  /// Keeps the gaps and asks the writer for repair, where it was not asked lately.
  private func note(
    _ gaps: [StreamGap], seenAt event: EventEnvelope?, in transaction: borrowing AnyTransaction
  ) throws -> [EngineEvent] {
    guard let event else { return [] }
    var wishes: [RepairWish] = []
    var notes: [EngineEvent] = []
    for gap in gaps {
      let asks = try transaction.noteGap(
        consumer, gap.stream, missing: gap.through, patience: gapPatience)
      notes.append(.gap(consumer, gap, asked: asks))
      guard asks else { continue }
      wishes.append(RepairWish(writer: subscription.area, stream: gap.stream, from: gap.from))
    }
    try RepairWish.record(
      wishes, by: reader, origin: EventOrigin(reactingTo: event, in: reader), in: transaction)
    return notes
  }

  /// An event of another writer than the topic's has no business here: its sequence would be
  /// checked against a fence that counts somebody else's stream.
  private func content(of record: ConsumedRecord) -> Result<EventEnvelope, MalformedRecord> {
    record.content.flatMap { event in
      event.area == subscription.area
        ? .success(event) : .failure(MalformedRecord(problem: "ce_source"))
    }
  }
}
