import EventStream
import PostgresStore
import PostgresTestSupport
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(3))) struct `Parked events` {
  private static let all = ["consumer": Sample.consumer.description]

  private func place(_ report: String, _ more: [String: String] = [:]) -> [String: String] {
    ["consumer": Sample.consumer.description, "stream": "report/\(report)"]
      .merging(more) { $1 }
  }

  /// R1…R3 are held up by a faulty second draft, and a good third one waits behind it.
  private func parkThree(_ bench: OperationsBench) async throws {
    bench.sample.park("bad")
    for report in ["R1", "R2", "R3"] {
      try await bench.consume([
        bench.writer.draft(report, "a"), bench.writer.draft(report, "bad"),
        bench.writer.draft(report, "c"),
      ])
    }
  }

  @Test func `are listed by what holds their streams up, the longest first`() async throws {
    try await OperationsBench.with { bench in
      #expect(try await bench.run("parked list").text == "nothing is parked")
      try await parkThree(bench)
      try await bench.consume([try bench.writer.accept("R9"), bench.writer.draft("R9", "x")])
      let list = try #require(try await bench.run("parked list") as? ParkedList)
      #expect(list.groups.map(\.cause) == ["failed", "undecodable"])
      #expect(list.groups.map(\.streams) == [3, 1])
      #expect(list.groups.map(\.events) == [6, 2])
      #expect(list.groups.map(\.oldestStream) == ["report/R1", "report/R9"])
      #expect(list.groups[0].problem.hasSuffix("Faulty"))
      #expect(list.groups[1].problem == "unknown-type")
      let some = try #require(
        try await bench.run("parked list", ["cause": "undecodable"]) as? ParkedList)
      #expect(some.groups == [list.groups[1]])
    }
  }

  @Test func `are tried again one stream first, then all, each in order`() async throws {
    try await OperationsBench.with { bench in
      try await parkThree(bench)
      bench.sample.park()
      let one = try #require(try await bench.run("parked retry", Self.all) as? ReleaseAnswer)
      #expect((one.streamsTried, one.applied, one.exitCode) == (1, 2, 0))
      #expect(try await bench.applied("R1") == "a bad c")
      #expect(try await bench.parked("R2") == [2, 3])
      let rest = try #require(
        try await bench.run("parked retry", Self.all.merging(["all": "true"]) { $1 })
          as? ReleaseAnswer)
      #expect((rest.streamsTried, rest.applied, rest.exitCode) == (2, 4, 0))
      #expect(try await bench.applied("R3") == "a bad c")
      #expect(try await bench.fence("R3") == 3)
      await bench.expectRefusal("nothing-parked", "parked retry", Self.all)
    }
  }

  @Test func `stay parked while their cause stands, and nobody else is tried`() async throws {
    try await OperationsBench.with { bench in
      try await parkThree(bench)
      let answer = try #require(
        try await bench.run("parked retry", Self.all.merging(["all": "true"]) { $1 })
          as? ReleaseAnswer)
      #expect((answer.streamsTried, answer.streamsHeldUp, answer.exitCode) == (1, 1, 1))
      #expect(answer.streams[0].heldUpBy == "report/R1@2")
      #expect(answer.streams[0].attempts == 6)
      #expect(try await bench.parked("R1") == [2, 3])
      // The one that was tried in vain did not lose its place.
      let list = try #require(try await bench.run("parked list") as? ParkedList)
      #expect(list.groups.map(\.oldestStream) == ["report/R1"])
    }
  }

  @Test func `are applied up to the next one that cannot be`() async throws {
    try await OperationsBench.with { bench in
      bench.sample.park("bad")
      try await bench.consume([
        bench.writer.draft("R1", "bad"), bench.writer.draft("R1", "b"),
        bench.writer.draft("R1", "worse"), try bench.writer.accept("R1"),
        bench.writer.draft("R1", "e"),
      ])
      bench.sample.park("worse")
      let failed = try #require(
        try await bench.run("parked release", place("R1")) as? ReleaseAnswer)
      #expect((failed.applied, failed.streams[0].heldUpBy) == (2, "report/R1@3"))
      #expect(failed.streams[0].cause == "failed")
      bench.sample.park()
      let unknown = try #require(
        try await bench.run("parked release", place("R1")) as? ReleaseAnswer)
      #expect((unknown.applied, unknown.streams[0].heldUpBy) == (1, "report/R1@4"))
      #expect(unknown.streams[0].problem == "unknown-type")
      #expect(try await bench.parked("R1") == [4, 5])
      bench.sample.isUpgraded.withLock { $0 = true }
      try await bench.run("parked release", place("R1"))
      #expect(try await bench.applied("R1") == "bad b worse accepted e")
    }
  }

  @Test func `hide names unless somebody gives a name and a reason`() async throws {
    try await OperationsBench.with { bench in
      try await bench.consume([bench.writer.register("P1", name: "Nguyễn Thị Hoa")])
      let place = ["consumer": Sample.consumer.description, "stream": "person/P1"]
      let shown = try await bench.run("parked show", place).text
      #expect(!shown.contains("Hoa"))
      #expect(shown.contains(#""personID":"P1""#))
      #expect(shown.contains("undecodable unknown-type"))
      let reveal = place.merging(["reveal": "true"]) { $1 }
      await #expect(throws: OperationProblems.self) { try await bench.run("parked show", reveal) }
      #expect(try await bench.database.texts("select operation from audit") == [])
      let revealed = try await bench.run(
        "parked show", reveal.merging(["operator": "an", "reason": "a complaint"]) { $1 })
      #expect(revealed.text.contains("Nguyễn Thị Hoa"))
      #expect(
        try await bench.database.texts("select outcome || ' ' || reason from audit order by id")
          == ["begun a complaint", "done a complaint"])
    }
  }

  // MARK: Discarding

  @Test func `are discarded only from the front and only on purpose`() async throws {
    try await OperationsBench.with { bench in
      try await parkThree(bench)
      await bench.expectRefusal("not-first", "parked discard", place("R1", ["sequence": "3"]))
      await bench.expectRefusal(
        "confirmation-missing", "parked discard", place("R1", ["sequence": "2"]))
      await bench.expectRefusal(
        "nothing-parked", "parked discard", place("R7", ["sequence": "1", "confirm": "1"]))
      await bench.expectRefusal(
        "unknown-consumer", "parked discard",
        ["consumer": "x", "stream": "report/R1", "sequence": "2", "confirm": "1"])
      #expect(try await bench.parked("R1") == [2, 3])
      #expect(try await bench.database.texts("select event_id from discarded") == [])
    }
  }

  @Test func `that are discarded let the rest of their stream go on`() async throws {
    try await OperationsBench.with { bench in
      try await parkThree(bench)
      let answer = try #require(
        try await bench.run(
          "parked discard",
          place("R1", ["sequence": "2", "confirm": "1", "reason": "sent by mistake"]))
          as? DiscardAnswer)
      #expect((answer.discarded, answer.rest.applied) == ("report/R1@2", 1))
      #expect(try await bench.applied("R1") == "a c")
      #expect(try await bench.parked("R1") == [])
      #expect(try await bench.fence("R1") == 3)
      #expect(
        try await bench.database.texts(
          "select concat_ws(' ', consumer, event_id, sequence, reason, operator) from discarded")
          == ["case-tracking.intake report/R1@2 2 sent by mistake an"])
    }
  }

  @Test func `that are faulty twice in a row can be discarded one after the other`() async throws {
    try await OperationsBench.with { bench in
      bench.sample.park("bad", "worse")
      try await bench.consume([
        bench.writer.draft("R1", "bad"), bench.writer.draft("R1", "worse"),
        bench.writer.draft("R1", "c"),
      ])
      let answer = try #require(
        try await bench.run("parked discard", place("R1", ["sequence": "1", "confirm": "1"]))
          as? DiscardAnswer)
      #expect(answer.rest.streams.map(\.heldUpBy) == ["report/R1@2"])
      #expect(try await bench.parked("R1") == [2, 3])
      try await bench.run("parked discard", place("R1", ["sequence": "2", "confirm": "1"]))
      #expect(try await bench.applied("R1") == "c")
    }
  }

  @Test func `are left alone while their consumer is held`() async throws {
    try await OperationsBench.with { bench in
      try await parkThree(bench)
      let lock = try #require(try await bench.store.tryLock(.holding(Sample.consumer)))
      let discard = place("R1", ["sequence": "2", "confirm": "1"])
      await bench.expectRefusal("consumer-held", "parked discard", discard)
      await bench.expectRefusal("consumer-held", "parked release", place("R1"))
      await bench.expectRefusal("consumer-held", "parked retry", Self.all)
      #expect(try await bench.database.texts("select event_id from discarded") == [])
      await lock.release()
      try await bench.run("parked discard", discard)
    }
  }

  @Test func `that were discarded are passed over by every rebuild`() async throws {
    try await OperationsBench.with { bench in
      bench.sample.park("bad")
      try await bench.consume([
        bench.writer.draft("R1", "a"), bench.writer.draft("R1", "bad"),
        bench.writer.draft("R1", "c"),
      ])
      try await bench.run("parked discard", place("R1", ["sequence": "2", "confirm": "1"]))
      // The rebuild's own route refuses the faulty draft: it must never see it.
      try await bench.run("replay run", ["into": "shadow", "from-log": "true"])
      let compared = try #require(try await bench.run("replay compare") as? CompareAnswer)
      #expect(compared.equal)
      try await bench.run("replay swap")
      #expect(try await bench.applied("R1") == "a c")
    }
  }
}
