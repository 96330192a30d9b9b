internal import ReviewEvents

/// What one fact says of an organisation or a member: a row of the table `organisation_term`.
///
/// It follows from the fact alone, whatever else has arrived. What a fact does not say is missing,
/// and stays as it was; in a fact that says everything (`isWhole`) what is missing is none.
struct OrganisationTerm: Sendable, Hashable {
  enum Existence: String, Sendable {
    case begins, ends
  }

  let subjectID: SubjectID
  let sequence: Int64
  let recordedAt: Instant
  let effectiveOn: LocalDate
  var isWhole = false
  var existence: Existence?
  var level: LevelCode?
  var aboveID: UnitID?
  var managingUnitID: UnitID?
  var managingLevel: LevelCode?
  var peerGroup: PeerGroupCode?
  var reviewed: Bool?
  var sector: ListCode?
  var role: MemberRole?
  var channel: FilingChannel?
  /// The posts of a member, all of them, if the fact is about posts.
  var posts: [Post]?
  /// Who answers for an organisation that ended.
  var heirID: UnitID?

  /// A term that says nothing yet; a fact without a day holds from the day it was recorded.
  init(_ subjectID: SubjectID, _ envelope: EventEnvelope, effectiveOn: LocalDate? = nil) {
    self.subjectID = subjectID
    sequence = envelope.sequence
    recordedAt = envelope.time
    self.effectiveOn = effectiveOn ?? LocalDate(envelope.time)
  }
}

/// A fact that says something of how an organisation or a member stands.
protocol OrganisationFact: ReviewEvent {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm
}

extension UnitRegistered: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.unit(unitID), envelope)
    term.isWhole = true
    // An organisation begins once: an import that amends it changes neither that nor its end.
    term.existence = envelope.sequence == 1 ? .begins : nil
    term.level = level
    term.aboveID = parentID
    term.managingUnitID = managingUnitID
    term.managingLevel = managingLevel
    term.peerGroup = peerGroup
    term.reviewed = reviewed
    term.sector = sector
    return term
  }
}

extension UnitFounded: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.unit(unitID), envelope, effectiveOn: effectiveOn)
    term.isWhole = true
    term.existence = envelope.sequence == 1 ? .begins : nil
    term.level = level
    term.aboveID = parentID
    term.managingUnitID = managingUnitID
    term.managingLevel = managingLevel
    term.peerGroup = peerGroup
    term.reviewed = reviewed
    term.sector = sector
    return term
  }
}

extension UnitMoved: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.unit(unitID), envelope, effectiveOn: effectiveOn)
    term.aboveID = parentID
    term.managingUnitID = managingUnitID
    term.managingLevel = managingLevel
    term.peerGroup = peerGroup
    return term
  }
}

extension UnitEnded: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.unit(unitID), envelope, effectiveOn: effectiveOn)
    term.existence = .ends
    term.heirID = heirID
    return term
  }
}

extension PersonRegistered: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.person(personID), envelope)
    term.isWhole = true
    // An import that amends a member who left brings nobody back; joining again does.
    term.existence = envelope.sequence == 1 ? .begins : nil
    term.aboveID = memberOfID
    term.managingUnitID = managingUnitID
    term.managingLevel = managingLevel
    term.peerGroup = peerGroup
    term.role = role
    term.channel = channel
    return term
  }
}

extension PersonJoined: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.person(personID), envelope, effectiveOn: effectiveOn)
    term.isWhole = true
    term.existence = .begins
    term.aboveID = memberOfID
    term.managingUnitID = managingUnitID
    term.managingLevel = managingLevel
    term.peerGroup = peerGroup
    term.role = role
    term.channel = channel
    return term
  }
}

extension PersonTransferred: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.person(personID), envelope, effectiveOn: effectiveOn)
    term.aboveID = memberOfID
    term.managingUnitID = managingUnitID
    term.managingLevel = managingLevel
    term.peerGroup = peerGroup
    term.role = role
    return term
  }
}

extension PersonLeft: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.person(personID), envelope, effectiveOn: effectiveOn)
    term.existence = .ends
    return term
  }
}

extension PostsAssigned: OrganisationFact {
  func term(_ envelope: EventEnvelope) -> OrganisationTerm {
    var term = OrganisationTerm(.person(personID), envelope, effectiveOn: effectiveOn)
    term.posts = posts
    return term
  }
}
