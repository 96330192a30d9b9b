/// An organisation was founded by a decision.
///
/// An import says how organisations stand (``UnitRegistered``); this says how one came to be.
public struct UnitFounded: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.unit-founded"
  /// The organisation.
  public var unitID: UnitID
  /// The organisation's name.
  ///
  /// Names stand only in `unit/…` and `person/…` events (contract 6).
  public var name: String
  /// Its level, for good: what is restructured is founded anew.
  public var level: LevelCode
  /// The organisation above it in the tree; none at the top.
  public var parentID: UnitID?
  /// The organisation that manages (decides on) its leadership collective; none at the top.
  public var managingUnitID: UnitID?
  /// The level of the managing organisation, which is how figures are published.
  public var managingLevel: LevelCode?
  /// The peer group inside which its collective's quota is counted.
  public var peerGroup: PeerGroupCode
  /// Whether its leadership collective is reviewed and rated.
  public var reviewed: Bool
  /// The vertically managed sector, for example the police; none for all others and in older facts.
  public var sector: ListCode?
  /// The organisations that ended in it; none for one that is altogether new.
  public var predecessorIDs: [UnitID]
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(
    unitID: UnitID, name: String, level: LevelCode, parentID: UnitID?, managingUnitID: UnitID?,
    managingLevel: LevelCode?, peerGroup: PeerGroupCode, reviewed: Bool, predecessorIDs: [UnitID],
    effectiveOn: LocalDate, legalBasis: String, sector: ListCode? = nil
  ) {
    self.unitID = unitID
    self.name = name
    self.level = level
    self.parentID = parentID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
    self.reviewed = reviewed
    self.predecessorIDs = predecessorIDs
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
    self.sector = sector
  }
}

