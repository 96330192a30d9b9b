public import ReviewEvents

/// Hears the other areas ask for facts of this service's log and queues them to be sent again
/// (contract 11).
public struct RepairListener: Sendable {
  private let loop: ReaderLoop

  /// A listener whose sources come from `makeSource`: one group named `consumer`, over the topics
  /// of ``topics(for:)``.
  ///
  /// Records of other streams than ``streams`` are only needed where a position is checked or kept.
  public init(
    _ consumer: ConsumerName, in environment: EngineEnvironment,
    makeSource: @escaping @Sendable () async throws -> any RecordSource
  ) {
    loop = ReaderLoop(
      applier: RepairApplier(
        consumer: consumer, writer: environment.area, gapPatience: environment.limits.gapPatience),
      makeSource: makeSource, environment: environment, rest: environment.limits.wishesInterval)
  }

  /// The topics that may hold wishes addressed to `area`.
  public static func topics(for area: ServiceArea) -> [Topic] {
    ServiceArea.allCases.filter { $0 != area }.map(\.topic)
  }

  /// The streams that hold wishes.
  public static let streams = StreamKind.repair

  /// Listens until cancelled.
  public func run() async throws { try await loop.run() }
}

/// Queues republications.
///
/// Everything but wishes for repair is passed over undecoded.
///
/// The `repair/…` streams have fences here, unlike anything else: when a writer sends its whole
/// log again, its old wishes come again too, and answering those would make the writers send each
/// other's logs for ever.
struct RepairApplier: BatchApplying {
  let consumer: ConsumerName
  /// The area whose log is asked for.
  let writer: ServiceArea
  let gapPatience: Duration

  func apply(
    _ batch: Batch, treatment: BatchPlan.Treatment, in transaction: borrowing AnyTransaction
  ) throws -> BatchOutcome {
    let records: [ConsumedRecord]
    let positions: [TopicPartition: ReadPosition]
    switch try PositionClaim(batch, by: consumer, in: transaction) {
    case .moved(let partition): return .abandoned(partition)
    case .ready(let claimed, let next): (records, positions) = (claimed, next)
    }
    let wishes = records.compactMap(Self.wish(in:))
    var report = BatchReport()
    report.ignored = records.count - wishes.count
    let notes = try answer(wishes, &report, in: transaction)
    try transaction.setPositions(consumer, to: positions)
    return .applied(report, positions: positions, notes: notes)
  }

  /// Only the wishes of `asked` matter to a listener, so only their stream is asked for.
  func repair(ofAllFrom asked: ServiceArea, in transaction: borrowing AnyTransaction) throws
    -> RepairWish
  {
    let stream = StreamID.repair(asked)
    let fence = try transaction.fences(consumer, of: [stream])[stream] ?? 0
    return RepairWish(writer: asked, stream: stream, from: fence + 1)
  }

  private static func wish(in record: ConsumedRecord) -> EventEnvelope? {
    guard case .success(let event) = record.content,
      event.stream == .repair(event.area), event.area == record.partition.topic.area,
      event.type == event.area.republishRequest.type
    else { return nil }
    return event
  }

  private func answer(
    _ wishes: [EventEnvelope], _ report: inout BatchReport,
    in transaction: borrowing AnyTransaction
  ) throws -> [EngineEvent] {
    guard !wishes.isEmpty else { return [] }
    var fences = try transaction.fences(consumer, of: Set(wishes.map(\.stream)).sorted())
    var requests: [RepublicationRequest] = []
    var notes: [EngineEvent] = []
    var lastEarly: [StreamID: EventEnvelope] = [:]
    for wish in wishes {
      let fence = fences[wish.stream] ?? 0
      guard wish.sequence > fence else {
        report.repeated += 1
        continue
      }
      report.handled += 1
      if wish.sequence == fence + 1 {
        fences[wish.stream] = wish.sequence
      } else {
        // Answered now, although an earlier one is missing: to send too much is harmless. The
        // fence waits for the missing one.
        lastEarly[wish.stream] = wish
      }
      guard let request = request(in: wish) else { continue }
      requests.append(request)
      notes.append(.republicationAsked(consumer, by: wish.area, stream: request.stream))
    }
    if !requests.isEmpty { try transaction.requestRepublication(requests) }
    try transaction.setFences(consumer, to: fences)
    try transaction.closeGaps(consumer, upTo: fences)
    return notes + (try note(lastEarly, fences, in: transaction))
  }

  private func note(
    _ early: [StreamID: EventEnvelope], _ fences: [StreamID: Int64],
    in transaction: borrowing AnyTransaction
  ) throws -> [EngineEvent] {
    var notes: [EngineEvent] = []
    for (stream, event) in early.sorted(by: { $0.key < $1.key }) {
      let fence = fences[stream] ?? 0
      guard event.sequence > fence else { continue }
      let gap = StreamGap(stream: stream, from: fence + 1, through: event.sequence)
      let asks = try transaction.noteGap(
        consumer, stream, missing: gap.through, patience: gapPatience)
      notes.append(.gap(consumer, gap, asked: asks))
      guard asks else { continue }
      try RepairWish.record(
        [RepairWish(writer: event.area, stream: stream, from: gap.from)], by: writer,
        origin: EventOrigin(reactingTo: event, in: writer), in: transaction)
    }
    return notes
  }

  /// What the wish asks of this service; nothing when it is addressed to another one or cannot be
  /// read, which its own consumers notice.
  private func request(in envelope: EventEnvelope) -> RepublicationRequest? {
    guard let wish = try? decode(envelope.area.republishRequest, envelope),
      wish.writer == writer
    else { return nil }
    guard let text = wish.missingStream else { return RepublicationRequest(stream: nil, from: 0) }
    guard let stream = try? StreamID(text) else { return nil }
    return RepublicationRequest(stream: stream, from: max(1, wish.fromSequence))
  }

  private func decode<Wish: RepublishRequest>(
    _ type: Wish.Type, _ envelope: EventEnvelope
  ) throws -> any RepublishRequest { try EventCodec.decode(type, from: envelope) }
}
