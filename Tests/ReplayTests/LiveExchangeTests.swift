import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct `An exchange beside live work` {
  private func environment(_ bench: Workbench, _ observer: RecordingObserver)
    -> EngineEnvironment
  {
    var limits = EngineLimits()
    limits.batchRecordsMax = 20
    limits.outagePause = .milliseconds(5)
    limits.outagePauseMax = .milliseconds(20)
    return EngineEnvironment(
      area: .case, store: bench.store, observer: observer, calendar: ManualCalendar(),
      brokerForgets: true, limits: limits)
  }

  private func member(
    _ bench: Workbench, of broker: MemoryBroker, _ observer: RecordingObserver
  ) -> Consumer {
    Consumer(
      SampleService.subscription(bench.effects), in: environment(bench, observer),
      makeSource: {
        PacedSource(
          source: broker.join(
            SampleService.consumer.description, topics: [ServiceArea.intake.topic]))
      })
  }

  /// Everything that an exchange must not lead to.
  private func troubles(_ observer: RecordingObserver) -> [EngineEvent] {
    observer.all { event in
      switch event {
      case .parked, .handlerFailed, .gap, .sourceFailed: event
      default: nil
      }
    }
  }

  private func publish(_ fact: EventEnvelope, to broker: MemoryBroker) {
    broker.append(
      .event(fact, isRepublished: false),
      to: broker.partition(of: fact.stream, in: ServiceArea.intake.topic))
  }

  private func heard(_ bench: Workbench) async throws -> Int64 {
    try await bench.store.commit {
      try $0.progress().heard[SampleService.consumer.description] ?? 0
    }
  }

  @Test func `loses nothing of hundreds of commands and facts`() async throws {
    try await Workbench.with { bench in
      let (broker, observer) = (MemoryBroker(), RecordingObserver())
      let consumers = (0..<2).map { _ in member(bench, of: broker, observer) }
      try await withThrowingDiscardingTaskGroup { group in
        for consumer in consumers { group.addTask { try await consumer.run() } }
        try await withThrowingTaskGroup(of: Void.self) { work in
          work.addTask { try await publishFacts(bench, to: broker) }
          for worker in 0..<3 { work.addTask { try await runCommands(bench, worker) } }
          work.addTask { try await exchangeRepeatedly(bench) }
          try await work.waitForAll()
        }
        let total = Int64(bench.writer.facts.count)
        try await waitUntil { try await heard(bench) == total }
        group.cancelAll()
      }
      let accepted = bench.writer.facts.count { $0.type == ReportAccepted.type }
      let mails = try await bench.database.texts("select count(*) from mail_queue")
      #expect(mails == ["\(accepted)"])
      let commands = try await bench.database.texts("select sum(facts) from case_sheet")
      #expect(commands == ["600"])
      #expect(try await bench.store.commit { try $0.parkedTotals().events } == 0)
      #expect(try await bench.store.commit { try $0.openGaps() } == 0)
      #expect(troubles(observer) == [])
      try await bench.expectLiveIsRight()
    }
  }

  private func publishFacts(_ bench: Workbench, to broker: MemoryBroker) async throws {
    var random = SplitMix64(seed: 5)
    for number in 0..<3_000 {
      let report = "R\(Int.random(in: 0..<60, using: &random))"
      publish(
        random.chance(oneIn: 9)
          ? try bench.writer.accept(report) : bench.writer.draft(report, "\(number)"), to: broker)
      if number.isMultiple(of: 10) { try await Task.sleep(for: .milliseconds(6)) }
    }
  }

  private func runCommands(_ bench: Workbench, _ worker: Int) async throws {
    var random = SplitMix64(seed: UInt64(worker))
    var done = 0
    while done < 200 {
      let name = "C\(Int.random(in: 0..<40, using: &random))"
      do {
        try await bench.advance([name])
        done += 1
        // Two workers met in one stream: the next attempt decides anew.
      } catch StoreError.staleStream {}
    }
  }

  /// Four exchanges in a row: new, back, forth, new again.
  private func exchangeRepeatedly(_ bench: Workbench) async throws {
    try await Task.sleep(for: .milliseconds(50))
    try await bench.exchange().swap(try await bench.rebuild().run())
    try await bench.exchange().undo()
    try await bench.exchange().undo()
    try await bench.exchange().swap(try await bench.rebuild().run())
  }

  @Test func `lets a transaction that began before it write into the new table`() async throws {
    try await Workbench.with { bench in
      for _ in 0..<2 { try await bench.advance(["C1", "C2"]) }
      let progress = try await bench.rebuild().run()
      let (appended, exchanged) = (Gate(), Gate())
      async let command: Void = bench.store.commit { transaction in
        try SampleService.advance("C1", in: transaction) {
          appended.open()
          #expect(exchanged.pass())
        }
      }
      try await waitUntil { appended.isOpen }
      let table = "select 'case_sheet'::regclass::oid::text"
      let before = try await bench.database.texts(table)
      try await bench.exchange().swap(progress)
      #expect(try await bench.database.texts(table) != before)
      #expect(
        try await bench.liveRows() == [
          "(C1,review.case.case-acknowledged,2)", "(C2,review.case.case-acknowledged,2)",
        ])
      exchanged.open()
      try await command
      #expect(
        try await bench.liveRows() == [
          "(C1,review.case.case-closed,3)", "(C2,review.case.case-acknowledged,2)",
        ])
      try await bench.expectLiveIsRight()
      // The way back knows the command as well.
      try await bench.exchange().swap(try await bench.rebuild().run())
      try await bench.exchange().undo()
      #expect(try await bench.liveRows().first == "(C1,review.case.case-closed,3)")
    }
  }

  @Test func `waits for a transaction that wrote the old table`() async throws {
    try await Workbench.with { bench in
      try await bench.advance(["C1"])
      let progress = try await bench.rebuild().run()
      let (written, end) = (Gate(), Gate())
      async let command: Void = bench.store.commit { transaction in
        try SampleService.advance("C1", in: transaction)
        written.open()
        #expect(end.pass())
      }
      try await waitUntil { written.isOpen }
      async let swap: Void = bench.exchange().swap(progress)
      try await waitUntil {
        try await bench.database.texts(
          """
          select relation::regclass::text from pg_locks
           where not granted and locktype = 'relation'
             and database = (select oid from pg_database where datname = current_database())
          """) == ["case_sheet"]
      }
      // At once: the exchange that waits here goes on as soon as the command has ended.
      end.open()
      try await command
      try await swap
      #expect(try await bench.liveRows() == ["(C1,review.case.case-acknowledged,2)"])
      try await bench.expectLiveIsRight()
    }
  }

  @Test func `holds its consumer up without parking anything`() async throws {
    try await Workbench.with { bench in
      let (broker, observer) = (MemoryBroker(), RecordingObserver())
      try await bench.consume([bench.writer.draft("R1")])
      let hold = try #require(
        try await bench.store.tryLock(.holding(SampleService.consumer)))
      let partition = broker.partition(
        of: Samples.stream("report/R1"), in: ServiceArea.intake.topic)
      await #expect(throws: StoreError.busy) {
        try await bench.store.commit { try $0.lockPosition(SampleService.consumer, partition) }
      }
      let consumer = member(bench, of: broker, observer)
      for fact in bench.writer.facts { publish(fact, to: broker) }
      for number in 0..<5 { publish(bench.writer.draft("R\(number)"), to: broker) }
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask { try await consumer.run() }
        try await waitUntil {
          observer.all { event -> Bool? in
            guard case .storeAway(_, "StoreError.busy", _) = event else { return nil }
            return true
          }.count > 5
        }
        #expect(try await heard(bench) == 1)
        #expect(observer.batches == [])
        await hold.release()
        try await waitUntil { try await heard(bench) == 6 }
        group.cancelAll()
      }
      #expect(try await bench.store.commit { try $0.parkedTotals().events } == 0)
      #expect(troubles(observer) == [])
      try await bench.expectLiveIsRight()
    }
  }

  @Test func `gives up when a consumer does not pause`() async throws {
    try await Workbench.with { bench in
      let progress = try await bench.rebuild().run()
      let held = try #require(
        try await bench.store.tryLock(.holding(SampleService.consumer)))
      await #expect(throws: ReplayRefusal.consumerBusy(SampleService.consumer)) {
        try await bench.exchange().swap(progress)
      }
      await held.release()
      try await waitUntil {
        do { try await bench.exchange().swap(progress) } catch is ReplayRefusal { return false }
        return true
      }
    }
  }
}
