import EventStream
import ReviewEvents
import Synchronization
import TestSupport

@testable import EventStream

/// What the tests of the engine share: intake writes, case-tracking reads.
enum Fixture {
  static let consumer: ConsumerName = "case.intake"
  static let partition = TopicPartition(topic: ServiceArea.intake.topic, partition: 0)

  static func report(_ name: String) -> StreamID { Samples.stream("report/\(name)") }

  /// A handled event.
  static func drafted(_ name: String, _ sequence: Int64) -> EventEnvelope {
    Samples.envelope(
      ReportDrafted(reportID: Samples.id(name), contentHash: "\(sequence)"), in: report(name),
      at: sequence)
  }

  /// Another handled event.
  static func accepted(_ name: String, _ sequence: Int64) -> EventEnvelope {
    Samples.envelope(
      ReportAccepted(
        reportID: Samples.id(name), cycleID: Samples.id("2021"),
        subjectID: .person(Samples.id("P1")), version: 1), in: report(name), at: sequence)
  }

  /// An event that the subscription ignores.
  static func closed(_ name: String, _ sequence: Int64) -> EventEnvelope {
    Samples.envelope(
      CycleClosed(cycleID: Samples.id("2021")), in: report(name), at: sequence)
  }

  /// An event that the subscription does not know.
  static func unknown(_ name: String, _ sequence: Int64) -> EventEnvelope {
    var event = drafted(name, sequence)
    event.type = "review.intake.report-sung"
    return event
  }

  static func record(_ event: EventEnvelope, at offset: Int64) -> ConsumedRecord {
    ConsumedRecord(partition: partition, offset: offset, content: .success(event))
  }

  static func records(_ events: [EventEnvelope], from offset: Int64 = 0) -> [ConsumedRecord] {
    events.enumerated().map { record($1, at: offset + Int64($0)) }
  }

  static func batch(
    _ events: [EventEnvelope], from offset: Int64 = 0, known: ReadPosition? = nil,
    clusterID: String? = "one"
  ) -> Batch {
    Batch(
      slices: [
        PartitionSlice(
          partition: partition, from: known, records: records(events, from: offset))
      ], clusterID: clusterID)
  }

  /// A subscription whose handlers tell `journal` what they got.
  static func subscription(
    _ journal: Journal, also routes: [Route] = [], without: Set<EventType> = [],
    failing: @escaping @Sendable (EventEnvelope) throws -> Void = { _ in }
  ) -> Subscription {
    let all = [
      Route.on(ReportDrafted.self) { transaction, events in
        for event in events { try failing(event.envelope) }
        try journal.keep(events.map(\.envelope), in: transaction)
      },
      Route.on(ReportAccepted.self) { transaction, events in
        for event in events { try failing(event.envelope) }
        try journal.keep(events.map(\.envelope), in: transaction)
      },
    ]
    return Subscription(
      consumer, area: .intake, replay: .projection,
      routes: all.filter { !without.contains($0.type) } + routes,
      ignored: [CycleClosed.type, IntakeRepublishRequested.type])
  }

  static func applier(_ subscription: Subscription) -> BatchApplier {
    BatchApplier(subscription: subscription, reader: .case, gapPatience: .seconds(60))
  }
}

/// What handlers did, kept in the store itself, so that it is rolled back with everything else:
/// each handled event adds one fact to a `case/…` stream of the same name.
///
/// An event handled twice or out of order shows in that stream.
final class Journal: Sendable {
  private let callsMade = Mutex<[[String]]>([])

  /// The calls of handlers, also of transactions that were rolled back.
  var calls: [[String]] { callsMade.withLock { $0 } }

  static func stream(for stream: StreamID) -> StreamID { Samples.stream("case/\(stream.id)") }

  func keep(_ events: [EventEnvelope], in transaction: borrowing AnyTransaction) throws {
    callsMade.withLock { $0.append(events.map(\.id)) }
    for event in events {
      let stream = Self.stream(for: event.stream)
      try transaction.append([
        StreamAppend(
          stream: stream, expected: try transaction.lastSequences(of: [stream])[stream] ?? 0,
          events: [
            ConferenceHeld(
              caseID: Samples.id(stream.id), heldAt: event.time, minutesHash: event.id)
          ], origin: EventOrigin(reactingTo: event, in: .case))
      ])
    }
  }

  /// The ids of the events that were handled for `stream`, in order.
  static func handled(_ stream: StreamID, in store: MemoryStore) throws -> [String] {
    try store.look { transaction in
      try transaction.history(of: Journal.stream(for: stream)).map {
        try EventCodec.decode(ConferenceHeld.self, from: $0).minutesHash
      }
    }
  }
}

/// One reader over memory.
struct World {
  let pace = VirtualPace()
  let broker: MemoryBroker
  let store: MemoryStore
  let observer = RecordingObserver()
  let journal = Journal()
  let calendar = ManualCalendar()
  var limits = EngineLimits()
  var brokerForgets = false

  init(partitions: Int32 = 1, fault: @escaping @Sendable () -> MemoryStore.Fault? = { nil }) {
    broker = MemoryBroker(partitions: partitions)
    store = MemoryStore(area: .case, pace: pace, fault: fault)
  }

  var environment: EngineEnvironment {
    EngineEnvironment(
      area: .case, store: store, observer: observer, calendar: calendar,
      brokerForgets: brokerForgets, pace: pace, limits: limits)
  }

  func source() -> MemorySource {
    broker.join(Fixture.consumer.description, topics: [ServiceArea.intake.topic])
  }

  func reader(
    _ source: MemorySource? = nil,
    failing: @escaping @Sendable (EventEnvelope) throws -> Void = { _ in }
  ) -> Reader {
    Reader(
      Fixture.applier(Fixture.subscription(journal, failing: failing)),
      source: source ?? self.source(),
      in: environment)
  }

  func publish(_ events: EventEnvelope...) {
    for event in events {
      broker.append(
        .event(event, isRepublished: false),
        to: broker.partition(of: event.stream, in: event.area.topic))
    }
  }

  func handled(_ name: String) throws -> [String] {
    try Journal.handled(Fixture.report(name), in: store)
  }

  /// What the reader asked writers for.
  func wishes() throws -> [CaseRepublishRequested] {
    try store.look { transaction in
      try transaction.history(of: .repair(.case)).map {
        try EventCodec.decode(CaseRepublishRequested.self, from: $0)
      }
    }
  }

  func fence(_ name: String) throws -> Int64? {
    let stream = Fixture.report(name)
    return try store.look { transaction in
      try transaction.fences(Fixture.consumer, of: [stream])[stream]
    }
  }
}

extension Reader {
  /// Steps until the source has nothing more.
  mutating func settle(atMost steps: Int = 100) async throws {
    for _ in 0..<steps where try await step() == .nothing { return }
  }
}

struct HandlerFailed: Error {}
