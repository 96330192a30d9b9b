internal import EventStream
internal import NotificationDomain
internal import ReviewEvents

/// A mail that was handed over, with what became of it: kept in memory until it is kept in the
/// database, whatever happens in between.
struct HandedOver: Sendable {
  let claimed: ClaimedDelivery
  let outcome: MailOutcome
  /// 0…100, drawn once.
  let jitter: Int

  /// Whether the server or we are in trouble, so that every other mail would meet the same.
  var isServersTrouble: Bool {
    guard case .deferred(let reply) = outcome else { return false }
    return RetryPolicy.trouble(replyCode: reply.code) == .server
  }
}

/// One transaction of a sender: keeps what became of the last mail and takes the next one, so that
/// a kill leaves at most one mail in doubt (contract 24).
struct SenderStep: Sendable {
  let incarnation: String
  let now: Instant
  let last: HandedOver?
  /// Whether to take a next mail.
  let claims: Bool
  /// Whether the lock was just taken.
  let begins: Bool

  /// How many stale mails one transaction drops.
  static let dropsMax = 50

  /// What the transaction leaves to do.
  enum Next: Sendable {
    /// Send this.
    case send(ClaimedDelivery)
    /// Look again at once.
    case again
    /// Nothing is due.
    case rest
  }

  func run(in transaction: borrowing AnyTransaction) throws -> Next {
    if let last { try record(last, in: transaction) }
    if begins {
      try SenderTable.register(incarnation, in: transaction)
      // Whatever else carries this name was claimed in a transaction whose end got lost.
      try DeliveryTable.putBack(
        claimedBy: incarnation, except: last?.claimed.id, in: transaction)
    }
    guard claims else { return .rest }
    for _ in 0..<Self.dropsMax {
      guard let claimed = try DeliveryTable.claim(by: incarnation, in: transaction) else {
        return .rest
      }
      guard let reason = claimed.unneeded else { return .send(claimed) }
      try drop(claimed, reason, in: transaction)
    }
    return .again
  }

  /// The whole transaction as steps that are known beforehand, where it is the usual one: the last
  /// mail was accepted, or there is none, and a next one is wanted.
  ///
  /// One round trip and one commit for each mail, and yet what ``run(in:)`` does: of two mails the
  /// first is settled and the second claimed, or neither, so at every moment at most one mail of a
  /// sender is in its hands. A crash
  /// - before the commit leaves the last mail in hand: handed over, and held (contract 24);
  /// - after it, but before the mail is handed over, leaves the next one in hand: held, though it
  ///   never left, because nobody can know;
  /// - of the connection alone leaves it open which of both: the lane keeps the outcome, begins
  ///   again and finds out (``DeliveryTable/held(_:by:attempt:in:)``), and puts back what it
  ///   claimed without learning of it.
  ///
  /// The last mail is settled only as it was claimed; whoever decided on it meanwhile also told a
  /// fact, so the append would fail as well. Then nothing is kept and the long way is taken.
  var trip: [KnownStep]? {
    guard claims, !begins else { return nil }
    let claiming = DeliveryTable.claiming(by: incarnation)
    guard let last else { return [claiming] }
    guard case .accepted(let reply) = last.outcome else { return nil }
    let claimed = last.claimed
    let held = HeldDelivery(
      id: claimed.id, state: .sending, sequence: claimed.sequence, deferrals: 0,
      correlationID: claimed.correlationID)
    let fact = DeliverySent(deliveryID: claimed.id, attempt: claimed.attempt)
    return [
      DeliveryTable.accepted(claimed, by: incarnation, reply: reply, at: now),
      .append(held.appending(fact, at: now)), claiming,
    ]
  }

  /// The same, for a sender that has told what became of its last mail.
  var withoutLast: SenderStep {
    SenderStep(incarnation: incarnation, now: now, last: nil, claims: claims, begins: begins)
  }

  private func record(_ last: HandedOver, in transaction: borrowing AnyTransaction) throws {
    let claimed = last.claimed
    // Not found: it was recorded before in a transaction whose end got lost, or an operator has
    // decided meanwhile.
    guard
      let held = try DeliveryTable.held(
        claimed.id, by: incarnation, attempt: claimed.attempt, in: transaction)
    else { return }
    let reply = last.outcome.reply
    var (step, deferrals, again): (DeliveryStep, Int, Duration?) = (.doubted, held.deferrals, nil)
    var fact: (any ReviewEvent)?
    switch last.outcome {
    case .accepted:
      step = .accepted
      fact = DeliverySent(deliveryID: claimed.id, attempt: claimed.attempt)
    case .refused:
      step = .refused
      fact = DeliveryRefused(deliveryID: claimed.id, replyCode: reply.code ?? 0)
    case .uncertain where held.state == .uncertain:
      // Held already, when this sender was taken for dead.
      break
    case .uncertain:
      fact = DeliveryHeld(deliveryID: claimed.id, reason: reply.text)
    case .deferred:
      step = .deferred
      // The lane rests as a whole; the mail itself is as good as before.
      guard !last.isServersTrouble else {
        again = RetryPolicy.lanePauseFirst
        break
      }
      deferrals += 1
      switch RetryPolicy.decide(afterAttempt: deferrals, jitter: last.jitter) {
      case .again(let wait): again = wait
      case .giveUp:
        step = .refused
        fact = DeliveryRefused(deliveryID: claimed.id, replyCode: reply.code ?? 0)
      }
    }
    guard let state = held.state.after(step) else { return }
    try settle(held, state, fact, deferrals: deferrals, reply: reply, again: again, in: transaction)
  }

  private func settle(
    _ held: HeldDelivery, _ state: DeliveryState, _ fact: (any ReviewEvent)?, deferrals: Int,
    reply: MailReply, again: Duration?, in transaction: borrowing AnyTransaction
  ) throws {
    try DeliveryTable.settle(
      SettledDelivery(
        id: held.id, state: state, sequence: held.sequence + (fact == nil ? 0 : 1),
        deferrals: deferrals, replyCode: reply.code, reply: reply.text,
        decidedAt: state.isFinal ? now : nil, again: again), in: transaction)
    guard let fact else { return }
    try held.append(fact, at: now, in: transaction)
  }

  private func drop(
    _ claimed: ClaimedDelivery, _ reason: DeliveryDropped.Reason,
    in transaction: borrowing AnyTransaction
  ) throws {
    try DeliveryTable.drop(claimed, reason: reason, at: now, in: transaction)
    let held = HeldDelivery(
      id: claimed.id, state: .pending, sequence: claimed.sequence, deferrals: 0,
      correlationID: claimed.correlationID)
    try held.append(
      DeliveryDropped(
        deliveryID: claimed.id, aboutStream: claimed.aboutStream,
        recipientID: claimed.recipientID, kind: claimed.kind, rung: claimed.rung,
        dutyID: claimed.dutyID, datedBy: claimed.datedBy, reason: reason), at: now,
      in: transaction)
  }
}

extension HeldDelivery {
  /// Appends what the service itself did to the delivery's stream.
  func append(
    _ fact: any ReviewEvent, at time: Instant, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.append([appending(fact, at: time)])
  }

  /// What the service itself did, as it stands in the delivery's stream.
  func appending(_ fact: any ReviewEvent, at time: Instant) -> StreamAppend {
    StreamAppend(
      stream: .delivery(id), expected: sequence, events: [fact],
      origin: EventOrigin(
        time: time, actor: ActorContext(actor: .service(.notification)),
        trace: TraceContext(
          correlationID: correlationID, causationID: "\(StreamID.delivery(id))@\(sequence)")))
  }
}
