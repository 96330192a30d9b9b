public import EventStream
internal import NotificationDomain
internal import ReviewEvents
public import ReviewRules

/// What notification does when it hears of facts: keeps duties, and orders mails.
///
/// Nothing here knows how a mail is planned or sent: whoever puts the service together says what
/// becomes of the orders, and replay never asks (contract 12).
public struct Reactions: Sendable {
  let rules: RuleBook
  private let plan: @Sendable (borrowing AnyTransaction, [CausedMail]) throws -> Void

  /// - Parameter plan: turns orders into mails, in the transaction in which they were learned of.
  public init(
    rules: RuleBook,
    plan: @escaping @Sendable (borrowing AnyTransaction, [CausedMail]) throws -> Void
  ) {
    self.rules = rules
    self.plan = plan
  }

  /// A route that learns and orders mails.
  func route<Event: ReviewEvent>(
    _ event: Event.Type,
    _ learn:
      @escaping @Sendable (borrowing AnyTransaction, [Received<Event>]) throws -> [CausedMail]
  ) -> Route {
    .on(
      event, learn: learn, effect: { EffectName("mail \($0.order.key.kind.rawValue)") },
      perform: plan)
  }

  /// Duties that an event refers to were opened by an earlier event of the same stream.
  struct MissingDuty: Error {}

  /// Applies each event to its duty, all in few statements.
  func change<Event: ReviewEvent>(
    _ events: [Received<Event>], in transaction: borrowing AnyTransaction,
    step: (inout Duty, Received<Event>) -> Void
  ) throws {
    _ = try changeAndTell(events, in: transaction) { duty, received in
      step(&duty, received)
      return nil
    }
  }

  /// Applies each event to its duty and tells somebody of it.
  /// - Returns: the mails that the events lead to.
  func changeAndTell<Event: ReviewEvent>(
    _ events: [Received<Event>], in transaction: borrowing AnyTransaction,
    step: (inout Duty, Received<Event>) -> MailOrder?
  ) throws -> [CausedMail] {
    var duties = try DutyTable.lock(
      events.map(\.envelope.stream.description), rules: rules, in: transaction)
    var mails: [CausedMail] = []
    for received in events {
      let id = received.envelope.stream.description
      guard var duty = duties[id] else { throw MissingDuty() }
      if let order = step(&duty, received) {
        mails.append(CausedMail(order, origin: received.origin))
      }
      duties[id] = duty
    }
    try DutyTable.save(duties.values.sorted { $0.id < $1.id }, in: transaction)
    return mails
  }

  /// Keeps duties that events have just opened.
  ///
  /// A duty whose cycle is not known yet gets its mail when it is.
  /// - Returns: the mails that tell of the duties.
  func open(
    _ opened: [(duty: Duty, origin: EventOrigin)], in transaction: borrowing AnyTransaction
  ) throws -> [CausedMail] {
    try DutyTable.save(opened.map(\.duty), in: transaction)
    return opened.compactMap { duty, origin in
      Self.firstMail(of: duty).map { CausedMail($0, origin: origin) }
    }
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
