public import EventStream
public import NotificationDomain

/// A mail that is ordered, with when and why: because of a fact, or of a date.
public struct CausedMail: Sendable {
  /// The mail.
  public let order: MailOrder
  /// When and why.
  public let origin: EventOrigin

  /// Puts the parts together.
  public init(_ order: MailOrder, origin: EventOrigin) {
    self.order = order
    self.origin = origin
  }
}
