internal import EventStream
internal import NotificationDomain
internal import ReviewEvents

extension Reactions {
  /// There is more time: the reminders count from the new date, and those of the old one that were
  /// not sent yet are dropped when their turn comes.
  func extensionsGranted(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ExtensionGranted>]
  ) throws -> [CausedMail] {
    try changeAndTell(events, in: transaction) { duty, received in
      duty.apply(
        .extended(
          ExtendedDate(
            dueBefore: received.event.dueBefore, wording: received.event.dueWording,
            setBy: received.envelope.sequence, setAt: received.envelope.time)))
      return MailOrder(
        duty, .extensionGranted, cause: received.cause, at: received.envelope.time)
    }
  }

  /// There is no more time: who asked is told, and nothing changes.
  func extensionsRefused(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ExtensionRefused>]
  ) throws -> [CausedMail] {
    try changeAndTell(events, in: transaction) { duty, received in
      MailOrder(duty, .extensionRefused, cause: received.cause, at: received.envelope.time)
    }
  }
}
