import EventStream
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import ServiceRuntime
@testable import Telemetry

/// A calendar's database that a test can take away.
private final class MemoryCalendarStore: CalendarStore {
  private let state = Mutex<CalendarOffset?>(nil)
  func load() async throws -> CalendarOffset? { state.withLock { $0 } }
  func save(_ offset: CalendarOffset) async throws -> CalendarOffset {
    state.withLock { state in
      if offset.version > state?.version ?? 0 { state = offset }
      return state ?? offset
    }
  }
}

@Suite struct `The admin port` {
  private let store = MemoryStore(area: .intake)
  private let board = HealthBoard()
  private let log = LogLines()
  private let pending = Held<[Int]?>([])
  private let calendars = MemoryCalendarStore()

  private func admin(
    _ calendar: OffsetCalendar = OffsetCalendar(), mayMove: Bool = true
  ) -> AdminHTTP {
    AdminHTTP(
      service: "intake", instance: "intake-1", store: store, calendar: calendar,
      calendarStore: calendars, mayMoveCalendar: mayMove, board: board,
      backlog: BacklogGate(rowsMax: 10), log: log.logger, metricsPage: { "review_x 1\n" },
      pendingMigrations: { [pending] in
        guard let pending = pending.value else {
          throw StoreError.unavailable("gone")
        }
        return pending
      })
  }

  private func ask(
    _ uri: String, _ method: HTTPRequest.Method = .get, body: String? = nil,
    of admin: AdminHTTP? = nil
  ) async throws -> Reply {
    try await (admin ?? self.admin()).application(port: 0).test(.router) { client in
      try await Client(client: client).ask(method, uri, body: body)
    }
  }

  @Test func `says of the outbox how many wait at least, once it need not count further`()
    async throws
  {
    for (number, rows, isAtLeast) in [(10, 10, false), (5, 11, true)] {
      let name = "R\(number)"
      let stream = Samples.stream("report/\(name)")
      try await store.commit { transaction in
        try transaction.append([
          StreamAppend(
            stream: stream, expected: 0,
            events: (0..<number).map { _ in
              ReportDrafted(reportID: Samples.id(name), contentHash: "x")
            }, origin: Samples.origin)
        ])
      }
      let text = try await ask("/status").text
      #expect(text.contains(#""isAtLeast":\#(isAtLeast),"#), "\(text)")
      #expect(text.contains(#""rows":\#(rows)}"#), "\(text)")
    }
  }

  @Test func `is ready when the database answers and nothing waits to be migrated`() async throws {
    #expect(try await ask("/health/live").text == #"{"state":"ok"}"#)
    #expect(try await ask("/health/ready").text == #"{"reasons":[],"state":"ok"}"#)
    pending.value = [3]
    let behind = try await ask("/health/ready")
    #expect(behind.status == 503 && behind.slug == "not-ready")
    pending.value = nil
    #expect(try await ask("/health/ready").status == 503)
    #expect(try await ask("/health/live").status == 200)
  }

  @Test func `stays ready without a broker, and says why it is degraded`() async throws {
    board.note("sink", "the broker cannot be reached", lasting: .seconds(60))
    let ready = try await ask("/health/ready")
    #expect(ready.status == 200)
    #expect(ready.text == #"{"reasons":["the broker cannot be reached"],"state":"degraded"}"#)
    board.clear("sink")
    #expect(try await ask("/health/ready").text.contains("ok"))
  }

  @Test func `shows everything at a glance`() async throws {
    let origin = EventOrigin(
      time: Instant(milliseconds: 0), actor: ActorContext(actor: .service(.intake)),
      trace: TraceContext(correlationID: "c", causationID: "c"))
    try await store.commit { transaction in
      try transaction.append([SampleService.append(CycleID("C1"), 0, "x", origin)])
      try transaction.setPublishedCluster("cluster-1")
    }
    board.note("intake.cases", Lag(recordsBehind: 7, sinceCaughtUp: .seconds(1)))
    let reply = try await ask("/status")
    let report = try JSONText.decode(StatusReport.self, from: reply.body)
    #expect(report.state == .ok && report.service == "intake" && report.instance == "intake-1")
    #expect(report.outbox?.rows == 1 && report.lag == ["intake.cases": 7])
    #expect(report.parked?.events == 0 && report.gaps == 0)
    #expect(report.publishedCluster == "cluster-1" && report.calendar.version == 0)
  }

  @Test func `still answers when the database is away`() async throws {
    pending.value = nil
    let reply = try await ask("/status")
    let report = try JSONText.decode(StatusReport.self, from: reply.body)
    #expect(reply.status == 200 && report.state == .unready)
    #expect(report.reasons == ["PostgreSQL does not answer"])
  }

  @Test func `serves metrics as text`() async throws {
    let reply = try await ask("/metrics")
    #expect(reply.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
    #expect(reply.text == "review_x 1\n")
  }

