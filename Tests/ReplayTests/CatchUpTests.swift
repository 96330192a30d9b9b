import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct `Facts that become live during a rebuild` {
  @Test(arguments: [true, false])
  func `are caught up, whether the feed can look streams up or not`(
    canLookUp: Bool
  ) async throws {
    try await Workbench.with(canLookUp: canLookUp) { bench in
      try await bench.writeAndConsume(reports: 40, rounds: 10)
      try await bench.advance((0..<40).map { "C\($0)" })
      // Told before the rebuild begins, live only after the first reading passed them by.
      let late = (0..<150).map { bench.writer.draft("R\($0 % 50)", "late \($0)") }
      let control = WatchingControl { number in
        guard (8..<12).contains(number) else { return }
        if number == 8 { try await bench.consume(late) }
        try await bench.writeAndConsume(reports: 5, rounds: 2, seed: UInt64(number))
        try await bench.advance(["C\(number)", "D\(number)"])
      }
      let first = try await bench.rebuild(control: control).run()
      #expect(control.all.count > 12)
      #expect(first.done > 600)
      let progress = try await bench.rebuild().catchUp(first)
      #expect(try await bench.site.compare(bench.model, samples: 20).isEqual)
      #expect(progress.done == (try await bench.site.size(of: bench.model)))
      #expect((bench.writer.lookUps > 0) == canLookUp)
      #expect(try await bench.store.commit { try $0.openGaps() } == 0)
    }
  }

  @Test func `are read again from where the first of them was passed by`() async throws {
    try await Workbench.with(canLookUp: false) { bench in
      try await bench.writeAndConsume(reports: 97, rounds: 2)
      let late = (0..<97).map { bench.writer.draft("R\($0)", "late") }
      let progress = try await bench.rebuild().run()
      #expect(progress.bookmarks == ["case.intake": "291"])
      #expect(progress.waiting == ["case.intake": "194"])
      try await bench.consume(Array(late[..<50]))
      let next = try await bench.rebuild().catchUp(progress)
      #expect(bench.writer.bookmarks == [nil, "194"])
      #expect(next.done == 244)
      #expect(next.waiting == ["case.intake": "194"])
      try await bench.consume(Array(late[50...]))
      let last = try await bench.rebuild().catchUp(next)
      #expect(last.done == 291)
      #expect(last.waiting == [:])
      #expect(try await bench.site.compare(bench.model, samples: 20).isEqual)
    }
  }

  @Test func `are looked up many streams to a transaction`() async throws {
    try await Workbench.with { bench in
      let facts = (0..<60).map { bench.writer.draft("R\($0)") }
      _ = try await bench.rebuild().run()
      try await bench.consume(facts)
      let progress = try await bench.rebuild().catchUp(RebuildProgress(expected: 0))
      #expect(progress.done == 60)
      #expect(bench.writer.lookUps == 60)
      #expect(try await bench.site.compare(bench.model, samples: 20).isEqual)
    }
  }
}
