/// The messages that the system sends; the raw names are stored and never change.
public enum MessageKind: String, Sendable, CaseIterable {
  /// A report is due soon.
  case reportReminder = "report-reminder"
  /// A report is past its deadline.
  case reportOverdue = "report-overdue"
  /// A report has arrived.
  case reportReceipt = "report-receipt"
  /// A report was given back and is due again.
  case reportReturned = "report-returned"
  /// There is new work in the review period. What it is about stands only in the portal: that
  /// there is such work at all is sensitive.
  case caseIssued = "case-issued"
  /// Such work is due soon.
  case caseReminder = "case-reminder"
  /// Such work is past its deadline.
  case caseOverdue = "case-overdue"
  /// Something is to be added to what was handed in.
  case supplementRequested = "supplement-requested"
  /// There is more time for a report.
  case extensionGranted = "extension-granted"
  /// There is no more time for a report.
  case extensionRefused = "extension-refused"
}