  @Test func `answers anything else with problems`() async throws {
    #expect(try await ask("/nothing").slug == "unknown-route")
    let wrong = try await ask("/status", .post, body: "{}")
    #expect(wrong.slug == "method-not-allowed" && wrong.header("Allow") == "GET")
  }

  // MARK: The log

  @Test func `gives the log away in lines, from where a reader stands`() async throws {
    for number in 1...3 {
      try await store.commit { transaction in
        let origin = EventOrigin(
          time: Instant(milliseconds: 0), actor: ActorContext(actor: .service(.intake)),
          trace: TraceContext(correlationID: "c", causationID: "c"))
        try transaction.append([SampleService.append(CycleID("C\(number)"), 0, "x", origin)])
      }
    }
    let reply = try await ask("/admin/event-log?limit=2")
    let lines = try reply.text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(lines.map { $0["id"] as? String } == ["cycle/C1@1", "cycle/C2@1"])
    #expect((lines[0]["payload"] as? [String: Any])?["cycleID"] as? String == "C1")
    let last = try #require(lines.last?["position"] as? Int)
    let rest = try await ask("/admin/event-log?after=\(last)")
    #expect(rest.text.split(separator: "\n").count == 1)
    #expect(try await ask("/admin/event-log?after=x").slug == "wrong-type")
    #expect(try await ask("/admin/event-log?limit=9999999").slug == "out-of-range")
  }

  // MARK: The calendar

  @Test func `names a consumer that has heard nothing yet`() async throws {
    var admin = admin()
    admin.consumers = ["intake.case"]
    let reply = try await ask("/admin/progress", of: admin)
    #expect(reply.text == #"{"heard":{"intake.case":0},"told":0}"#)
  }

  @Test func `sets the calendar, and every instance follows`() async throws {
    let real = Instant(milliseconds: 1_700_000_000_000)
    let first = OffsetCalendar(real: { real })
    let second = OffsetCalendar(real: { real })
    let body = #"{"version":1,"instant":"2021-12-09T17:00:00.000Z"}"#
    let reply = try await ask("/admin/clock", .put, body: body, of: admin(first))
    #expect(reply.text == #"{"now":"2021-12-09T17:00:00.000Z","version":1}"#)
    #expect(first.now == second.now + .milliseconds(first.now.milliseconds - real.milliseconds))
    if let offset = try await calendars.load() { second.adopt(offset) }
    #expect(second.now == first.now && second.version == 1)
    let same = try await ask("/admin/clock", .put, body: body, of: admin(second))
    #expect(same.status == 200)
    let shown = try await ask("/admin/clock", of: admin(second))
    #expect(shown.text == reply.text)
  }

