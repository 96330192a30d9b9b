package import EventStream
package import Logging
package import Metrics
internal import ReviewEvents

/// Turns what the engine tells into metrics, log lines and health.
package struct EngineTelemetry: EngineObserver {
  /// How long a broker counts as lost after it was last reported so.
  ///
  /// Longer than the pause between two reports of the same outage.
  static let troubleLasts: Duration = .seconds(7)

  private let board: HealthBoard
  private let backlog: BacklogGate
  private let log: Logger
  private let metrics: any MetricsFactory

  package init(
    board: HealthBoard, backlog: BacklogGate, log: Logger,
    metrics: any MetricsFactory = MetricsSystem.factory
  ) {
    self.board = board
    self.backlog = backlog
    self.log = log
    self.metrics = metrics
  }

  package func observe(_ event: EngineEvent) {
    observeReading(event)
    observePublishing(event)
  }

  // MARK: Reading

  private func observeReading(_ event: EngineEvent) {
    switch event {
    case .firstStart(let consumer, let partition):
      log.info("reads from the beginning", at(consumer, partition))
    case .applied(let consumer, let report, let took): applied(consumer, report, took)
    case .abandoned(let consumer, let partition):
      log.info("batch left to another member", at(consumer, partition))
    case .gap(let consumer, let gap, let asked):
      count("review_consumer_gaps", consumer)
      log.warning(
        "gap",
        of(consumer).merging([
          "stream": "\(gap.stream)", "from": .stringConvertible(gap.from),
          "through": .stringConvertible(gap.through), "asked": .stringConvertible(asked),
        ]) { $1 })
    case .malformed(let consumer, let partition, let offset, let record):
      log.warning(
        "record is no event",
        at(consumer, partition).merging([
          "offset": .stringConvertible(offset), "problem": "\(record.problem)",
        ]) { $1 })
    case .parked(let consumer, let eventID, let cause):
      log.error(
        "parked", of(consumer).merging(["event": "\(eventID)", "cause": "\(cause.name)"]) { $1 })
    case .handlerFailed(let consumer, let eventID, let attempt, let reason):
      count("review_consumer_handler_failures", consumer)
      log.warning(
        "handler failed",
        of(consumer).merging([
          "event": "\(eventID)", "attempt": .stringConvertible(attempt), "reason": "\(reason)",
        ]) { $1 })
    case .released(let consumer, let stream, let events):
      log.notice(
        "released",
        of(consumer).merging([
          "stream": "\(stream)", "events": .stringConvertible(events),
        ]) { $1 })
    case .releaseFailed(let consumer, let stream, let reason):
      log.warning(
        "release failed",
        of(consumer).merging(["stream": "\(stream)", "reason": "\(reason)"]) { $1 })
    case .lag(let consumer, let lag): lagged(consumer, lag)
    default: observeTrouble(event)
    }
  }

  private func applied(_ consumer: ConsumerName, _ report: BatchReport, _ took: Duration) {
    let label = [("consumer", consumer.description)]
    let results = [
      ("handled", report.handled), ("ignored", report.ignored), ("repeated", report.repeated),
      ("early", report.early), ("parked", report.parked), ("malformed", report.malformed),
    ]
    for (result, number) in results where number > 0 {
      Counter(
        label: "review_consumer_events", dimensions: label + [("result", result)],
        factory: metrics
      ).increment(by: number)
    }
    Recorder(label: "review_consumer_batch_records", dimensions: label, factory: metrics)
      .record(report.records)
    Timer(label: "review_consumer_batch", dimensions: label, factory: metrics)
      .recordNanoseconds(took.nanoseconds)
    board.clear("source \(consumer)")
  }

  private func lagged(_ consumer: ConsumerName, _ lag: Lag) {
    let label = [("consumer", consumer.description)]
    board.note(consumer, lag)
    Meter(label: "review_consumer_time_lag_seconds", dimensions: label, factory: metrics)
      .set(lag.sinceCaughtUp.inSeconds)
    if let records = lag.recordsBehind {
      Meter(label: "review_consumer_records_behind", dimensions: label, factory: metrics)
        .set(records)
    }
  }

  private func observeTrouble(_ event: EngineEvent) {
    switch event {
    case .sourceUnreachable(let consumer, let reason):
      lost("source \(consumer)", "\(consumer) cannot reach the broker: \(reason)")
    case .sourceFailed(let consumer, let reason, _):
      lost("source \(consumer)", "\(consumer) is reconnecting: \(reason)")
      log.warning("source failed", of(consumer).merging(["reason": "\(reason)"]) { $1 })
    case .startedOver(let consumer, let partition, let because):
      board.clear("guard \(consumer)")
      log.notice(
        "started over", at(consumer, partition).merging(["because": "\(because)"]) { $1 })
    case .guardTripped(let tripped):
      board.note("guard \(tripped.consumer)", tripped.description)
      log.critical("reading stopped", ["reason": "\(tripped)"])
    case .guardLifted(let consumer):
      board.clear("guard \(consumer)")
      log.notice("reading again", of(consumer))
    case .republicationAsked(let consumer, let area, let stream):
      log.notice(
        "asked to send again",
        of(consumer).merging([
          "by": "\(area.rawValue)", "stream": "\(stream?.description ?? "all")",
        ]) { $1 })
    case .storeAway(let who, let reason, _):
      lost("store \(who)", "\(who) waits for the database: \(reason)")
    default: break
    }
  }

  // MARK: Publishing

  private func observePublishing(_ event: EngineEvent) {
    switch event {
    case .relayActive:
      gauge("review_relay_active", 1)
      // A guard that trips here is told anew.
      for key in ["relay", "publication guard"] { board.clear(key) }
      log.info("relay active", [:])
    case .relayStandsBy:
      gauge("review_relay_active", 0)
      for key in ["sink", "relay", "refusal", "publication guard"] { board.clear(key) }
    case .relayStopped(let reason):
      gauge("review_relay_active", 0)
      lost("relay", "the relay stopped and tries again: \(reason)")
      log.warning("relay stopped", ["reason": "\(reason)"])
    case .published(let rows, let took):
      Counter(label: "review_relay_published", factory: metrics).increment(by: rows)
      Timer(label: "review_relay_publish", factory: metrics).recordNanoseconds(took.nanoseconds)
      for key in ["sink", "refusal", "publication guard"] { board.clear(key) }
    case .publishRefused(let rows, let reason):
      Counter(label: "review_relay_refused", factory: metrics).increment(by: rows)
      lost("refusal", "the broker refuses records: \(reason)")
      log.warning(
        "publishing refused", ["rows": .stringConvertible(rows), "reason": "\(reason)"])
    case .resent(let records):
      Counter(label: "review_relay_resent", factory: metrics).increment(by: records)
    case .republished(let stream):
      log.notice("sent again", ["stream": "\(stream?.description ?? "all")"])
    case .backlog(let backlog):
      self.backlog.note(backlog)
      note(backlog)
    case .sinkUnreachable: lost("sink", "the broker cannot be reached; events wait in the outbox")
    case .publishedClusterChanged:
      board.clear("publication guard")
      log.notice("the broker is new: the whole log is sent again", [:])
    case .publicationGuardTripped(let tripped):
      board.note("publication guard", tripped.description)
      log.critical("publishing stopped", ["reason": "\(tripped)"])
    default: break
    }
  }

  /// Shows how much waits to be published; also called by whoever looks while no relay is active.
  package func note(_ backlog: Backlog) {
    gauge("review_outbox_rows", Double(backlog.rows))
    gauge("review_outbox_oldest_age_seconds", backlog.oldestAge.inSeconds)
  }

  // MARK: Small things

  private func lost(_ key: String, _ reason: String) {
    let isNew = board.noteAndTell(key, reason, lasting: Self.troubleLasts)
    if isNew { log.warning("trouble", ["reason": "\(reason)"]) }
  }

  private func gauge(_ label: String, _ value: Double) {
    Meter(label: label, factory: metrics).set(value)
  }

  private func count(_ label: String, _ consumer: ConsumerName) {
    Counter(
      label: label, dimensions: [("consumer", consumer.description)], factory: metrics
    ).increment()
  }

  private func of(_ consumer: ConsumerName) -> Logger.Metadata { ["consumer": "\(consumer)"] }

  private func at(_ consumer: ConsumerName, _ partition: TopicPartition) -> Logger.Metadata {
    ["consumer": "\(consumer)", "partition": "\(partition)"]
  }
}

extension ParkedEvent.Cause {
  /// Its kind; what a handler said of a failure is logged with the failure.
  fileprivate var name: String {
    switch self {
    case .undecodable(let problem): "undecodable: \(problem.rawValue)"
    case .failed: "failed"
    case .behind: "behind"
    }
  }
}

extension Logger {
  fileprivate func info(_ message: Message, _ metadata: Metadata) {
    info(message, metadata: metadata)
  }
  fileprivate func notice(_ message: Message, _ metadata: Metadata) {
    notice(message, metadata: metadata)
  }
  fileprivate func warning(_ message: Message, _ metadata: Metadata) {
    warning(message, metadata: metadata)
  }
  fileprivate func error(_ message: Message, _ metadata: Metadata) {
    error(message, metadata: metadata)
  }
  fileprivate func critical(_ message: Message, _ metadata: Metadata) {
    critical(message, metadata: metadata)
  }
}
