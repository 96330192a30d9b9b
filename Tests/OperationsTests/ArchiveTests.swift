import EventStream
import Foundation
import PostgresStore
import PostgresTestSupport
import ReviewEvents
import TestSupport
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(3))) struct `A year of the log` {
  /// Everything that the log holds, places and moments included.
  private static let log = """
    select concat_ws('|', position, recorded_year, stream, sequence, event_type, data_version,
                     recorded_at, logged_at, actor, correlation_id, causation_id,
                     coalesce(traceparent, '-'), payload)
      from event_log order by position
    """
  private static let heads = """
    select concat_ws('@', stream, last_sequence, archived_year) from stream_head order by stream
    """

  private struct Picture: Equatable {
    let log: [String?]
    let heads: [String?]

    init(_ bench: OperationsBench) async throws {
      log = try await bench.database.texts(`A year of the log`.log)
      heads = try await bench.database.texts(`A year of the log`.heads)
    }
  }

  /// A bench with two ended cases of 2021, one that goes on in 2022, and a person; all published.
  private static func with(
    _ body: (OperationsBench, _ folder: String) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await OperationsBench.with { bench in
      try await bench.advance("C1", "C2", "C1", "C3")
      try await record("person/P1", at: "2021-05-01T00:00:00Z", in: bench)
      try await record("case/C3", at: "2022-01-01T00:00:00Z", in: bench)
      try await bench.database.asOwner("delete from outbox")
      try await body(bench, folder.path)
    }
  }

  private static func record(_ stream: String, at time: String, in bench: OperationsBench)
    async throws
  {
    let stream = Samples.stream(stream)
    let origin = EventOrigin(
      time: try Instant(time), actor: Samples.origin.actor, trace: Samples.origin.trace)
    try await bench.store.commit { transaction in
      let last = try transaction.lastSequences(of: [stream])[stream] ?? 0
      try transaction.append([
        StreamAppend(
          stream: stream, expected: last, events: [CaseApproved(caseID: Samples.id("C"))],
          origin: origin)
      ])
      if stream.description.hasPrefix("case/") { try Sample.save("C3", last + 1, in: transaction) }
    }
  }

  private func streams(_ bench: OperationsBench) async throws -> [String?] {
    try await bench.database.texts("select distinct stream from event_log order by 1")
  }

  @Test func `goes to a file and comes back as it was`() async throws {
    try await Self.with { bench, folder in
      let before = try await Picture(bench)
      let values = ["year": "2021", "into": folder]
      let answer = try #require(try await bench.run("log archive", values) as? ArchiveAnswer)
      #expect((answer.facts, answer.streams) == (3, 2))
      #expect(try await streams(bench) == ["case/C3", "person/P1"], "what goes on stays whole")
      #expect(try await bench.run("verify log").exitCode == 0)
      #expect(try await bench.run("log archives").text.hasPrefix("2021: 3 facts of 2 streams"))
      #expect(try await bench.run("log verify-archive", values).text.contains("is whole"))
      // Whatever would need the year says so.
      await bench.expectRefusal(
        "log-archived", "replay run",
        ["read-model": "case-tracking.sheets", "into": "shadow", "from-log": "true"])
      await #expect(throws: StoreError.self) { try await bench.advance("C1") }
      try await bench.advance("C3", "C4")

      try await bench.run("log restore-archive", values)
      try await bench.database.asOwner(
        """
        delete from event_log where stream = 'case/C4' or (stream = 'case/C3' and sequence = 3);
        delete from stream_head where stream = 'case/C4'; delete from outbox;
        update stream_head set last_sequence = 2 where stream = 'case/C3';
        """)
      #expect(try await Picture(bench) == before)
      #expect(
        try await bench.database.texts(
          "select outcome from audit where operation like 'log %archive' order by id")
          == ["begun", "done", "begun", "done"])
    }
  }

  @Test func `that was restored is replayed like one that never went`() async throws {
    try await Self.with { bench, folder in
      let values = ["year": "2021", "into": folder]
      try await bench.run("log archive", values)
      try await bench.run("log restore-archive", values)
      let model = ["read-model": "case-tracking.sheets"]
      try await bench.run(
        "replay run", model.merging(["into": "shadow", "from-log": "true"]) { one, _ in one })
      #expect(try await bench.run("replay compare", model).exitCode == 0)
      // And it can go again, to the same bytes of facts.
      try await bench.run("log archive", values)
      #expect(try await bench.run("log verify-archive", values).exitCode == 0)
    }
  }

  @Test(arguments: ["flip", "cut", "plain", "other", "manifest", "gone"])
  func `is not restored from a file that was changed`(_ damage: String) async throws {
    try await Self.with { bench, folder in
      let values = ["year": "2021", "into": folder]
      try await bench.run("log archive", values)
      let before = try await Picture(bench)
      let file = URL(filePath: folder).appending(path: "case-tracking-log-2021.jsonl.gz")
      let manifest = URL(filePath: folder).appending(path: "case-tracking-log-2021.json")
      var bytes = try Data(contentsOf: file)
      switch damage {
      case "flip": bytes[bytes.count / 2] ^= 1
      case "cut": bytes.removeLast(12)
      case "plain": bytes = Data("{}\n".utf8)
      case "other": bytes.append(bytes)
      case "manifest": try Data("{}".utf8).write(to: manifest)
      default: try FileManager.default.removeItem(at: manifest)
      }
      try bytes.write(to: file)
      await bench.expectRefusal("archive-damaged", "log verify-archive", values)
      await bench.expectRefusal("archive-damaged", "log restore-archive", values)
      #expect(try await Picture(bench) == before)
    }
  }

  /// Whoever changes file and manifest together is found by what the database remembers.
  @Test func `is not restored from another archive of the same year`() async throws {
    try await Self.with { bench, folder in
      let values = ["year": "2021", "into": folder]
      try await bench.run("log archive", values)
      try await bench.database.asOwner("update archived_log set digest = digest + 1")
      let before = try await Picture(bench)
      await bench.expectRefusal("archive-differs", "log restore-archive", values)
      #expect(try await Picture(bench) == before)
    }
  }

  @Test func `stays in the log when its file cannot be written`() async throws {
    try await Self.with { bench, folder in
      let before = try await Picture(bench)
      await bench.expectRefusal(
        "archive-not-written", "log archive", ["year": "2021", "into": folder + "/missing"])
      #expect(try await Picture(bench) == before)
    }
  }

  @Test func `stays in the log when something of it was not published`() async throws {
    try await Self.with { bench, folder in
      let values = ["year": "2021", "into": folder]
      try await bench.advance("C5")
      let before = try await Picture(bench)
      await bench.expectRefusal("log-moved", "log archive", values)
      #expect(try await Picture(bench) == before)
      try await bench.database.asOwner("delete from outbox")
      try await bench.run("log archive", values)
      #expect(try await streams(bench) == ["case/C3", "person/P1"])
    }
  }

  @Test func `stays in the log when whoever takes it out is killed`() async throws {
    try await Self.with { bench, folder in
      let values = ["year": "2021", "into": folder]
      let before = try await Picture(bench)
      let store = bench.store
      // As an append that is under way: the file is written, taking out waits, and is ended.
      let append = Task {
        try await store.commit { transaction in
          try transaction.rows(
            "select pg_advisory_xact_lock_shared(hashtextextended('event-log', 0))", [])
          for _ in 0..<1_000 {
            let ended = try transaction.rows(
              """
              select pg_stat_clear_snapshot(), pg_sleep(0.01), count(pg_terminate_backend(pid))
                from pg_stat_activity
               where wait_event_type = 'Lock' and query like 'select log_archive(%'
              """, [])
            if try ended[0].integer(2) > 0 { return }
          }
        }
      }
      await #expect(throws: StoreError.self) { try await bench.run("log archive", values) }
      try await append.value
      #expect(try await Picture(bench) == before)
      try await bench.run("log archive", values)
      #expect(try await bench.run("verify log").exitCode == 0)
    }
  }

  @Test func `goes only when it is over, and the oldest first`() async throws {
    try await Self.with { bench, folder in
      let year = Calendar(identifier: .gregorian).component(.year, from: .now)
      for young in [year, year - 1] {
        await bench.expectRefusal(
          "year-not-over", "log archive", ["year": "\(young)", "into": folder])
      }
      await bench.expectRefusal(
        "earlier-year-first", "log archive", ["year": "2022", "into": folder])
      await bench.expectRefusal(
        "nothing-to-archive", "log archive", ["year": "2020", "into": folder])
      try await bench.run("log archive", ["year": "2021", "into": folder])
      await bench.expectRefusal(
        "already-archived", "log archive", ["year": "2021", "into": folder])
      // A stream goes whole, with the year of its last fact.
      try await bench.run("log archive", ["year": "2022", "into": folder])
      #expect(try await streams(bench) == ["person/P1"])
      #expect(try await bench.run("verify log").exitCode == 0)
      try await bench.run("log restore-archive", ["year": "2022", "into": folder])
      #expect(try await streams(bench) == ["case/C3", "person/P1"])
    }
  }
}
