/// What a mail is about; the raw value names its template.
public enum MailKind: String, Codable, Sendable, CaseIterable {
  /// A report falls due.
  case reportReminder = "report-reminder"
  /// A report is overdue.
  case reportOverdue = "report-overdue"
  /// A report was received.
  case reportReceipt = "report-receipt"
  /// A report has to be rewritten.
  case reportReturned = "report-returned"
  /// A letter was issued.
  case caseIssued = "case-issued"
  /// An answer to a letter falls due.
  case caseReminder = "case-reminder"
  /// An answer to a letter is overdue.
  case caseOverdue = "case-overdue"
  /// Matters came after the report and need an answer.
  case supplementRequested = "supplement-requested"
  /// There is more time for a report.
  case extensionGranted = "extension-granted"
  /// There is no more time for a report.
  case extensionRefused = "extension-refused"
}

/// A mail was rendered and waits to be sent; the send-once key is used up from here on.
public struct DeliveryPlanned: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.notification.delivery-planned"
  /// The mail.
  public var deliveryID: DeliveryID
  /// The stream the duty came from.
  public var aboutStream: String
  /// Who gets the mail.
  public var recipientID: SubjectID
  /// What kind it is.
  public var kind: MailKind
  /// Days relative to the last compliant day; none for mails that are not reminders.
  public var rung: Int?
  /// The duty whose rung the mail is; none for mails that are not reminders, missing in older
  /// facts.
  public var dutyID: String?
  /// The sequence of the extension from whose date the rung is counted; none for the first date,
  /// missing in older facts.
  public var datedBy: Int64?

  /// Puts the parts together.
  public init(
    deliveryID: DeliveryID, aboutStream: String, recipientID: SubjectID, kind: MailKind, rung: Int?,
    dutyID: String?, datedBy: Int64? = nil
  ) {
    self.deliveryID = deliveryID
    self.aboutStream = aboutStream
    self.recipientID = recipientID
    self.kind = kind
    self.rung = rung
    self.dutyID = dutyID
    self.datedBy = datedBy
  }
}

/// The server took the mail.
public struct DeliverySent: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.notification.delivery-sent"
  /// The mail.
  public var deliveryID: DeliveryID
  /// Counts the attempts from 1.
  public var attempt: Int

  /// Puts the parts together.
  public init(deliveryID: DeliveryID, attempt: Int) {
    self.deliveryID = deliveryID
    self.attempt = attempt
  }
}

/// The server refused the mail for good.
public struct DeliveryRefused: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.notification.delivery-refused"
  /// The mail.
  public var deliveryID: DeliveryID
  /// The SMTP reply code.
  public var replyCode: Int

  /// Puts the parts together.
  public init(deliveryID: DeliveryID, replyCode: Int) {
    self.deliveryID = deliveryID
    self.replyCode = replyCode
  }
}

/// It cannot be known whether the server took the mail; an operator decides (contract 24).
public struct DeliveryHeld: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.notification.delivery-held"
  /// The mail.
  public var deliveryID: DeliveryID
  /// Why it cannot be known.
  public var reason: String

  /// Puts the parts together.
  public init(deliveryID: DeliveryID, reason: String) {
    self.deliveryID = deliveryID
    self.reason = reason
  }
}

/// A mail was not sent, on purpose, and why.
public struct DeliveryDropped: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.notification.delivery-dropped"

  /// Why it was not sent.
  public enum Reason: String, Codable, Sendable, CaseIterable {
    /// A newer rung of the same duty was due as well (contract 23).
    case superseded
    /// The duty was fulfilled or cancelled before the moment of sending.
    case fulfilled
    /// The recipient has no address.
    case unreachable
    /// The duty had another date at the moment of sending.
    case rescheduled
  }

  /// The mail.
  public var deliveryID: DeliveryID
  /// The stream the duty came from.
  public var aboutStream: String
  /// Who gets the mail.
  public var recipientID: SubjectID
  /// What kind it is.
  public var kind: MailKind
  /// Days relative to the last compliant day; none for mails that are not reminders.
  public var rung: Int?
  /// The duty whose rung the mail is; none for mails that are not reminders, missing in older
  /// facts.
  public var dutyID: String?
  /// The sequence of the extension from whose date the rung is counted; none for the first date,
  /// missing in older facts.
  public var datedBy: Int64?
  /// Why.
  public var reason: Reason

  /// Puts the parts together.
  public init(
    deliveryID: DeliveryID, aboutStream: String, recipientID: SubjectID, kind: MailKind, rung: Int?,
    dutyID: String?, datedBy: Int64? = nil, reason: Reason
  ) {
    self.deliveryID = deliveryID
    self.aboutStream = aboutStream
    self.recipientID = recipientID
    self.kind = kind
    self.rung = rung
    self.dutyID = dutyID
    self.datedBy = datedBy
    self.reason = reason
  }
}
