package import EventStream
internal import Logging
package import Metrics

/// Looks at the database once a second: the backlog where no relay is active, what is parked, and
/// whether the database answers at all.
package struct HealthWatch: Sendable {
  /// How often it looks.
  package static let interval: Duration = .seconds(1)
  /// How old the oldest row of the outbox may become before the service counts as degraded.
  package static let outboxAgeMax: Duration = .seconds(60)

  /// What only the adapters know.
  package struct Outside: Sendable {
    /// What is wrong with the way to the broker, if anything.
    package var brokerTrouble: @Sendable () -> String? = { nil }
    /// How the pool of connections is used.
    package var pool: @Sendable () -> (open: Int, lent: Int, waiting: Int)? = { nil }

    package init() {}
  }

  let store: any Store
  let board: HealthBoard
  let backlog: BacklogGate
  let telemetry: EngineTelemetry
  let metrics: any MetricsFactory
  let outside: Outside
  let pace: any Pace

  package init(
    store: any Store, board: HealthBoard, backlog: BacklogGate, telemetry: EngineTelemetry,
    metrics: any MetricsFactory = MetricsSystem.factory, pace: any Pace = RealPace(),
    outside: Outside = Outside()
  ) {
    self.store = store
    self.board = board
    self.backlog = backlog
    self.telemetry = telemetry
    self.metrics = metrics
    self.outside = outside
    self.pace = pace
  }

  /// Looks until cancelled.
  package func run() async throws {
    while !Task.isCancelled {
      try await look()
      try await pace.pause(for: Self.interval)
    }
  }

  func look() async throws {
    do {
      // An active relay counts once a second too; twice would be once too often.
      let isStale = backlog.isOlder(than: Self.interval * 2)
      let figures = try await StoredFigures.read(
        store, countingUpTo: backlog.countedRowsMax, known: isStale ? nil : backlog.backlog)
      board.clear("postgres")
      if isStale {
        backlog.note(figures.backlog)
        telemetry.note(figures.backlog)
      }
      gauge("review_parked_streams", Double(figures.parked.streams))
      gauge("review_parked_events", Double(figures.parked.events))
      gauge("review_gaps_open", Double(figures.gaps))
      noteOutbox(figures.backlog)
    } catch {
      try Task.checkCancellation()
      board.note("postgres", "PostgreSQL does not answer")
    }
    if let trouble = outside.brokerTrouble() {
      board.note("broker", "the broker cannot be reached: \(trouble)")
    } else {
      for key in ["broker", "sink"] { board.clear(key) }
    }
    if let pool = outside.pool() {
      gauge("review_postgres_pool_open", Double(pool.open))
      gauge("review_postgres_pool_lent", Double(pool.lent))
      gauge("review_postgres_pool_waiting", Double(pool.waiting))
    }
    gauge("review_degraded", board.reasons.isEmpty ? 0 : 1)
  }

  private func noteOutbox(_ seen: Backlog) {
    if seen.rows > 0, seen.oldestAge > Self.outboxAgeMax {
      let seconds = Int64(seen.oldestAge.inSeconds)
      board.note("outbox", "the oldest event waits in the outbox for \(seconds) s")
    } else {
      board.clear("outbox")
    }
    if seen.rows > backlog.rowsMax {
      board.note("outbox full", "commands are refused: more than \(backlog.rowsMax) events wait")
    } else {
      board.clear("outbox full")
    }
  }

  private func gauge(_ label: String, _ value: Double) {
    Meter(label: label, factory: metrics).set(value)
  }
}
