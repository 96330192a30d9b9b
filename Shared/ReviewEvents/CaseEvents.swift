/// A matter of a case as the other services see it: no text, which stays with case-tracking.
public struct MatterOutline: Codable, Sendable, Hashable {
  /// The matter.
  public var matterID: MatterID
  /// Its number in the letter, from 1.
  public var number: Int
  /// The field it is about (land, forest, construction…), from the rule set's list.
  public var area: ListCode
  /// SHA-256 of the matter's text, in lower-case hexadecimal.
  public var textHash: String

  /// Puts the parts together.
  public init(matterID: MatterID, number: Int, area: ListCode, textHash: String) {
    self.matterID = matterID
    self.number = number
    self.area = area
    self.textHash = textHash
  }
}

/// An advisory body proposed a suggested review; nothing binds the subject yet.
public struct CaseProposed: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-proposed"
  /// The case.
  public var caseID: CaseID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The organisation in whose name the letter will be issued.
  public var authorityID: UnitID
  /// The level under which the case is counted: that of the unit which manages the subject.
  public var authorityLevel: LevelCode
  /// Why the review is suggested.
  public var grounds: [ListCode]
  /// The matters of the letter.
  public var matters: [MatterOutline]

  /// Puts the parts together.
  public init(
    caseID: CaseID, cycleID: CycleID, subjectID: SubjectID, authorityID: UnitID,
    authorityLevel: LevelCode, grounds: [ListCode], matters: [MatterOutline]
  ) {
    self.caseID = caseID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.authorityID = authorityID
    self.authorityLevel = authorityLevel
    self.grounds = grounds
    self.matters = matters
  }
}

/// The authority approved the proposal.
public struct CaseApproved: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-approved"
  /// The case.
  public var caseID: CaseID

  /// Puts the parts together.
  public init(caseID: CaseID) { self.caseID = caseID }
}

/// The letter was issued: from here the subject must answer every matter.
public struct CaseIssued: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-issued"
  /// The case.
  public var caseID: CaseID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The organisation in whose name the letter is issued.
  public var authorityID: UnitID
  /// The level under which the case is counted.
  public var authorityLevel: LevelCode
  /// The letter's number as printed.
  public var documentNumber: String
  /// The matters of the letter.
  public var matters: [MatterOutline]
  /// The first moment that is too late to acknowledge the letter.
  public var acknowledgeBefore: Instant

  /// Puts the parts together.
  public init(
    caseID: CaseID, cycleID: CycleID, subjectID: SubjectID, authorityID: UnitID,
    authorityLevel: LevelCode, documentNumber: String, matters: [MatterOutline],
    acknowledgeBefore: Instant
  ) {
    self.caseID = caseID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.authorityID = authorityID
    self.authorityLevel = authorityLevel
    self.documentNumber = documentNumber
    self.matters = matters
    self.acknowledgeBefore = acknowledgeBefore
  }
}

/// The subject confirmed having received the letter.
public struct CaseAcknowledged: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-acknowledged"
  /// The case.
  public var caseID: CaseID
  /// Who is reviewed.
  public var subjectID: SubjectID

  /// Puts the parts together.
  public init(caseID: CaseID, subjectID: SubjectID) {
    self.caseID = caseID
    self.subjectID = subjectID
  }
}

/// Every matter has an answer; derived from the report, its supplement or a direct explanation.
public struct CaseExplained: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-explained"
  /// The case.
  public var caseID: CaseID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// One answer for each matter.
  public var answers: [MatterAnswer]

  /// Puts the parts together.
  public init(caseID: CaseID, subjectID: SubjectID, answers: [MatterAnswer]) {
    self.caseID = caseID
    self.subjectID = subjectID
    self.answers = answers
  }
}

/// The review conference dealt with the case.
public struct ConferenceHeld: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.conference-held"
  /// The case.
  public var caseID: CaseID
  /// When it was held.
  public var heldAt: Instant
  /// SHA-256 of the minutes, in lower-case hexadecimal.
  public var minutesHash: String

  /// Puts the parts together.
  public init(caseID: CaseID, heldAt: Instant, minutesHash: String) {
    self.caseID = caseID
    self.heldAt = heldAt
    self.minutesHash = minutesHash
  }
}

/// What the authority concluded on one matter.
public struct MatterConclusion: Codable, Sendable, Hashable {
  /// The possible outcomes (feature 32).
  public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// There is a shortcoming to remedy.
    case remedy
    /// The matter is not founded.
    case notFounded
    /// The matter is passed on for inspection.
    case referred
  }

  /// The matter.
  public var matterID: MatterID
  /// What was concluded.
  public var outcome: Outcome

  /// Puts the parts together.
  public init(matterID: MatterID, outcome: Outcome) {
    self.matterID = matterID
    self.outcome = outcome
  }
}

