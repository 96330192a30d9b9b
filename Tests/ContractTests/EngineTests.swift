import EventRelay
import EventStream
import ReviewEvents
import TestSupport
import Testing

/// The engine over what it runs on: what one service appends, another has applied.
@Suite(.timeLimit(.minutes(2))) struct `The engine between two databases` {
  private let consumer: ConsumerName = "case.intake"
  private let names = (1...20).map { "s\($0)" }

  @Test func `carries every fact from log to log, in order and once`() async throws {
    try await BrokerKind.embedded.with { broker in
      try await Database.with(area: .intake) { intake in
        try await Database.with(area: .case) { reader in
          try await carry(from: intake, to: reader, over: broker)
        }
      }
    }
  }

  private func carry(
    from intake: any Store, to reader: any Store, over broker: Broker
  ) async throws {
    let observer = RecordingObserver()
    let relay = Relay(
      broker.sink, wakeUp: CoalescingSignal(), in: environment(.intake, intake, observer))
    let consumer = Consumer(
      subscription, in: environment(.case, reader, observer),
      makeSource: { try await broker.join("case.intake", [ServiceArea.intake.topic]) })
    try await append(25, to: intake)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await relay.run() }
      group.addTask { try await consumer.run() }
      defer { group.cancelAll() }
      try await append(25, to: intake)
      for name in names {
        let wish = AtLeast(stream: Samples.stream("report/\(name)"), sequence: 50)
        let isVisible = try await wish.waitUntilVisible(
          to: [self.consumer], within: .seconds(40),
          in: environment(.case, reader, observer))
        #expect(isVisible)
      }
    }
    let streams = names.map { Samples.stream("case/\($0)") }
    let copies = try await reader.commit { try $0.history(of: streams) }
    for stream in streams {
      #expect(copies[stream]?.map(\.sequence) == Array(1...50))
    }
    #expect(observer.batches.reduce(0) { $0 + $1.handled } == 1_000)
    #expect(observer.batches.reduce(0) { $0 + $1.early + $1.parked } == 0)
    #expect(try await intake.commit { try $0.outbox(limit: 1).isEmpty })
  }

  /// Copies each fact into a stream of the same name: an event handled twice or out of order would
  /// be appended at the wrong place.
  private var subscription: Subscription {
    Subscription(
      consumer, area: .intake, replay: .reaction,
      routes: [
        .on(ReportDrafted.self) { transaction, events in
          let runs = Dictionary(grouping: events, by: \.envelope.stream)
          try transaction.append(
            runs.map { stream, run in
              StreamAppend(
                stream: Samples.stream("case/\(stream.id)"),
                expected: run[0].envelope.sequence - 1,
                events: run.map { _ in CaseApproved(caseID: Samples.id(stream.id)) },
                origin: Samples.origin)
            })
        }
      ], ignored: [])
  }

  private func append(_ count: Int, to store: any Store) async throws {
    for name in names {
      let stream = Samples.stream("report/\(name)")
      try await store.commit { transaction in
        try transaction.append([
          StreamAppend(
            stream: stream, expected: try transaction.lastSequences(of: [stream])[stream] ?? 0,
            events: (0..<count).map { number in
              ReportDrafted(reportID: Samples.id(name), contentHash: "\(number)")
            }, origin: Samples.origin)
        ])
      }
    }
  }

  private func environment(
    _ area: ServiceArea, _ store: any Store, _ observer: RecordingObserver
  ) -> EngineEnvironment {
    EngineEnvironment(
      area: area, store: store, observer: observer, calendar: ManualCalendar(),
      brokerForgets: true)
  }
}
