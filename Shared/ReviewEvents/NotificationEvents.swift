/// What a mail is about; the raw value names its template.
public enum MailKind: String, Codable, Sendable, CaseIterable {
  case reportReminder = "report-reminder"
  case reportOverdue = "report-overdue"
  case reportReceipt = "report-receipt"
  case reportReturned = "report-returned"
  case caseIssued = "case-issued"
  case caseReminder = "case-reminder"
  case caseOverdue = "case-overdue"
  case supplementRequested = "supplement-requested"
}

/// A mail was rendered and waits to be sent; the send-once key is used up from here on.
public struct DeliveryPlanned: ReviewEvent {
  public static let type: EventType = "review.notification.delivery-planned"
  public var deliveryID: DeliveryID
  /// The stream the duty came from.
  public var aboutStream: String
  public var recipientID: SubjectID
  public var kind: MailKind
  /// Days relative to the last compliant day; none for mails that are not reminders.
  public var rung: Int?

  public init(
    deliveryID: DeliveryID, aboutStream: String, recipientID: SubjectID, kind: MailKind, rung: Int?
  ) {
    self.deliveryID = deliveryID
    self.aboutStream = aboutStream
    self.recipientID = recipientID
    self.kind = kind
    self.rung = rung
  }
}

/// The server took the mail.
public struct DeliverySent: ReviewEvent {
  public static let type: EventType = "review.notification.delivery-sent"
  public var deliveryID: DeliveryID
  /// Counts the attempts from 1.
  public var attempt: Int

  public init(deliveryID: DeliveryID, attempt: Int) {
    self.deliveryID = deliveryID
    self.attempt = attempt
  }
}

/// The server refused the mail for good.
public struct DeliveryRefused: ReviewEvent {
  public static let type: EventType = "review.notification.delivery-refused"
  public var deliveryID: DeliveryID
  /// The SMTP reply code.
  public var replyCode: Int

  public init(deliveryID: DeliveryID, replyCode: Int) {
    self.deliveryID = deliveryID
    self.replyCode = replyCode
  }
}

/// It cannot be known whether the server took the mail; an operator decides (contract 24).
public struct DeliveryHeld: ReviewEvent {
  public static let type: EventType = "review.notification.delivery-held"
  public var deliveryID: DeliveryID
  /// Why it cannot be known.
  public var reason: String

  public init(deliveryID: DeliveryID, reason: String) {
    self.deliveryID = deliveryID
    self.reason = reason
  }
}

/// A mail was not sent, on purpose, and why.
public struct DeliveryDropped: ReviewEvent {
  public static let type: EventType = "review.notification.delivery-dropped"

  /// Why it was not sent.
  public enum Reason: String, Codable, Sendable, CaseIterable {
    /// A newer rung of the same duty was due as well (contract 23).
    case superseded
    /// The duty was fulfilled or cancelled before the moment of sending.
    case fulfilled
    /// The recipient has no address.
    case unreachable
  }

  public var deliveryID: DeliveryID
  public var aboutStream: String
  public var recipientID: SubjectID
  public var kind: MailKind
  public var rung: Int?
  public var reason: Reason

  public init(
    deliveryID: DeliveryID, aboutStream: String, recipientID: SubjectID, kind: MailKind, rung: Int?,
    reason: Reason
  ) {
    self.deliveryID = deliveryID
    self.aboutStream = aboutStream
    self.recipientID = recipientID
    self.kind = kind
    self.rung = rung
    self.reason = reason
  }
}
