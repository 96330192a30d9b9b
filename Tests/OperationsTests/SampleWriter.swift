import EventStream
import Operations
import PostgresTestSupport
import Replay
import ReviewEvents
import Synchronization
import TestSupport

/// Intake, as far as another service sees it: its facts, and how far its streams are.
final class SampleWriter: ReplayFeeds, WriterLogs {
  struct Away: Error, CustomStringConvertible { let description = "nobody answers" }

  private let kept = Mutex<[EventEnvelope]>([])
  let isAway = Mutex(false)

  var facts: [EventEnvelope] { kept.withLock { $0 } }

  private func write(_ stream: StreamID, _ event: any ReviewEvent) -> EventEnvelope {
    kept.withLock { facts in
      let sequence = Int64(facts.count { $0.stream == stream }) + 1
      let fact = Samples.envelope(event, in: stream, at: sequence)
      facts.append(fact)
      return fact
    }
  }

  func draft(_ report: String, _ hash: String) -> EventEnvelope {
    write(
      Samples.stream("report/\(report)"),
      ReportDrafted(reportID: Samples.id(report), contentHash: hash))
  }

  func accept(_ report: String) throws -> EventEnvelope {
    write(
      Samples.stream("report/\(report)"),
      ReportAccepted(
        reportID: Samples.id(report), cycleID: Samples.id("2021"),
        subjectID: try SubjectID("person/P1"), version: 1))
  }

  func register(_ person: String, name: String) -> EventEnvelope {
    write(
      Samples.stream("person/\(person)"),
      PersonRegistered(
        personID: Samples.id(person), fullName: name, memberOfID: Samples.id("U1"),
        managingUnitID: Samples.id("U1"), managingLevel: Samples.id("PROVINCE"), role: .head,
        peerGroup: Samples.id("HEADS"), channel: .paper))
  }

  /// The writer is restored to an earlier moment.
  func forgetLast() { kept.withLock { _ = $0.removeLast() } }

  // MARK: Questions

  func census(of area: ServiceArea, _ scope: EventScope) async throws -> EventCensus {
    var census = EventCensus()
    census.events = Int64(facts.count)
    return census
  }

  func heads(of area: ServiceArea, after: String, limit: Int) async throws
    -> [(stream: String, sequence: Int64)]
  {
    if isAway.withLock({ $0 }) { throw Away() }
    let heads = Dictionary(grouping: facts, by: \.stream.description).mapValues { Int64($0.count) }
    return heads.filter { $0.key > after }.sorted { $0.key < $1.key }.prefix(limit)
      .map { ($0.key, $0.value) }
  }

  // MARK: Feeds

  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed {
    Feed(facts: facts, next: bookmark.flatMap { Int($0) } ?? 0)
  }

  private actor Feed: ReplayFeed {
    private let facts: [EventEnvelope]
    private var next: Int

    init(facts: [EventEnvelope], next: Int) {
      self.facts = facts
      self.next = next
    }

    func next(limit: Int) async throws -> [EventEnvelope]? {
      guard next < facts.count else { return nil }
      let page = Array(facts[next..<min(next + limit, facts.count)])
      next += page.count
      return page
    }

    func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
      -> [EventEnvelope]?
    {
      Array(facts.filter { $0.stream == stream && $0.sequence >= sequence }.prefix(limit))
    }

    func bookmark() async -> String { "\(next)" }
    func close() async {}
  }
}
