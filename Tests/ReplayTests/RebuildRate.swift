import EventStream
import Foundation
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import TestSupport
import Testing

/// Measures instead of proving: runs only when asked to, with `REVIEW_MEASURE_REPLAY=1`.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["REVIEW_MEASURE_REPLAY"] != nil),
  .timeLimit(.minutes(20)), .serialized)
struct `The rate of a rebuild` {
  private static let facts = 100_000

  /// Streams of ten facts, as long-lived as reports and cases are.
  private static let streams = 10_000

  @Test func `of other services' facts`() async throws {
    try await Workbench.with { bench in
      for round in 0..<Self.facts / Self.streams {
        let facts = (0..<Self.streams).map { bench.writer.draft("R\($0)", "\(round)") }
        try await bench.consume(facts)
      }
      try await measure(bench, "foreign facts")
    }
  }

  @Test func `of other services' facts that are looked up`() async throws {
    try await Workbench.with { bench in
      for round in 0..<2 {
        let facts = (0..<Self.streams).map { bench.writer.draft("R\($0)", "\(round)") }
        try await bench.consume(facts)
      }
      let feeds = IndexedFeeds(bench.writer.facts)
      try await measure(bench, "looked up", from: feeds)
    }
  }

  @Test func `of own facts`() async throws {
    try await Workbench.with { bench in
      let names = (0..<Self.streams).map { "C\($0)" }
      for _ in 0..<Self.facts / Self.streams {
        for start in stride(from: 0, to: names.count, by: 500) {
          try await fill(bench, names[start..<start + 500])
        }
      }
      try await measure(bench, "own facts")
    }
  }

  /// What ``Workbench/advance(_:)`` does, in few statements.
  private func fill(_ bench: Workbench, _ names: ArraySlice<String>) async throws {
    try await bench.store.commit { transaction in
      let streams = names.map { Samples.stream("case/\($0)") }
      let last = try transaction.lastSequences(of: streams)
      try transaction.append(
        streams.map { stream in
          StreamAppend(
            stream: stream, expected: last[stream] ?? 0,
            events: [CaseApproved(caseID: Samples.id(stream.id))], origin: Samples.origin)
        })
      try transaction.rows(
        """
        insert into case_sheet (case_id, phase, facts)
        select case_id, 'review.case.case-approved', 1 from unnest($1::text[]) as known (case_id)
        on conflict (case_id) do update set facts = case_sheet.facts + 1
        """, [.texts(Array(names))])
    }
  }

  private func measure(
    _ bench: Workbench, _ what: String, from feeds: (any ReplayFeeds)? = nil
  ) async throws {
    let clock = ContinuousClock()
    let rebuild = bench.rebuild(from: feeds, limits: RebuildLimits())
    var progress = RebuildProgress(expected: 0)
    let running = try await clock.measure { progress = try await rebuild.run() }
    var comparison = ShadowComparison(tables: [], samples: [])
    let comparing = try await clock.measure {
      comparison = try await bench.site.compare(bench.model, samples: 20)
    }
    #expect(comparison.isEqual)
    let swapping = try await clock.measure {
      try await Exchange(bench.model, at: bench.site, log: bench.store, rebuild: rebuild)
        .swap(progress)
    }
    let rate = Int(Double(progress.done) / (running / .seconds(1)))
    print(
      "\(what): \(progress.done) in \(running), \(rate)/s; compare \(comparing), swap \(swapping)")
  }
}

/// Facts that cannot be read in order, only stream by stream.
private struct IndexedFeeds: ReplayFeeds, ReplayFeed {
  private let streams: [StreamID: [EventEnvelope]]

  init(_ facts: [EventEnvelope]) { streams = Dictionary(grouping: facts, by: \.stream) }

  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed { self }
  func next(limit: Int) async throws -> [EventEnvelope]? { nil }
  func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
    -> [EventEnvelope]?
  { Array((streams[stream] ?? []).dropFirst(Int(sequence) - 1).prefix(limit)) }
  func bookmark() async -> String { "" }
  func close() async {}
}
