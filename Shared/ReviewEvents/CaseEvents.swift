/// A matter of a case as the other services see it: no text, which stays with case-tracking.
public struct MatterOutline: Codable, Sendable, Hashable {
  public var matterID: MatterID
  /// Its number in the letter, from 1.
  public var number: Int
  /// The field it is about (land, forest, construction…), from the rule set's list.
  public var area: ListCode
  /// SHA-256 of the matter's text, in lower-case hexadecimal.
  public var textHash: String

  public init(matterID: MatterID, number: Int, area: ListCode, textHash: String) {
    self.matterID = matterID
    self.number = number
    self.area = area
    self.textHash = textHash
  }
}

/// An advisory body proposed a suggested review; nothing binds the subject yet.
public struct CaseProposed: ReviewEvent {
  public static let type: EventType = "review.case.case-proposed"
  public var caseID: CaseID
  public var cycleID: CycleID
  public var subjectID: SubjectID
  /// The organisation in whose name the letter will be issued.
  public var authorityID: UnitID
  /// The level under which the case is counted: that of the unit which manages the subject.
  public var authorityLevel: LevelCode
  public var grounds: [ListCode]
  public var matters: [MatterOutline]

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
  public static let type: EventType = "review.case.case-approved"
  public var caseID: CaseID

  public init(caseID: CaseID) { self.caseID = caseID }
}

/// The letter was issued: from here the subject must answer every matter.
public struct CaseIssued: ReviewEvent {
  public static let type: EventType = "review.case.case-issued"
  public var caseID: CaseID
  public var cycleID: CycleID
  public var subjectID: SubjectID
  public var authorityID: UnitID
  public var authorityLevel: LevelCode
  /// The letter's number as printed.
  public var documentNumber: String
  public var matters: [MatterOutline]
  /// The first moment that is too late to acknowledge the letter.
  public var acknowledgeBefore: Instant

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
  public static let type: EventType = "review.case.case-acknowledged"
  public var caseID: CaseID
  public var subjectID: SubjectID

  public init(caseID: CaseID, subjectID: SubjectID) {
    self.caseID = caseID
    self.subjectID = subjectID
  }
}

/// Every matter has an answer; derived from the report, its supplement or a direct explanation.
public struct CaseExplained: ReviewEvent {
  public static let type: EventType = "review.case.case-explained"
  public var caseID: CaseID
  public var subjectID: SubjectID
  public var answers: [MatterAnswer]

  public init(caseID: CaseID, subjectID: SubjectID, answers: [MatterAnswer]) {
    self.caseID = caseID
    self.subjectID = subjectID
    self.answers = answers
  }
}

/// The review conference dealt with the case.
public struct ConferenceHeld: ReviewEvent {
  public static let type: EventType = "review.case.conference-held"
  public var caseID: CaseID
  public var heldAt: Instant
  /// SHA-256 of the minutes, in lower-case hexadecimal.
  public var minutesHash: String

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

  public var matterID: MatterID
  public var outcome: Outcome

  public init(matterID: MatterID, outcome: Outcome) {
    self.matterID = matterID
    self.outcome = outcome
  }
}

/// The authority concluded on every matter; the subject can be rated now.
public struct CaseConcluded: ReviewEvent {
  public static let type: EventType = "review.case.case-concluded"
  public var caseID: CaseID
  public var cycleID: CycleID
  public var subjectID: SubjectID
  public var conclusions: [MatterConclusion]

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
  public var matterID: MatterID
  /// Who has to do it.
  public var owner: ActorID.Coded
  /// The first moment that is too late.
  public var dueBefore: Instant
  /// SHA-256 of the measures' text, in lower-case hexadecimal.
  public var measuresHash: String

  public init(matterID: MatterID, owner: ActorID, dueBefore: Instant, measuresHash: String) {
    self.matterID = matterID
    self.owner = ActorID.Coded(owner)
    self.dueBefore = dueBefore
    self.measuresHash = measuresHash
  }
}

/// The subject's plan covers every matter that has to be remedied.
public struct RemediationPlanned: ReviewEvent {
  public static let type: EventType = "review.case.remediation-planned"
  public var caseID: CaseID
  public var subjectID: SubjectID
  public var items: [RemediationItem]

  public init(caseID: CaseID, subjectID: SubjectID, items: [RemediationItem]) {
    self.caseID = caseID
    self.subjectID = subjectID
    self.items = items
  }
}

/// The owner reported progress on one item.
public struct RemediationProgressed: ReviewEvent {
  public static let type: EventType = "review.case.remediation-progressed"
  public var caseID: CaseID
  public var matterID: MatterID
  /// 0–100.
  public var percentDone: Int
  /// SHA-256 of the progress note, in lower-case hexadecimal.
  public var noteHash: String

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
  public static let type: EventType = "review.case.remediation-verified"
  public var caseID: CaseID
  public var subjectID: SubjectID
  public var matterID: MatterID
  public var result: RemediationResult
  /// The new first moment that is too late; none when remedied.
  public var newDueBefore: Instant?

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
  public static let type: EventType = "review.case.case-closed"
  public var caseID: CaseID
  public var subjectID: SubjectID

  public init(caseID: CaseID, subjectID: SubjectID) {
    self.caseID = caseID
    self.subjectID = subjectID
  }
}

/// What is still open goes on into the next cycle.
public struct CaseCarriedOver: ReviewEvent {
  public static let type: EventType = "review.case.case-carried-over"
  public var caseID: CaseID
  public var subjectID: SubjectID
  public var toCycleID: CycleID
  public var openMatterIDs: [MatterID]

  public init(caseID: CaseID, subjectID: SubjectID, toCycleID: CycleID, openMatterIDs: [MatterID]) {
    self.caseID = caseID
    self.subjectID = subjectID
    self.toCycleID = toCycleID
    self.openMatterIDs = openMatterIDs
  }
}

/// The authority took the case back before concluding it.
public struct CaseWithdrawn: ReviewEvent {
  public static let type: EventType = "review.case.case-withdrawn"
  public var caseID: CaseID
  public var cycleID: CycleID
  public var subjectID: SubjectID
  /// Whether the letter had been issued, that is, whether anybody else had to know.
  public var wasIssued: Bool

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
