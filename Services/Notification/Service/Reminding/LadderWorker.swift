internal import EventStream
internal import Logging
internal import NotificationDomain
internal import NotificationReadModels
internal import ReviewEvents
internal import ReviewRules

/// Looks through the calendar, again and again, for rungs that have become due.
struct LadderWorker: Sendable {
  let store: any Store
  let calendar: any CalendarClock
  let rules: RuleBook
  let planner: MailPlanner
  let log: Logger
  let pace: any Pace

  /// How many duties one transaction handles.
  static let batchMax = 500
  /// How long it rests when nothing is due; a moved calendar is noticed after this.
  static let interval = Duration.milliseconds(200)
  /// How long it rests when the store is away.
  static let outagePause = Duration.seconds(1)

  /// Loops until cancelled.
  func run() async throws {
    while !Task.isCancelled {
      do {
        while try await round() == .more {}
        try await pace.pause(for: Self.interval)
      } catch let error as StoreError {
        log.warning("The ladder waits.", metadata: ["reason": .string(error.kind)])
        try await pace.pause(for: Self.outagePause)
      }
    }
  }

  /// What one round found.
  enum Round: Sendable {
    /// Everything that was due is planned.
    case done
    /// There may be more.
    case more
    /// Another instance is at it.
    case elsewhere
  }

  /// Plans what is due at this moment, at most ``batchMax`` duties.
  ///
  /// Only one instance does so at a time: it holds the one row that also keeps how far the calendar
  /// was evaluated, in the same transaction as the plans. No lock can outlive, or be lost before,
  /// what it protects.
  func round() async throws -> Round {
    let now = calendar.now
    return try await store.commit { transaction in
      guard try LadderTable.hold(transaction) else { return .elsewhere }
      let due = try DutyTable.due(at: now, rules: rules, limit: Self.batchMax, in: transaction)
      try plan(due, at: now, in: transaction)
      try planner.writeLostReminders(rules: rules, in: transaction)
      guard due.count < Self.batchMax else { return .more }
      try LadderTable.setEvaluated(through: now, in: transaction)
      return .done
    }
  }

  private func plan(
    _ ids: [String], at now: Instant, in transaction: borrowing AnyTransaction
  ) throws {
    guard !ids.isEmpty else { return }
    let duties = try DutyTable.lock(ids, rules: rules, in: transaction)
    var mails: [CausedMail] = []
    var passed: [Duty] = []
    for var duty in duties.values.sorted(by: { $0.id < $1.id }) {
      // Done or given back between the look and the lock: nothing is due then.
      guard let due = duty.dueRungs(at: now) else { continue }
      let origin = EventOrigin(
        time: now, actor: ActorContext(actor: .service(.notification)),
        trace: TraceContext(
          correlationID: duty.id.description, causationID: duty.id.description))
      mails += due.superseded.compactMap { rung in
        order(duty, rung, at: now, drop: .superseded).map { CausedMail($0, origin: origin) }
      }
      if let order = order(duty, due.newest, at: now, drop: nil) {
        mails.append(CausedMail(order, origin: origin))
      }
      duty.apply(.rungPassed(due.newest))
      passed.append(duty)
    }
    try planner.plan(mails, in: transaction)
    try DutyTable.save(passed, in: transaction)
  }

  private func order(
    _ duty: Duty, _ rung: Int, at now: Instant, drop: DeliveryDropped.Reason?
  ) -> MailOrder? {
    MailOrder(
      duty, duty.mailKind(at: rung), cause: duty.cause(of: rung), at: now, drop: drop)
  }
}

extension StoreError {
  /// What happened, without anything that the database said of its rows.
  var kind: String {
    switch self {
    case .refused(let state, _): "refused(\(state))"
    case .staleStream: "stale-stream"
    case .keyInUse: "key-in-use"
    case .busy: "busy"
    case .unavailable: "unavailable"
    case .noTables: "no-tables"
    case .malformedRow: "malformed-row"
    }
  }
}