/// An organisation has another name.
public struct UnitRenamed: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.unit-renamed"
  /// The organisation.
  public var unitID: UnitID
  /// The new name.
  ///
  /// Names stand only in `unit/…` and `person/…` events (contract 6).
  public var name: String
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(unitID: UnitID, name: String, effectiveOn: LocalDate, legalBasis: String) {
    self.unitID = unitID
    self.name = name
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// An organisation stands below, or is managed by, another one; what is missing stays as it was.
public struct UnitMoved: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.unit-moved"
  /// The organisation.
  public var unitID: UnitID
  /// The organisation above it from now on, if that changes.
  public var parentID: UnitID?
  /// The organisation that manages it from now on, if that changes.
  public var managingUnitID: UnitID?
  /// The level of the new managing organisation.
  public var managingLevel: LevelCode?
  /// The peer group from now on, if that changes.
  public var peerGroup: PeerGroupCode?
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(
    unitID: UnitID, parentID: UnitID?, managingUnitID: UnitID?, managingLevel: LevelCode?,
    peerGroup: PeerGroupCode?, effectiveOn: LocalDate, legalBasis: String
  ) {
    self.unitID = unitID
    self.parentID = parentID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// An organisation took over what others left.
public struct UnitInherited: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.unit-inherited"
  /// The organisation that took over; it existed before.
  public var unitID: UnitID
  /// The organisations that ended.
  public var predecessorIDs: [UnitID]
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(
    unitID: UnitID, predecessorIDs: [UnitID], effectiveOn: LocalDate, legalBasis: String
  ) {
    self.unitID = unitID
    self.predecessorIDs = predecessorIDs
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// An organisation ended; the facts about it stay.
public struct UnitEnded: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.unit-ended"

  /// How an organisation can end.
  public enum Ending: String, Codable, Sendable, CaseIterable {
    /// Together with others, in one.
    case merged
    /// In several.
    case split
    /// Without a successor of its own; another organisation takes over.
    case dissolved
  }

  /// The organisation.
  public var unitID: UnitID
  /// How it ended.
  public var ending: Ending
  /// The organisations that took over from it, at least one.
  public var successorIDs: [UnitID]
  /// The one successor that answers for its debts of remediation and has its rights of history.
  public var heirID: UnitID
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(
    unitID: UnitID, ending: Ending, successorIDs: [UnitID], heirID: UnitID, effectiveOn: LocalDate,
    legalBasis: String
  ) {
    self.unitID = unitID
    self.ending = ending
    self.successorIDs = successorIDs
    self.heirID = heirID
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// A member joined: from now on there is a subject.
public struct PersonJoined: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.person-joined"
  /// The member.
  public var personID: PersonID
  /// The member's name.
  ///
  /// Names stand only in `unit/…` and `person/…` events (contract 6).
  public var fullName: String
  /// Where the person is a member.
  public var memberOfID: UnitID
  /// The organisation that manages (decides on) the person.
  public var managingUnitID: UnitID
  /// The level of the managing organisation, which is how figures are published.
  public var managingLevel: LevelCode
  /// The role in which the person is reviewed.
  public var role: MemberRole
  /// The peer group inside which the quota is counted.
  public var peerGroup: PeerGroupCode
  /// How the report is handed in.
  public var channel: FilingChannel
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(
    personID: PersonID, fullName: String, memberOfID: UnitID, managingUnitID: UnitID,
    managingLevel: LevelCode, role: MemberRole, peerGroup: PeerGroupCode, channel: FilingChannel,
    effectiveOn: LocalDate, legalBasis: String
  ) {
    self.personID = personID
    self.fullName = fullName
    self.memberOfID = memberOfID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.role = role
    self.peerGroup = peerGroup
    self.channel = channel
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// A member belongs to, or is managed by, another organisation; what is missing stays as it was.
public struct PersonTransferred: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.person-transferred"
  /// The member.
  public var personID: PersonID
  /// Where the person is a member from now on, if that changes.
  public var memberOfID: UnitID?
  /// The organisation that manages the person from now on, if that changes.
  public var managingUnitID: UnitID?
  /// The level of the new managing organisation.
  public var managingLevel: LevelCode?
  /// The role from now on, if that changes.
  public var role: MemberRole?
  /// The peer group from now on, if that changes.
  public var peerGroup: PeerGroupCode?
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(
    personID: PersonID, memberOfID: UnitID?, managingUnitID: UnitID?, managingLevel: LevelCode?,
    role: MemberRole?, peerGroup: PeerGroupCode?, effectiveOn: LocalDate, legalBasis: String
  ) {
    self.personID = personID
    self.memberOfID = memberOfID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.role = role
    self.peerGroup = peerGroup
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// A member left: from now on there is nobody to review.
///
/// Why stands in the document alone: a reason may be a discipline or an illness.
public struct PersonLeft: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.person-left"
  /// The member.
  public var personID: PersonID
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(personID: PersonID, effectiveOn: LocalDate, legalBasis: String) {
    self.personID = personID
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// A post that a member holds in an organisation.
public struct Post: Codable, Sendable, Hashable {
  /// The organisation.
  public var unitID: UnitID
  /// Head, deputy or member of its leadership.
  public var role: MemberRole

  /// Puts the parts together.
  public init(unitID: UnitID, role: MemberRole) {
    self.unitID = unitID
    self.role = role
  }
}

/// The posts that a member holds from now on, all of them.
///
/// A person with several posts is counted once, in the first-ranked one.
public struct PostsAssigned: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.posts-assigned"
  /// The member.
  public var personID: PersonID
  /// The posts, the first-ranked first; none when the last one was given up.
  public var posts: [Post]
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(personID: PersonID, posts: [Post], effectiveOn: LocalDate, legalBasis: String) {
    self.personID = personID
    self.posts = posts
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }
}

/// An open report goes on under another managing organisation.
///
/// The report and its due date stay what they were.
public struct ReportHandedOver: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.report-handed-over"
  /// The report.
  public var reportID: ReportID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The organisation that managed the subject when the report was requested or last handed over.
  public var fromUnitID: UnitID
  /// The organisation that manages the subject from now on.
  public var managingUnitID: UnitID
  /// The level of that organisation.
  public var managingLevel: LevelCode
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate

  /// Puts the parts together.
  public init(
    reportID: ReportID, cycleID: CycleID, subjectID: SubjectID, fromUnitID: UnitID,
    managingUnitID: UnitID, managingLevel: LevelCode, effectiveOn: LocalDate
  ) {
    self.reportID = reportID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.fromUnitID = fromUnitID
    self.managingUnitID = managingUnitID
    self.managingLevel = managingLevel
    self.effectiveOn = effectiveOn
  }
}
