public import ReviewEvents

/// What can stand in the stream of a report.
public enum ReportEvent: Sendable, Hashable {
  /// The report is owed.
  case requested(ReportRequested)
  /// It goes on under another managing organisation.
  case handedOver(ReportHandedOver)
  /// A draft was saved.
  case drafted(ReportDrafted)
  /// The report was handed in.
  case submitted(ReportSubmitted)
  /// The report was given back.
  case returned(ReportReturned)
  /// The report was accepted.
  case accepted(ReportAccepted)
  /// Nobody has to hand it in any more.
  case waived(ReportWaived)
  /// It takes nothing any more.
  case locked(ReportLocked)
  /// It lies with the subject again.
  case reopened(ReportReopened)
  /// The subject asked for more time.
  case extensionRequested(ExtensionRequested)
  /// It got more time.
  case extensionGranted(ExtensionGranted)
  /// It got no more time.
  case extensionRefused(ExtensionRefused)
  /// Matters that came after the receipt have to be answered.
  case supplementRequested(SupplementRequested)
  /// They were answered.
  case supplementSubmitted(SupplementSubmitted)
  /// They need no answer any more.
  case supplementCancelled(SupplementCancelled)

  /// Reads one fact of a report's stream.
  /// - Throws: ``UndecodableEvent`` for a fact that is none of a report.
  public init(_ envelope: EventEnvelope) throws(UndecodableEvent) {
    switch envelope.type {
    case ReportRequested.type:
      self = .requested(try EventCodec.decode(ReportRequested.self, from: envelope))
    case ReportHandedOver.type:
      self = .handedOver(try EventCodec.decode(ReportHandedOver.self, from: envelope))
    case ReportDrafted.type:
      self = .drafted(try EventCodec.decode(ReportDrafted.self, from: envelope))
    case ReportSubmitted.type:
      self = .submitted(try EventCodec.decode(ReportSubmitted.self, from: envelope))
    case ReportReturned.type:
      self = .returned(try EventCodec.decode(ReportReturned.self, from: envelope))
    case ReportAccepted.type:
      self = .accepted(try EventCodec.decode(ReportAccepted.self, from: envelope))
    case ReportWaived.type:
      self = .waived(try EventCodec.decode(ReportWaived.self, from: envelope))
    case ReportLocked.type:
      self = .locked(try EventCodec.decode(ReportLocked.self, from: envelope))
    case ReportReopened.type:
      self = .reopened(try EventCodec.decode(ReportReopened.self, from: envelope))
    case ExtensionRequested.type:
      self = .extensionRequested(try EventCodec.decode(ExtensionRequested.self, from: envelope))
    case ExtensionGranted.type:
      self = .extensionGranted(try EventCodec.decode(ExtensionGranted.self, from: envelope))
    case ExtensionRefused.type:
      self = .extensionRefused(try EventCodec.decode(ExtensionRefused.self, from: envelope))
    case SupplementRequested.type:
      self = .supplementRequested(try EventCodec.decode(SupplementRequested.self, from: envelope))
    case SupplementSubmitted.type:
      self = .supplementSubmitted(try EventCodec.decode(SupplementSubmitted.self, from: envelope))
    case SupplementCancelled.type:
      self = .supplementCancelled(try EventCodec.decode(SupplementCancelled.self, from: envelope))
    default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
    }
  }

  /// The fact as it is published.
  public var fact: any ReviewEvent {
    switch self {
    case .requested(let fact): fact
    case .handedOver(let fact): fact
    case .drafted(let fact): fact
    case .submitted(let fact): fact
    case .returned(let fact): fact
    case .accepted(let fact): fact
    case .waived(let fact): fact
    case .locked(let fact): fact
    case .reopened(let fact): fact
    case .extensionRequested(let fact): fact
    case .extensionGranted(let fact): fact
    case .extensionRefused(let fact): fact
    case .supplementRequested(let fact): fact
    case .supplementSubmitted(let fact): fact
    case .supplementCancelled(let fact): fact
    }
  }
}
