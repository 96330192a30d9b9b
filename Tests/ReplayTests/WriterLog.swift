import EventStream
import PostgresTestSupport
import Replay
import ReviewEvents
import Synchronization
import TestSupport

/// Intake's facts, in the order of its log, and feeds that read them.
final class WriterLog: ReplayFeeds {
  private struct State {
    var facts: [EventEnvelope] = []
    var sequences: [StreamID: Int64] = [:]
    var opened: [String?] = []
    var lookUps = 0
    /// Feeds that were opened and not closed.
    var open = 0
  }

  private let state = Mutex(State())
  private let canLookUp: Bool

  init(canLookUp: Bool = true) { self.canLookUp = canLookUp }

  /// A view of the same facts that lacks some, or that cannot look streams up.
  func without(canLookUp: Bool = true, _ isLost: (EventEnvelope) -> Bool = { _ in false })
    -> WriterLog
  {
    let log = WriterLog(canLookUp: canLookUp)
    log.state.withLock { $0.facts = facts.filter { !isLost($0) } }
    return log
  }

  var facts: [EventEnvelope] { state.withLock { $0.facts } }
  var lookUps: Int { state.withLock { $0.lookUps } }
  var openFeeds: Int { state.withLock { $0.open } }
  var bookmarks: [String?] { state.withLock { $0.opened } }

  /// Records one more fact of a report.
  @discardableResult
  func write(_ report: String, _ event: any ReviewEvent) -> EventEnvelope {
    state.withLock { state in
      let stream = Samples.stream("report/\(report)")
      state.sequences[stream, default: 0] += 1
      let fact = Samples.envelope(event, in: stream, at: state.sequences[stream] ?? 0)
      state.facts.append(fact)
      return fact
    }
  }

  @discardableResult
  func draft(_ report: String, _ hash: String = "h") -> EventEnvelope {
    write(report, ReportDrafted(reportID: Samples.id(report), contentHash: hash))
  }

  @discardableResult
  func accept(_ report: String, version: Int = 1) throws -> EventEnvelope {
    write(
      report,
      ReportAccepted(
        reportID: Samples.id(report), cycleID: Samples.id("2021"),
        subjectID: try SubjectID("person/P1"), version: version))
  }

  @discardableResult
  func giveBack(_ report: String) throws -> EventEnvelope {
    write(
      report,
      ReportReturned(
        reportID: Samples.id(report), cycleID: Samples.id("2021"),
        subjectID: try SubjectID("person/P1"), version: 1, reasons: []))
  }

  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed {
    state.withLock { state in
      state.opened.append(bookmark)
      state.open += 1
    }
    return Feed(log: self, from: bookmark.flatMap { Int($0) } ?? 0, canLookUp: canLookUp)
  }

  private final class Feed: ReplayFeed {
    private let log: WriterLog
    private let canLookUp: Bool
    private let range: Mutex<(next: Int, end: Int)>

    init(log: WriterLog, from start: Int, canLookUp: Bool) {
      self.log = log
      self.canLookUp = canLookUp
      range = Mutex((start, log.facts.count))
    }

    func next(limit: Int) async throws -> [EventEnvelope]? {
      let facts = log.facts
      return range.withLock { range in
        guard range.next < range.end else { return nil }
        let end = min(range.next + limit, range.end)
        defer { range.next = end }
        return Array(facts[range.next..<end])
      }
    }

    func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
      -> [EventEnvelope]?
    {
      guard canLookUp else { return nil }
      log.state.withLock { $0.lookUps += 1 }
      let found = log.facts.filter { $0.stream == stream && $0.sequence >= sequence }
      return Array(found.sorted { $0.sequence < $1.sequence }.prefix(limit))
    }

    func bookmark() async -> String { range.withLock { String($0.next) } }

    func close() async { log.state.withLock { $0.open -= 1 } }
  }
}
