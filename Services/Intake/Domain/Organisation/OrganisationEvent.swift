public import ReviewEvents

/// What can stand in the stream of an organisation or of a member.
public enum OrganisationEvent: Sendable, Hashable {
  /// An import said how the organisation stands.
  case unitRegistered(UnitRegistered)
  /// The organisation was founded.
  case unitFounded(UnitFounded)
  /// It has another name.
  case unitRenamed(UnitRenamed)
  /// It stands elsewhere.
  case unitMoved(UnitMoved)
  /// It took over from others.
  case unitInherited(UnitInherited)
  /// It ended.
  case unitEnded(UnitEnded)
  /// An import said how the member stands.
  case personRegistered(PersonRegistered)
  /// The member joined.
  case personJoined(PersonJoined)
  /// The member belongs elsewhere.
  case personTransferred(PersonTransferred)
  /// The member left.
  case personLeft(PersonLeft)
  /// The member holds other posts.
  case postsAssigned(PostsAssigned)

  /// Reads one fact of the stream of an organisation or member.
  /// - Throws: ``UndecodableEvent`` for a fact that is none of theirs.
  public init(_ envelope: EventEnvelope) throws(UndecodableEvent) {
    switch envelope.type {
    case UnitRegistered.type:
      self = .unitRegistered(try EventCodec.decode(UnitRegistered.self, from: envelope))
    case UnitFounded.type:
      self = .unitFounded(try EventCodec.decode(UnitFounded.self, from: envelope))
    case UnitRenamed.type:
      self = .unitRenamed(try EventCodec.decode(UnitRenamed.self, from: envelope))
    case UnitMoved.type:
      self = .unitMoved(try EventCodec.decode(UnitMoved.self, from: envelope))
    case UnitInherited.type:
      self = .unitInherited(try EventCodec.decode(UnitInherited.self, from: envelope))
    case UnitEnded.type:
      self = .unitEnded(try EventCodec.decode(UnitEnded.self, from: envelope))
    case PersonRegistered.type:
      self = .personRegistered(try EventCodec.decode(PersonRegistered.self, from: envelope))
    case PersonJoined.type:
      self = .personJoined(try EventCodec.decode(PersonJoined.self, from: envelope))
    case PersonTransferred.type:
      self = .personTransferred(try EventCodec.decode(PersonTransferred.self, from: envelope))
    case PersonLeft.type:
      self = .personLeft(try EventCodec.decode(PersonLeft.self, from: envelope))
    case PostsAssigned.type:
      self = .postsAssigned(try EventCodec.decode(PostsAssigned.self, from: envelope))
    default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
    }
  }

  /// The fact as it is published.
  public var fact: any ReviewEvent {
    switch self {
    case .unitRegistered(let fact): fact
    case .unitFounded(let fact): fact
    case .unitRenamed(let fact): fact
    case .unitMoved(let fact): fact
    case .unitInherited(let fact): fact
    case .unitEnded(let fact): fact
    case .personRegistered(let fact): fact
    case .personJoined(let fact): fact
    case .personTransferred(let fact): fact
    case .personLeft(let fact): fact
    case .postsAssigned(let fact): fact
    }
  }

  /// Whose stream it stands in.
  public var subject: SubjectID {
    switch self {
    case .unitRegistered(let fact): .unit(fact.unitID)
    case .unitFounded(let fact): .unit(fact.unitID)
    case .unitRenamed(let fact): .unit(fact.unitID)
    case .unitMoved(let fact): .unit(fact.unitID)
    case .unitInherited(let fact): .unit(fact.unitID)
    case .unitEnded(let fact): .unit(fact.unitID)
    case .personRegistered(let fact): .person(fact.personID)
    case .personJoined(let fact): .person(fact.personID)
    case .personTransferred(let fact): .person(fact.personID)
    case .personLeft(let fact): .person(fact.personID)
    case .postsAssigned(let fact): .person(fact.personID)
    }
  }

  /// The first day on which it holds; an import names none and holds from the day it is recorded.
  public var effectiveOn: LocalDate? {
    switch self {
    case .unitRegistered, .personRegistered: nil
    case .unitFounded(let fact): fact.effectiveOn
    case .unitRenamed(let fact): fact.effectiveOn
    case .unitMoved(let fact): fact.effectiveOn
    case .unitInherited(let fact): fact.effectiveOn
    case .unitEnded(let fact): fact.effectiveOn
    case .personJoined(let fact): fact.effectiveOn
    case .personTransferred(let fact): fact.effectiveOn
    case .personLeft(let fact): fact.effectiveOn
    case .postsAssigned(let fact): fact.effectiveOn
    }
  }
}

/// A fact with the moment at which it was recorded.
public struct RecordedEvent: Sendable, Hashable {
  /// The fact.
  public var event: OrganisationEvent
  /// When it was recorded, by the calendar clock.
  public var recordedAt: Instant

  /// Puts the parts together.
  public init(_ event: OrganisationEvent, at recordedAt: Instant) {
    self.event = event
    self.recordedAt = recordedAt
  }

  /// Reads one fact of the stream of an organisation or member.
  /// - Throws: ``UndecodableEvent`` for a fact that is none of theirs.
  public init(_ envelope: EventEnvelope) throws(UndecodableEvent) {
    self.init(try OrganisationEvent(envelope), at: envelope.time)
  }

  /// The first day on which it holds.
  public var effectiveOn: LocalDate { event.effectiveOn ?? LocalDate(recordedAt) }

  var mark: Mark { Mark(effectiveOn: effectiveOn, recordedAt: recordedAt) }
}
