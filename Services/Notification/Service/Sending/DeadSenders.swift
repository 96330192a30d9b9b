internal import EventStream
internal import Logging
internal import NotificationDomain
internal import ReviewEvents

/// Finds senders that died with a mail in their hands and holds that mail for an operator: nobody
/// knows whether the server has it (contract 24).
struct DeadSenders: Sendable {
  let store: any Store
  let calendar: any CalendarClock
  let log: Logger
  let pace: any Pace

  /// How often it looks.
  static let interval = Duration.seconds(2)

  /// Loops until cancelled.
  func run() async throws {
    while !Task.isCancelled {
      do { try await look() } catch let error as StoreError {
        log.warning("Dead senders are not looked for.", metadata: ["reason": .string(error.kind)])
      }
      try await pace.pause(for: Self.interval)
    }
  }

  /// Tries the lock of every sender that is known: whoever gets it knows that its sender is dead,
  /// or has lost its connection and will find its mail held, which it may still settle.
  func look() async throws {
    let senders = try await store.commit { try SenderTable.all($0) }
    for sender in senders {
      guard let lock = try await store.tryLock(SenderTable.lock(of: sender)) else { continue }
      let now = calendar.now
      let held: Int
      do { held = try await lock.commit { try Self.hold(sender, at: now, in: $0) } } catch {
        await lock.release()
        throw error
      }
      await lock.release()
      if held > 0 {
        log.error(
          "A sender died with a mail in its hands; it is held.",
          metadata: ["sender": .string(sender), "mails": .stringConvertible(held)])
      }
    }
  }

  /// The reason that stands in the fact.
  static let reason = "the sender died before it could say what became of the mail"

  private static func hold(
    _ sender: String, at now: Instant, in transaction: borrowing AnyTransaction
  ) throws -> Int {
    var count = 0
    for held in try DeliveryTable.inHands(of: sender, in: transaction) {
      guard let state = held.state.after(.doubted) else { continue }
      try DeliveryTable.settle(
        SettledDelivery(
          id: held.id, state: state, sequence: held.sequence + 1, deferrals: held.deferrals,
          replyCode: nil, reply: reason, decidedAt: nil, again: nil), in: transaction)
      try held.append(
        DeliveryHeld(deliveryID: held.id, reason: reason), at: now, in: transaction)
      count += 1
    }
    try SenderTable.forget(sender, in: transaction)
    return count
  }
}