  @Test func `refuses an old version, a malformed one, and any outside the local profile`()
    async throws
  {
    let newer = #"{"version":5,"instant":"2021-12-09T17:00:00Z"}"#
    _ = try await ask("/admin/clock", .put, body: newer)
    let stale = try await ask(
      "/admin/clock", .put, body: #"{"version":4,"instant":"2021-12-01T00:00:00Z"}"#)
    #expect(stale.status == 409 && stale.slug == "clock-version-stale")
    let taken = try await ask(
      "/admin/clock", .put, body: #"{"version":5,"instant":"2021-12-09T19:00:00Z"}"#)
    #expect(taken.status == 409 && taken.slug == "clock-version-stale", "somebody else's version")
    let broken = try await ask("/admin/clock", .put, body: #"{"version":0,"instant":"now"}"#)
    #expect(broken.problem?.errors?.map(\.slug) == ["out-of-range", "malformed-instant"])
    let fixed = try await ask(
      "/admin/clock", .put, body: #"{"version":9,"instant":"2021-12-01T00:00:00Z"}"#,
      of: admin(mayMove: false))
    #expect(fixed.status == 409 && fixed.slug == "clock-fixed")
  }

  @Test func `lets a calendar go on running after it was set`() {
    let real = Mutex(Instant(milliseconds: 1_000))
    let calendar = OffsetCalendar(real: { real.withLock { $0 } })
    calendar.adopt(calendar.offset(to: Instant(milliseconds: 9_000), version: 1))
    real.withLock { $0 = Instant(milliseconds: 1_500) }
    #expect(calendar.now == Instant(milliseconds: 9_500))
    calendar.adopt(CalendarOffset(version: 1, milliseconds: 0))
    #expect(calendar.now == Instant(milliseconds: 9_500))
  }
}

@Suite struct `What the engine tells` {
  private let board = HealthBoard()
  private let backlog = BacklogGate(rowsMax: 10)
  private let registry = PrometheusRegistry(MetricCatalogue.all)
  private let log = LogLines()

  private var telemetry: EngineTelemetry {
    EngineTelemetry(board: board, backlog: backlog, log: log.logger, metrics: registry)
  }

  @Test func `becomes metrics`() {
    var report = BatchReport()
    report.handled = 3
    report.repeated = 1
    let lag = Lag(recordsBehind: 4, sinceCaughtUp: .milliseconds(1_500))
    for event: EngineEvent in [
      .applied("rating.intake", report, took: .milliseconds(7)), .lag("rating.intake", lag),
      .published(rows: 5, took: .milliseconds(2)), .resent(records: 2), .relayActive,
      .backlog(Backlog(rows: 6, oldestAge: .seconds(2))),
    ] { telemetry.observe(event) }
    let page = registry.page()
    for line in [
      #"review_consumer_events_total{consumer="rating.intake",result="handled"} 3"#,
      #"review_consumer_records_behind{consumer="rating.intake"} 4"#,
      #"review_consumer_time_lag_seconds{consumer="rating.intake"} 1.5"#,
      "review_relay_published_total 5", "review_relay_resent_total 2", "review_relay_active 1",
      "review_outbox_rows 6", "review_outbox_oldest_age_seconds 2",
    ] { #expect(page.contains(line + "\n"), "\(line)") }
    #expect(backlog.backlog?.rows == 6)
    #expect(board.lags["rating.intake"] == lag)
  }

  @Test func `makes the service degraded until it is over`() {
    telemetry.observe(.sinkUnreachable)
    telemetry.observe(.sinkUnreachable)
    #expect(board.reasons.count == 1)
    #expect(log.all.count == 1, "the same trouble is logged once")
    telemetry.observe(.published(rows: 1, took: .zero))
    #expect(board.reasons.isEmpty)
  }

  @Test func `keeps a tripped guard on the board`() {
    telemetry.observe(
      .publicationGuardTripped(PublicationGuard(area: .intake, expected: "a", found: "b")))
    telemetry.observe(.sinkUnreachable)
    #expect(board.reasons.contains { $0.contains("knows cluster a, found b") })
  }

  @Test func `keeps a stopped consumer on the board until an operator has acted`() {
    let partition = TopicPartition(topic: ServiceArea.intake.topic, partition: 0)
    telemetry.observe(
      .guardTripped(
        OffSeasonGuard(
          consumer: "rating.intake", partition: partition, position: nil, expected: "cluster a",
          found: "cluster b")))
    telemetry.observe(.sourceFailed("rating.case", reason: "gone", retryAfter: .zero))
    #expect(board.reasons.contains { $0.contains("rating.intake stopped reading") })
    telemetry.observe(.guardLifted("rating.case"))
    #expect(board.reasons.contains { $0.contains("rating.intake stopped reading") })
    telemetry.observe(.guardLifted("rating.intake"))
    #expect(!board.reasons.contains { $0.contains("stopped reading") })
  }

  @Test func `is over when the relay goes on`() {
    telemetry.observe(.relayStopped(reason: "gone"))
    #expect(board.reasons.count == 1)
    telemetry.observe(.relayActive)
    #expect(board.reasons.isEmpty)
  }

  @Test func `forgets a trouble that nobody reports any more`() {
    board.note("source x", "gone", lasting: .zero)
    #expect(board.reasons.isEmpty)
  }

  @Test func `is watched from the database where no relay is active`() async throws {
    let store = MemoryStore(area: .intake)
    let watch = HealthWatch(
      store: store, board: board, backlog: backlog, telemetry: telemetry, metrics: registry)
    try await watch.look()
    #expect(backlog.backlog?.rows == 0)
    #expect(registry.page().contains("review_degraded 0\n"))
    // What an active relay has just counted is not counted again.
    backlog.note(Backlog(rows: 7, oldestAge: .zero))
    try await watch.look()
    #expect(backlog.backlog?.rows == 7)
    let broken = HealthWatch(
      store: MemoryStore(area: .intake, fault: { .before }), board: board, backlog: backlog,
      telemetry: telemetry, metrics: registry)
    try await broken.look()
    #expect(board.reasons == ["PostgreSQL does not answer"])
    #expect(registry.page().contains("review_degraded 1\n"))
  }
}

@Suite struct `A worker` {
  @Test func `that fails is started again after a pause, and its kind is logged`() async throws {
    let log = LogLines()
    let board = HealthBoard()
    let runs = Tally()
    let worker = Worker("sender") {
      runs.add()
      if runs.count == 3 { throw CancellationError() }
      throw SampleService.Unforeseen(name: "Nguyễn Văn A")
    }
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await StandingWorker(
          worker, board: board, log: log.logger, pace: VirtualPace()
        ).run()
      }
      while runs.count < 3 { await Task.yield() }
      group.cancelAll()
      while let outcome = await group.nextResult() { _ = outcome }
    }
    #expect(board.reasons == ["the worker sender failed and starts again"])
    #expect(log.text.contains("Unforeseen") && !log.text.contains("Nguyễn"))
  }
}