/// The authority concluded on every matter; the subject can be rated now.
public struct CaseConcluded: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-concluded"
  /// The case.
  public var caseID: CaseID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// One conclusion for each matter.
  public var conclusions: [MatterConclusion]

  /// Puts the parts together.
  public init(
    caseID: CaseID, cycleID: CycleID, subjectID: SubjectID, conclusions: [MatterConclusion]
  ) {
    self.caseID = caseID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.conclusions = conclusions
  }
}

/// One thing to remedy.
public struct RemediationItem: Codable, Sendable, Hashable {
  /// The matter.
  public var matterID: MatterID
  /// Who has to do it.
  public var owner: ActorID.Coded
  /// The first moment that is too late.
  public var dueBefore: Instant
  /// SHA-256 of the measures' text, in lower-case hexadecimal.
  public var measuresHash: String

  /// Puts the parts together.
  public init(matterID: MatterID, owner: ActorID, dueBefore: Instant, measuresHash: String) {
    self.matterID = matterID
    self.owner = ActorID.Coded(owner)
    self.dueBefore = dueBefore
    self.measuresHash = measuresHash
  }
}

/// The subject's plan covers every matter that has to be remedied.
public struct RemediationPlanned: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.remediation-planned"
  /// The case.
  public var caseID: CaseID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// What is to be done, item by item.
  public var items: [RemediationItem]

  /// Puts the parts together.
  public init(caseID: CaseID, subjectID: SubjectID, items: [RemediationItem]) {
    self.caseID = caseID
    self.subjectID = subjectID
    self.items = items
  }
}

/// The owner reported progress on one item.
public struct RemediationProgressed: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.remediation-progressed"
  /// The case.
  public var caseID: CaseID
  /// The matter.
  public var matterID: MatterID
  /// 0–100.
  public var percentDone: Int
  /// SHA-256 of the progress note, in lower-case hexadecimal.
  public var noteHash: String

  /// Puts the parts together.
  public init(caseID: CaseID, matterID: MatterID, percentDone: Int, noteHash: String) {
    self.caseID = caseID
    self.matterID = matterID
    self.percentDone = percentDone
    self.noteHash = noteHash
  }
}

/// What verification found.
public enum RemediationResult: String, Codable, Sendable, CaseIterable {
  /// Remedied.
  case remedied
  /// Partly remedied: stays open with a new date.
  case partlyRemedied
  /// Not remedied: stays open with a new date.
  case notRemedied
}

/// Somebody other than the owner verified one item.
public struct RemediationVerified: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.remediation-verified"
  /// The case.
  public var caseID: CaseID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The matter.
  public var matterID: MatterID
  /// What was found.
  public var result: RemediationResult
  /// The new first moment that is too late; none when remedied.
  public var newDueBefore: Instant?

  /// Puts the parts together.
  public init(
    caseID: CaseID, subjectID: SubjectID, matterID: MatterID, result: RemediationResult,
    newDueBefore: Instant?
  ) {
    self.caseID = caseID
    self.subjectID = subjectID
    self.matterID = matterID
    self.result = result
    self.newDueBefore = newDueBefore
  }
}

/// Nothing of the case is open any more.
public struct CaseClosed: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-closed"
  /// The case.
  public var caseID: CaseID
  /// Who is reviewed.
  public var subjectID: SubjectID

  /// Puts the parts together.
  public init(caseID: CaseID, subjectID: SubjectID) {
    self.caseID = caseID
    self.subjectID = subjectID
  }
}

/// What is still open goes on into the next cycle.
public struct CaseCarriedOver: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-carried-over"
  /// The case.
  public var caseID: CaseID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// The cycle in which they go on.
  public var toCycleID: CycleID
  /// The matters that are still open.
  public var openMatterIDs: [MatterID]

  /// Puts the parts together.
  public init(caseID: CaseID, subjectID: SubjectID, toCycleID: CycleID, openMatterIDs: [MatterID]) {
    self.caseID = caseID
    self.subjectID = subjectID
    self.toCycleID = toCycleID
    self.openMatterIDs = openMatterIDs
  }
}

/// The authority took the case back before concluding it.
public struct CaseWithdrawn: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.case.case-withdrawn"
  /// The case.
  public var caseID: CaseID
  /// The cycle.
  public var cycleID: CycleID
  /// Who is reviewed.
  public var subjectID: SubjectID
  /// Whether the letter had been issued, that is, whether anybody else had to know.
  public var wasIssued: Bool

  /// Puts the parts together.
  public init(caseID: CaseID, cycleID: CycleID, subjectID: SubjectID, wasIssued: Bool) {
    self.caseID = caseID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.wasIssued = wasIssued
  }
}

extension ActorID {
  /// An actor inside a payload: written as one string.
  public struct Coded: Codable, Sendable, Hashable {
    /// The actor.
    public let actor: ActorID

    /// Wraps `actor`.
    public init(_ actor: ActorID) { self.actor = actor }

    /// Reads the actor from a single string.
    public init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      do { actor = try ActorID(text) } catch {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "not an actor"))
      }
    }

    /// Writes the actor as a single string.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(actor.description)
    }
  }
}
