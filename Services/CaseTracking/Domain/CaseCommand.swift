public import ReviewEvents

/// What can be asked of a case.
public enum CaseCommand: Sendable, Hashable {
  /// An advisory body proposes the case.
  case propose(ProposeCase)
  /// The authority approves it.
  case approve
  /// The authority issues the letter under its number.
  case issue(
    documentNumber: String, acknowledgeBefore: Instant, management: SubjectManagement)
  /// The subject confirms having received the letter.
  case acknowledge
  /// The subject answers every matter directly; `reportSubmittedAt` is when its report of the
  /// cycle was first received, if it was.
  case explain([MatterAnswer], reportSubmittedAt: Instant?)
  /// Intake received the answers with the report or its supplement.
  case noteExplanation([MatterAnswer])
  /// The conference dealt with the case; `hostID` is the organisation that reviews the subject.
  case holdConference(heldAt: Instant, minutesHash: String, hostID: UnitID?)
  /// The authority concludes on every matter.
  case conclude([MatterConclusion])
  /// The subject plans how to remedy.
  case plan([RemediationItem])
  /// An owner reports progress.
  case progress(matterID: MatterID, percentDone: Int, noteHash: String)
  /// The authority verifies an item.
  case verify(matterID: MatterID, result: RemediationResult, newDueBefore: Instant?)
  /// The authority closes the case.
  case close
  /// The authority takes what is open into another cycle.
  case carryOver(to: CycleID)
  /// The authority takes the case back.
  case withdraw
}

/// The content of a proposal.
public struct ProposeCase: Sendable, Hashable {
  /// The name the case will have.
  public var caseID: CaseID
  /// The cycle it belongs to.
  public var cycleID: CycleID
  /// Who is to be reviewed.
  public var subjectID: SubjectID
  /// In whose name the letter will be issued.
  public var authorityID: UnitID
  /// Why, from the rule set's list.
  public var grounds: [ListCode]
  /// What about.
  public var matters: [MatterOutline]
  /// Who manages the subject.
  public var management: SubjectManagement

  /// Puts the parts together.
  public init(
    caseID: CaseID, cycleID: CycleID, subjectID: SubjectID, authorityID: UnitID,
    grounds: [ListCode], matters: [MatterOutline], management: SubjectManagement
  ) {
    self.caseID = caseID
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.authorityID = authorityID
    self.grounds = grounds
    self.matters = matters
    self.management = management
  }
}
