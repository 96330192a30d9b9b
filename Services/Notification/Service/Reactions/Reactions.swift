internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ReviewRules

/// What notification does when it hears of facts: keeps duties and plans mails, nothing else.
///
/// Sending happens elsewhere; this code can run against a writer that only counts (contract 12).
struct Reactions: Sendable {
  let rules: RuleBook
  let planner: MailPlanner

  /// Duties that an event refers to were opened by an earlier event of the same stream.
  struct MissingDuty: Error {}

  /// Applies each event to its duty and plans the mail it leads to, all in few statements.
  func change<Event: ReviewEvent>(
    _ events: [Received<Event>], in transaction: borrowing AnyTransaction,
    step: (inout Duty, Received<Event>) throws -> MailOrder?
  ) throws {
    var duties = try DutyTable.lock(
      events.map(\.envelope.stream.description), rules: rules, in: transaction)
    var orders: [(order: MailOrder, origin: EventOrigin)] = []
    for received in events {
      let id = received.envelope.stream.description
      guard var duty = duties[id] else { throw MissingDuty() }
      if let order = try step(&duty, received) { orders.append((order, received.origin)) }
      duties[id] = duty
    }
    try DutyTable.save(duties.values.sorted { $0.id < $1.id }, in: transaction)
    try planner.plan(orders, in: transaction)
  }

  /// Keeps duties that events have just opened and plans the mail that tells of each.
  ///
  /// A duty whose cycle is not known yet gets its mail when it is.
  func open(
    _ opened: [(duty: Duty, origin: EventOrigin)], in transaction: borrowing AnyTransaction
  ) throws {
    try DutyTable.save(opened.map(\.duty), in: transaction)
    try planner.plan(
      opened.compactMap { duty, origin in
        Self.firstMail(of: duty).map { (order: $0, origin: origin) }
      }, in: transaction)
  }

  /// The mail that tells of a new duty; dated by the fact that opened it, whenever it is written.
  static func firstMail(of duty: Duty) -> MailOrder? {
    let kind: MailKind
    switch duty.id.kind {
    // The first rung of the ladder tells of it.
    case .report: return nil
    case .acknowledge: kind = .caseIssued
    case .supplement: kind = .supplementRequested
    }
    return MailOrder(
      duty, kind, cause: .fact(duty.id.stream, sequence: duty.id.openedBy), at: duty.beganAt)
  }
}

extension Received {
  /// When and why notification does what this fact leads to.
  var origin: EventOrigin { EventOrigin(reactingTo: envelope, in: .notification) }
}
