import EventStream
import PostgresStore
import PostgresTestSupport
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(3))) struct `Recovering a log` {
  /// Everything of the log but where and when it was written down here.
  private static let log = """
    select concat_ws('|', stream, sequence, recorded_year, event_type, data_version, recorded_at,
                     actor, correlation_id, causation_id, coalesce(traceparent, '-'), payload)
      from event_log order by stream, sequence
    """
  private static let heads =
    "select stream || '@' || last_sequence from stream_head order by stream"
  private static let sheets = "select case_id || ' ' || facts from case_sheet order by case_id"

  private struct Picture: Equatable {
    let log: [String?]
    let heads: [String?]
    let sheets: [String?]

    init(_ bench: OperationsBench) async throws {
      log = try await bench.database.texts(`Recovering a log`.log)
      heads = try await bench.database.texts(`Recovering a log`.heads)
      sheets = try await bench.database.texts(`Recovering a log`.sheets)
    }
  }

  /// Six facts of three streams that were published; then the database is put back to two of them.
  private func restored(_ bench: OperationsBench) async throws -> Picture {
    try await bench.advance("C1", "C2", "C1", "C1", "C3", "C3")
    let published = try await bench.store.commit { transaction in
      try transaction.setPublishedCluster("cluster-1")
      return try transaction.log(after: 0, limit: 100).map(\.event)
    }
    bench.topic.state.withLock { $0.records = published }
    let before = try await Picture(bench)
    try await bench.database.asOwner(
      """
      delete from outbox;
      delete from event_log where stream = 'case/C3' or (stream = 'case/C1' and sequence > 1);
      delete from stream_head where stream = 'case/C3';
      update stream_head set last_sequence = 1 where stream = 'case/C1';
      delete from case_sheet where case_id = 'C3';
      update case_sheet set facts = 1 where case_id = 'C1';
      """)
    return before
  }

  private func missing(_ bench: OperationsBench) async throws -> SurveyAnswer {
    try #require(try await bench.run("log missing") as? SurveyAnswer)
  }

  private func isMarked(_ bench: OperationsBench) async throws -> Bool {
    try await bench.store.commit { try RecoveryTable.isMarked(in: $0) }
  }

  @Test func `brings back exactly what was published, and what follows from it`() async throws {
    try await OperationsBench.with { bench in
      let before = try await restored(bench)
      // Repeats are normal in a topic, and so is a later record before one that was sent again.
      bench.topic.state.withLock { state in
        state.records.swapAt(2, 3)
        state.records += state.records
      }
      let found = try await missing(bench)
      #expect((found.facts, found.streams, found.gapCount, found.exitCode) == (4, 2, 0, 1))
      let answer = try #require(try await bench.run("log recover") as? RecoveryAnswer)
      #expect((answer.facts, answer.streams) == (4, 2))
      #expect(try await Picture(bench) == before)
      #expect(
        try await bench.database.texts("select stream from outbox") == [],
        "what was published once is not published again")
      #expect(try await bench.run("verify log").exitCode == 0)
      #expect(try await missing(bench).exitCode == 0)
      let again = try #require(try await bench.run("log recover") as? RecoveryAnswer)
      #expect(again.facts == 0)
      #expect(try await Picture(bench) == before)
      #expect(
        try await bench.database.texts(
          "select outcome from audit where operation = 'log recover' order by 1")
          == ["begun", "begun", "done", "done"])
      // The streams go on where they were.
      try await bench.advance("C1", "C4")
      #expect(try await bench.run("verify log").exitCode == 0)
    }
  }

  @Test func `refuses when the service took commands after the restore`() async throws {
    try await OperationsBench.with { bench in
      _ = try await restored(bench)
      try await bench.advance("C3")
      try await bench.database.asOwner(
        "update event_log set causation_id = 'another' where stream = 'case/C3'")
      let damaged = try await Picture(bench)
      let found = try await missing(bench)
      #expect(found.contradictions == ["case/C3@1: the log holds another fact in its place"])
      await bench.expectRefusal("log-contradicts", "log recover")
      #expect(try await Picture(bench) == damaged)
      #expect(try await !isMarked(bench))
    }
  }

  @Test func `refuses when the topic itself tells two stories`() async throws {
    try await OperationsBench.with { bench in
      _ = try await restored(bench)
      let damaged = try await Picture(bench)
      bench.topic.state.withLock { state in
        var other = state.records[state.records.count - 1]
        other.payload = Array("{}".utf8)
        state.records.append(other)
      }
      await bench.expectRefusal("log-contradicts", "log recover")
      #expect(try await Picture(bench) == damaged)
    }
  }

  @Test func `refuses to leave a gap, and says which facts nobody has`() async throws {
    try await OperationsBench.with { bench in
      _ = try await restored(bench)
      let damaged = try await Picture(bench)
      bench.topic.state.withLock { state in
        state.records.removeAll { $0.id == "case/C1@2" }
        state.beginnings = ["review.case.v1/0 begins at offset 4"]
      }
      let found = try await missing(bench)
      #expect(found.gaps == ["case/C1: 1 facts between 2 and 2 are in neither"])
      #expect(found.text.contains("begins at offset 4"))
      await bench.expectRefusal("topic-incomplete", "log recover")
      #expect(try await Picture(bench) == damaged)
    }
  }

  @Test func `takes nothing from another cluster unless that is named`() async throws {
    try await OperationsBench.with { bench in
      let before = try await restored(bench)
      bench.topic.state.withLock { $0.cluster = "cluster-2" }
      await bench.expectRefusal("cluster-differs", "log recover")
      await bench.expectRefusal("cluster-differs", "log recover", ["accept-cluster": "cluster-1"])
      bench.topic.state.withLock { $0.cluster = nil }
      await bench.expectRefusal("cluster-unknown", "log recover")
      bench.topic.state.withLock { $0.cluster = "cluster-2" }
      try await bench.run("log recover", ["accept-cluster": "cluster-2"])
      #expect(try await Picture(bench) == before)
    }
  }

  @Test func `waits for no instance that runs, and asks before many facts`() async throws {
    try await OperationsBench.with { bench in
      let before = try await restored(bench)
      let relay = try #require(try await bench.store.tryLock(.relay))
      await bench.expectRefusal("instance-runs", "log recover")
      await relay.release()
      var careful = OperationSafety()
      careful.unconfirmedEventsMax = 3
      await bench.expectRefusal("confirmation-missing", safety: careful, "log recover")
      await bench.expectRefusal(
        "confirmation-stale", safety: careful, "log recover", ["confirm": "5"])
      try await bench.run("log recover", ["confirm": "4"], safety: careful)
      #expect(try await Picture(bench) == before)
    }
  }

  @Test(arguments: 0...5) func `goes on where it broke off`(pages: Int) async throws {
    try await OperationsBench.with { bench in
      let before = try await restored(bench)
      bench.topic.state.withLock { $0.breaksOff = (reading: 2, pages: pages) }
      await #expect(throws: SampleTopic.Lost.self) { try await bench.run("log recover") }
      #expect(try await isMarked(bench), "a service that starts now stays closed")
      try await bench.run("log recover")
      #expect(try await Picture(bench) == before)
      #expect(try await !isMarked(bench))
    }
  }

  // MARK: At the start of a service

  private func isClosed(_ bench: OperationsBench) async throws -> Bool {
    try await RestoreCheck(RecoveryDesk(bench.site(), topic: bench.topic, rows: nil)).run()
  }

  @Test func `is asked for by a service that finds its topic ahead, and by the mark`()
    async throws
  {
    try await OperationsBench.with { bench in
      _ = try await restored(bench)
      bench.topic.state.withLock { $0.cluster = "cluster-2" }
      #expect(try await !isClosed(bench), "another cluster says nothing of this log")
      bench.topic.state.withLock { $0.cluster = "cluster-1" }
      #expect(try await isClosed(bench))
      bench.topic.state.withLock { $0.cluster = nil }
      #expect(try await isClosed(bench), "the mark stays while the broker is away")
      bench.topic.state.withLock { $0.cluster = "cluster-1" }
      try await bench.run("log recover")
      #expect(try await !isClosed(bench))
    }
  }

  @Test func `is followed by hearing what the others told since the backup`() async throws {
    try await OperationsBench.with { bench in
      let site = bench.site()
      let catchingUp = CatchingUp(site, [bench.sample.live]) { _ in }
      let facts = [bench.writer.draft("R1", "a"), bench.writer.draft("R1", "b")]
      #expect(try await catchingUp.look(), "nothing was restored")
      _ = try await restored(bench)
      try await bench.run("log recover")
      #expect(try await !catchingUp.look())
      bench.writer.isAway.withLock { $0 = true }
      await #expect(throws: SampleWriter.Away.self) { try await catchingUp.look() }
      bench.writer.isAway.withLock { $0 = false }
      try await bench.consume([facts[0]])
      #expect(try await !catchingUp.look())
      try await bench.consume([facts[1]])
      #expect(try await catchingUp.look())
      _ = bench.writer.draft("R2", "a")
      #expect(try await catchingUp.look(), "it is over for good")
    }
  }

  @Test func `is over, with nothing missing, for a database that was only marked`() async throws {
    try await OperationsBench.with { bench in
      _ = try await restored(bench)
      try await bench.run("log recover")
      try await bench.store.commit { try RecoveryTable.mark(in: $0) }
      #expect(try await missing(bench).exitCode == 1)
      try await bench.run("log recover")
      #expect(try await missing(bench).exitCode == 0)
    }
  }
}
