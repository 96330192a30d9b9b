internal import NotificationDomain
internal import ReviewEvents

/// Writes mails and judges addresses.
///
/// A port, so that what plans mails depends on neither templates nor transport: replay brings its
/// own (contract 12).
protocol MailWriting: Sendable {
  /// The Message-ID of a delivery, without angle brackets.
  func messageID(of delivery: DeliveryID) -> String
  /// The mail of `order`, as it goes over the wire: ASCII only.
  func write(_ order: MailOrder, delivery: DeliveryID, to address: String) throws -> String
  /// Whether mail can be sent to this address.
  func accepts(address: String) -> Bool
}

/// A mail that should be sent, or a record that one should not.
struct MailOrder: Sendable {
  /// What is never sent twice.
  let key: SendOnceKey
  /// The year under review.
  let year: Int
  /// The plan's number as printed.
  let planNumber: String
  /// The deadline in words.
  let wording: String
  /// Whole days until the last compliant day; none where no deadline is to be shown.
  let daysLeft: Int?
  /// The date of the mail, by the calendar.
  let date: Instant
  /// Why it is not sent, if that is known already.
  let drop: DeliveryDropped.Reason?
}

extension MailOrder {
  /// A mail of `duty` because of `cause`; the days left are counted at `date`.
  init?(
    _ duty: Duty, _ kind: MailKind, cause: SendOnceKey.Cause, at date: Instant,
    showsDeadline: Bool = true, drop: DeliveryDropped.Reason? = nil
  ) {
    guard let frame = duty.frame else { return nil }
    let lastDay = Ladder(frame.ladder, dueBefore: duty.dueBefore, beganAt: duty.beganAt)
      .lastCompliantDay
    self.init(
      key: SendOnceKey(recipient: duty.subject, kind: kind, cause: cause), year: frame.year,
      planNumber: frame.planNumber, wording: duty.wording,
      daysLeft: showsDeadline ? lastDay.daysSince1970 - LocalDate(date).daysSince1970 : nil,
      date: date, drop: drop)
  }
}
