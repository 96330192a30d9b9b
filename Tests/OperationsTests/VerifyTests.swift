import EventStream
import PostgresStore
import PostgresTestSupport
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(3))) struct `Verifying` {
  private func prepare(_ bench: OperationsBench) async throws {
    try await bench.consume([
      bench.writer.draft("R1", "a"), bench.writer.draft("R1", "b"), bench.writer.draft("R2", "a"),
    ])
    try await bench.advance("C1", "C2", "C1")
  }

  private func verify(_ bench: OperationsBench) async throws -> VerifyAnswer {
    try #require(try await bench.run("verify log") as? VerifyAnswer)
  }

  @Test func `finds nothing in a service that is right, and writes nothing`() async throws {
    try await OperationsBench.with { bench in
      try await prepare(bench)
      let answer = try await verify(bench)
      #expect(answer.checks.map(\.looked) == [2, 3, 2])
      #expect(answer.checks.map(\.verdict) == [.ok, .ok, .ok])
      #expect(answer.exitCode == 0)
      #expect(try await bench.database.texts("select operation from audit") == [])
    }
  }

  @Test(arguments: [
    (
      "delete from event_log where stream = 'case/C1' and sequence = 1", "head at 2, 1 facts from 2"
    ),
    ("delete from event_log where stream = 'case/C1'", "head at 2 and no facts"),
    ("delete from stream_head where stream = 'case/C1'", "2 facts and no head"),
    ("update stream_head set last_sequence = 3 where stream = 'case/C1'", "head at 3, 2 facts"),
    (
      """
      insert into event_log (recorded_year, stream, sequence, event_type, data_version, recorded_at,
                             actor, correlation_id, causation_id, payload)
      select 2030, stream, sequence, event_type, data_version, recorded_at, actor, correlation_id,
             causation_id, payload from event_log where stream = 'case/C1' and sequence = 2
      """, "3 facts from 1 to 2, 1 of them twice"
    ),
  ])
  func `names a stream whose facts are not one to its head`(
    damage: String, words: String
  ) async throws {
    try await OperationsBench.with { bench in
      try await prepare(bench)
      try await bench.advance("A1", "D1")
      try await bench.database.asOwner(damage)
      for page in [1, 2, 100] {
        var check = LogCheck(
          bench.store,
          OperationCall(try OperationInput([:], for: AuditOperations.all(bench.store)[0])),
          namedMax: 10)
        check.page = page
        let found = try await check.sequences()
        #expect(found.found == 1)
        #expect(found.findings.allSatisfy { $0.hasPrefix("case/C1: ") && $0.contains(words) })
      }
      #expect(try await verify(bench).exitCode == 1)
    }
  }

  @Test(arguments: [
    (
      "update outbox set payload = '{}' where stream = 'case/C2'", "case/C2@1: differs from the log"
    ),
    ("update outbox set sequence = 7 where stream = 'case/C2'", "case/C2@7: not in the log"),
    (
      "update stream_head set last_sequence = 0 where stream = 'case/C2'",
      "case/C2@1: beyond the head of its stream"
    ),
  ])
  func `names a row of the outbox that is not in the log so`(
    damage: String, finding: String
  ) async throws {
    try await OperationsBench.with { bench in
      try await prepare(bench)
      try await bench.database.asOwner(damage)
      let answer = try await verify(bench)
      #expect(answer.checks[1].findings == [finding])
      #expect(answer.exitCode == 1)
    }
  }

  @Test func `finds a writer that was restored to an earlier moment`() async throws {
    try await OperationsBench.with { bench in
      try await prepare(bench)
      bench.writer.forgetLast()
      let answer = try await verify(bench)
      #expect(
        answer.checks[2].findings
          == [
            "report/R2: applied up to 1, the writer's log ends at 0; see \(FenceCheck.runbook)"
          ])
      #expect(answer.exitCode == 1)
    }
  }

  @Test func `takes a writer that does not answer for unknown, never for right`() async throws {
    try await OperationsBench.with { bench in
      try await prepare(bench)
      bench.writer.isAway.withLock { $0 = true }
      let answer = try await verify(bench)
      #expect(answer.checks[2].verdict == .unknown)
      #expect(answer.checks[2].unknown == "nobody answers")
      #expect(answer.exitCode == 1)
    }
  }

  // MARK: Read models

  @Test func `compares read models with the fold of the log and leaves nothing behind`()
    async throws
  {
    try await OperationsBench.with { bench in
      try await prepare(bench)
      let right = try #require(try await bench.run("verify read-models") as? VerifyAnswer)
      #expect((right.exitCode, right.checks.map(\.looked)) == (0, [4]))
      try await bench.store.commit {
        _ = try $0.rows("update report_sheet set hashes = 'x' where report_id = 'R1'", [])
      }
      let wrong = try #require(try await bench.run("verify read-models") as? VerifyAnswer)
      #expect(
        wrong.checks[0].findings
          == ["report_sheet: 1 streams differ", "report_sheet: report/R1"])
      #expect(wrong.exitCode == 1)
      #expect(try await bench.shadows.inventory(of: bench.sample.model).hasShadow == false)
      #expect(
        try await bench.database.texts("select distinct operation from audit")
          == ["verify read-models"])
    }
  }

  @Test func `leaves an operator's own shadow alone`() async throws {
    try await OperationsBench.with { bench in
      try await prepare(bench)
      try await bench.run("replay run", ["into": "shadow", "from-log": "true"])
      let answer = try #require(try await bench.run("verify read-models") as? VerifyAnswer)
      #expect(answer.checks[0].verdict == .unknown)
      #expect(answer.exitCode == 1)
      try await bench.run("replay compare")
      try await bench.run("replay swap")
    }
  }
}
