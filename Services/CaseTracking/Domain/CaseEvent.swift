public import ReviewEvents

/// A fact of a case's stream.
public enum CaseEvent: Sendable, Hashable {
  /// An advisory body proposed the case.
  case proposed(CaseProposed)
  /// The authority approved it.
  case approved(CaseApproved)
  /// The letter was issued.
  case issued(CaseIssued)
  /// The subject confirmed the letter.
  case acknowledged(CaseAcknowledged)
  /// Every matter has an answer.
  case explained(CaseExplained)
  /// The conference dealt with the case.
  case conferenceHeld(ConferenceHeld)
  /// The authority concluded on every matter.
  case concluded(CaseConcluded)
  /// A plan covers everything to remedy.
  case planned(RemediationPlanned)
  /// An owner reported progress.
  case progressed(RemediationProgressed)
  /// An item was verified.
  case verified(RemediationVerified)
  /// Nothing is open any more.
  case closed(CaseClosed)
  /// What is open goes on in another cycle.
  case carriedOver(CaseCarriedOver)
  /// The authority took the case back.
  case withdrawn(CaseWithdrawn)

  /// The payload to append.
  public var payload: any ReviewEvent {
    switch self {
    case .proposed(let event): event
    case .approved(let event): event
    case .issued(let event): event
    case .acknowledged(let event): event
    case .explained(let event): event
    case .conferenceHeld(let event): event
    case .concluded(let event): event
    case .planned(let event): event
    case .progressed(let event): event
    case .verified(let event): event
    case .closed(let event): event
    case .carriedOver(let event): event
    case .withdrawn(let event): event
    }
  }

  /// Reads a fact of a case's stream.
  /// - Throws: ``UndecodableEvent`` when it is none, or newer than this build.
  public init(_ envelope: EventEnvelope) throws(UndecodableEvent) {
    func decode<Event: ReviewEvent>(_ type: Event.Type) throws(UndecodableEvent) -> Event {
      try EventCodec.decode(type, from: envelope)
    }
    self =
      switch envelope.type {
      case CaseProposed.type: .proposed(try decode(CaseProposed.self))
      case CaseApproved.type: .approved(try decode(CaseApproved.self))
      case CaseIssued.type: .issued(try decode(CaseIssued.self))
      case CaseAcknowledged.type: .acknowledged(try decode(CaseAcknowledged.self))
      case CaseExplained.type: .explained(try decode(CaseExplained.self))
      case ConferenceHeld.type: .conferenceHeld(try decode(ConferenceHeld.self))
      case CaseConcluded.type: .concluded(try decode(CaseConcluded.self))
      case RemediationPlanned.type: .planned(try decode(RemediationPlanned.self))
      case RemediationProgressed.type: .progressed(try decode(RemediationProgressed.self))
      case RemediationVerified.type: .verified(try decode(RemediationVerified.self))
      case CaseClosed.type: .closed(try decode(CaseClosed.self))
      case CaseCarriedOver.type: .carriedOver(try decode(CaseCarriedOver.self))
      case CaseWithdrawn.type: .withdrawn(try decode(CaseWithdrawn.self))
      default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
      }
  }
}
