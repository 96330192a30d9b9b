public import ReviewEvents

/// A mail that should be sent, or a record that one should not.
public struct MailOrder: Sendable, Hashable {
  /// What is never sent twice.
  public let key: SendOnceKey
  /// The year under review.
  public let year: Int
  /// The plan's number as printed.
  public let planNumber: String
  /// The deadline in words.
  public let wording: String
  /// Whole days until the last compliant day; none where no deadline is to be shown.
  public let daysLeft: Int?
  /// The date of the mail, by the calendar.
  public let date: Instant
  /// Why it is not sent, if that is known already.
  public let drop: DeliveryDropped.Reason?

  /// Puts the parts together.
  public init(
    key: SendOnceKey, year: Int, planNumber: String, wording: String, daysLeft: Int?,
    date: Instant, drop: DeliveryDropped.Reason?
  ) {
    self.key = key
    self.year = year
    self.planNumber = planNumber
    self.wording = wording
    self.daysLeft = daysLeft
    self.date = date
    self.drop = drop
  }

  /// A mail of `duty` because of `cause`; the days left are counted at `date`.
  ///
  /// None for a duty whose cycle is not known yet.
  public init?(
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
