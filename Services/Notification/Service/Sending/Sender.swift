internal import EventStream
internal import Logging
internal import Metrics
internal import NotificationDomain
internal import ReviewEvents

/// One lane of mails: takes one, hands it over, keeps what became of it.
struct Sender: Sendable {
  let store: any Store
  let calendar: any CalendarClock
  let transport: any MailTransport
  let instance: String
  let log: Logger
  let pace: any Pace

  /// How long it rests when nothing is due.
  static let interval = Duration.milliseconds(250)
  /// How long it rests when the store is away.
  static let outagePause = Duration.milliseconds(500)

  /// Loops until cancelled.
  ///
  /// Each run has a name of its own: a run that ended with a mail in its hands never comes back to
  /// say what became of it, so its name must not either.
  func run() async throws {
    var lane = Lane(
      incarnation: "\(instance)-\(String(UInt64.random(in: 0...UInt64.max), radix: 16))")
    while true {
      do {
        if let lock = try await takeLock(SenderTable.lock(of: lane.incarnation)) {
          try await work(&lane, lock)
          await lock.release()
          return
        }
      } catch let error as StoreError {
        // Includes a lost lock. The outcome in hand is kept and written later; it is never a
        // reason to send again.
        log.warning("The sender waits.", metadata: ["reason": .string(error.kind)])
      }
      try await pace.pause(for: Self.outagePause)
    }
  }

  /// Each mail is a commit and a handing over, one after the other: on one thread neither waits for
  /// the other to wake up.
  private func takeLock(_ lock: StoreLock) async throws -> (any HeldLock)? {
    guard let thread = transport.thread else { return try await store.tryLock(lock) }
    return try await store.tryLock(lock, on: thread)
  }

  /// What a lane remembers while it lives.
  struct Lane: Sendable {
    let incarnation: String
    var last: HandedOver?
    /// Troubles of the server in a row.
    var failures = 0
  }

  /// Sends until cancelled; then keeps the last outcome and returns.
  private func work(_ lane: inout Lane, _ lock: any HeldLock) async throws {
    var begins = true
    while true {
      let isStopping = Task.isCancelled
      let isPaused = lane.last?.isServersTrouble ?? false
      let step = SenderStep(
        incarnation: lane.incarnation, now: calendar.now, last: lane.last,
        claims: !isStopping && !isPaused, begins: begins)
      let next = try await take(step, holding: lock)
      note(lane.last)
      begins = false
      lane.last = nil
      if isStopping { return }
      if isPaused {
        lane.failures += 1
        let pause = RetryPolicy.lanePause(afterFailures: lane.failures)
        log.warning(
          "The mail server is away or refuses us; all mail waits.",
          metadata: ["pause": .stringConvertible(pause)])
        try await pace.pause(for: pause)
        continue
      }
      switch next {
      case .again: continue
      case .rest: try await pace.pause(for: Self.interval)
      case .send(let claimed):
        let outcome = await transport.send(claimed.mail, to: claimed.address)
        lane.last = HandedOver(
          claimed: claimed, outcome: outcome, jitter: Int.random(in: 0...100))
        if lane.last?.isServersTrouble == false { lane.failures = 0 }
      }
    }
  }

  /// Takes the step in one round trip, if it is the usual one and nothing stands in its way.
  private func take(
    _ step: SenderStep, holding lock: any HeldLock
  ) async throws -> SenderStep.Next {
    guard let trip = step.trip, let answers = try await go(trip, holding: lock) else {
      return try await lock.commit { try step.run(in: $0) }
    }
    switch try DeliveryTable.candidate(in: answers[trip.count - 1]) {
    case .taken(let claimed): return .send(claimed)
    case .nothing: return .rest
    case .stale:
      // What became of the last mail is kept; the long way drops the one that nobody needs.
      let dropping = step.withoutLast
      return try await lock.commit { try dropping.run(in: $0) }
    }
  }

  /// The answers of a trip, or nothing where it was refused and so nothing of it was kept.
  private func go(
    _ trip: [KnownStep], holding lock: any HeldLock
  ) async throws -> [[SQLRow]]? {
    do { return try await lock.commit(trip) } catch let error as StoreError {
      // Nobody knows what was kept: the lane has to begin again.
      if case .unavailable = error { throw error }
      return nil
    }
  }

  private func note(_ last: HandedOver?) {
    guard let last else { return }
    let result =
      switch last.outcome {
      case .accepted: "sent"
      case .refused: "refused"
      case .deferred: "deferred"
      case .uncertain: "uncertain"
      }
    Counter(label: "review_mail_deliveries", dimensions: [("result", result)]).increment()
    guard result == "refused" || result == "uncertain" else { return }
    log.warning(
      "A mail was not delivered for certain.",
      metadata: [
        "delivery": .string(last.claimed.id.text), "result": .string(result),
        "reply": .string(last.outcome.reply.text),
      ])
  }
}
