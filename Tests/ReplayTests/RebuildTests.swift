import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import TestSupport
import Testing

@testable import EventStream

@Suite(.timeLimit(.minutes(3))) struct `A rebuild` {
  @Test func `gives tables equal to the live ones, and performs nothing`() async throws {
    try await Workbench.with { bench in
      try await bench.writeAndConsume(reports: 300, rounds: 8)
      for _ in 0..<4 { try await bench.advance((0..<60).map { "C\($0)" }) }
      let expected = try await bench.site.size(of: bench.model)
      let mails = bench.effects.total
      let control = WatchingControl()
      let progress = try await bench.rebuild(control: control).run()
      let comparison = try await bench.site.compare(bench.model, samples: 20)
      #expect(comparison.isEqual)
      #expect(comparison.samples == [])
      #expect(comparison.tables.map(\.name) == ["report_sheet", "case_sheet"])
      #expect(comparison.tables.map(\.streams) == [300, 60])
      #expect(comparison.tables.map(\.liveRows) == comparison.tables.map(\.shadowRows))
      #expect(expected == 2_640)
      #expect(progress.expected == expected)
      #expect(progress.done == expected)
      #expect(progress.folded == 60)
      #expect(progress.ratio == 1)
      #expect(control.all.map(\.done) == control.all.map(\.done).sorted())
      #expect(control.all.count > 2_400 / 97)
      #expect(mails > 200)
      #expect(progress.heldBack.values.reduce(0, +) == mails)
      #expect(
        progress.heldBack.keys.sorted() == ["mail report-accepted-1", "mail report-accepted-2"])
      #expect(bench.effects.total == mails)
      let queued = try await bench.database.texts("select count(*) from mail_queue")
      #expect(queued == ["\(mails)"])
    }
  }

  @Test func `of nothing is complete and equal`() async throws {
    try await Workbench.with { bench in
      let comparison = try await bench.comparisonAfterRebuild()
      #expect(comparison.isEqual)
      #expect(try await bench.site.size(of: bench.model) == 0)
    }
  }

  @Test func `stops where the live consumer stands`() async throws {
    try await Workbench.with { bench in
      try await bench.consume((0..<3).map { bench.writer.draft("R1", "\($0)") })
      for number in 3..<6 { bench.writer.draft("R1", "\(number)") }
      bench.writer.draft("R2")
      let progress = try await bench.rebuild().run()
      #expect(progress.done == 3)
      #expect(try await bench.site.compare(bench.model, samples: 20).isEqual)
      let shadow = try await bench.liveRows(in: "shadow_case_sheets")
      #expect(shadow == ["(R1,3,2,f)"])
    }
  }

  @Test func `stops a parked stream where it is parked`() async throws {
    try await Workbench.with { bench in
      let unknown = bench.writer.write("R1", CycleClosed(cycleID: Samples.id("2021")))
      try await bench.consume([bench.writer.draft("R2"), unknown, bench.writer.draft("R1")])
      let parked = try await bench.store.commit { try $0.parkedTotals() }
      #expect(parked == ParkedTotals(streams: 1, events: 2))
      try await bench.expectLiveIsRight()
      let shadow = try await bench.liveRows(in: "shadow_case_sheets")
      #expect(shadow == ["(R2,1,h,f)"])
    }
  }

  @Test func `passes over what an operator discarded`() async throws {
    try await Workbench.with { bench in
      let first = bench.writer.draft("R1")
      let unknown = bench.writer.write("R1", CycleClosed(cycleID: Samples.id("2021")))
      try await bench.consume([first, unknown])
      try await discard(unknown, bench)
      try await bench.consume([bench.writer.draft("R1", "last")])
      try await bench.expectLiveIsRight()
      #expect(try await bench.liveRows() == ["(R1,2,last,f)"])
    }
  }

  @Test func `passes over what is discarded while it runs`() async throws {
    try await Workbench.with { bench in
      try await bench.consume((0..<100).map { bench.writer.draft("R2", "\($0)") })
      let unknown = bench.writer.write("R1", CycleClosed(cycleID: Samples.id("2021")))
      try await bench.consume([unknown])
      let control = WatchingControl { number in
        guard number == 2 else { return }
        try await discard(unknown, bench)
      }
      _ = try await bench.rebuild(control: control).run()
      #expect(try await bench.site.compare(bench.model, samples: 20).isEqual)
    }
  }

  /// What discarding does: the event is noted, the fence passes it, the rest goes on.
  private func discard(_ event: EventEnvelope, _ bench: Workbench) async throws {
    try await bench.store.commit { transaction in
      try transaction.rows(
        """
        insert into discarded (consumer, event_id, stream, sequence, reason, operator)
        values ($1, $2, $3, $4, 'not ours', 'person/P1')
        """,
        [
          .text(SampleService.consumer.description), .text(event.id),
          .text(event.stream.description), .integer(event.sequence),
        ])
      try transaction.unpark(SampleService.consumer, event.stream, through: event.sequence)
      try transaction.setFences(SampleService.consumer, to: [event.stream: event.sequence])
    }
  }

  @Test func `ends at a fact that was applied and cannot be read any more`() async throws {
    try await Workbench.with { bench in
      let unknown = bench.writer.write("R1", CycleClosed(cycleID: Samples.id("2021")))
      try await bench.store.commit { transaction in
        try transaction.setFences(SampleService.consumer, to: [unknown.stream: 1])
      }
      await #expect(throws: UnreadableHistory.self) { try await bench.rebuild().run() }
    }
  }

  @Test func `names the stream whose facts the writer lost`() async throws {
    try await Workbench.with { bench in
      try await bench.writeAndConsume(reports: 5, rounds: 6)
      for (lost, first) in [(3...3, 3), (5...6, 5), (1...6, 1)] as [(ClosedRange<Int64>, Int64)] {
        let feeds = bench.writer.without {
          $0.stream.id == "R3" && lost.contains($0.sequence)
        }
        await #expect(
          throws: ReplayRefusal.factsMissing(Samples.stream("report/R3"), from: first)
        ) { try await bench.rebuild(from: feeds).run() }
        #expect(feeds.openFeeds == 0)
      }
    }
  }

  @Test func `says that it cannot catch up with a feed that lacks facts`() async throws {
    try await Workbench.with(canLookUp: false) { bench in
      try await bench.writeAndConsume(reports: 5, rounds: 6)
      let feeds = bench.writer.without(canLookUp: false) {
        $0.stream.id == "R3" && $0.sequence == 6
      }
      await #expect(
        throws: ReplayRefusal.cannotCatchUp(
          SampleService.consumer, Samples.stream("report/R3"))
      ) { try await bench.rebuild(from: feeds).run() }
      #expect(feeds.openFeeds == 0)
    }
  }

  @Test func `refuses to fold half a story of its own`() async throws {
    try await Workbench.with { bench in
      for _ in 0..<3 { try await bench.advance(["C1", "C2"]) }
      try await bench.database.asOwner(
        "delete from event_log where stream = 'case/C2' and sequence = 2")
      await #expect(throws: ReplayRefusal.factsMissing(Samples.stream("case/C2"), from: 2)) {
        try await bench.rebuild().run()
      }
    }
  }
}
