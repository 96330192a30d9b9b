public import ReviewEvents

/// A suggested review: from an advisory body's proposal to the last shortcoming remedied.
///
/// The state is nothing but what its facts say; see `SuggestedReviewCase+Decide.swift` for what
/// may happen next.
public struct SuggestedReviewCase: Sendable, Hashable {
  /// The stretches of a case's life between which the authority decides.
  public enum Phase: Sendable, Hashable {
    /// Nothing is known.
    case unseen
    /// Proposed, binding nobody.
    case proposed
    /// Approved, binding nobody yet.
    case approved
    /// The letter is out: acknowledging, answering and the conference come in any order.
    case issued
    /// Concluded: only remediation is left.
    case concluded
    /// Nothing is open.
    case closed
    /// Taken back.
    case withdrawn
  }

  /// What is known of one thing to remedy.
  public struct Item: Sendable, Hashable {
    /// Who has to do it.
    public var owner: ActorID
    /// The first moment that is too late.
    public var dueBefore: Instant
    /// What the plan says.
    public var measuresHash: String
    /// 0–100, as last reported.
    public var percentDone = 0
    /// The last progress note, if there is one.
    public var noteHash: String?
    /// What the last verification found, if there was one.
    public var result: RemediationResult?
  }

  /// The stretch of life.
  public internal(set) var phase = Phase.unseen
  /// The content, from the proposal.
  public internal(set) var proposal: CaseProposed?
  /// When it was proposed.
  public internal(set) var proposedAt: Instant?
  /// The letter, once issued.
  public internal(set) var letter: CaseIssued?
  /// When the letter was issued.
  public internal(set) var issuedAt: Instant?
  /// When the subject confirmed the letter.
  public internal(set) var acknowledgedAt: Instant?
  /// When every matter had an answer.
  public internal(set) var explainedAt: Instant?
  /// The answers, once every matter has one.
  public internal(set) var answers: [MatterAnswer] = []
  /// The conference, once held.
  public internal(set) var conference: ConferenceHeld?
  /// When the authority concluded.
  public internal(set) var concludedAt: Instant?
  /// What was concluded, by matter.
  public internal(set) var outcomes: [MatterID: MatterConclusion.Outcome] = [:]
  /// What has to be done, by matter, once planned.
  public internal(set) var items: [MatterID: Item] = [:]
  /// The cycle the open rest was last carried into, if it was.
  public internal(set) var carriedOverTo: CycleID?
  /// When it ended, closed or withdrawn.
  public internal(set) var endedAt: Instant?

  /// A case of which nothing is known.
  public init() {}

  /// The case that `facts` tell, each with its time.
  public init(_ facts: some Sequence<(CaseEvent, Instant)>) {
    for (event, time) in facts { apply(event, at: time) }
  }

  /// The matters in the order of the letter.
  public var matters: [MatterOutline] { proposal?.matters ?? [] }

  /// The matters that were found to need remedying, in the order of the letter.
  public var mattersToRemedy: [MatterID] {
    matters.map(\.matterID).filter { outcomes[$0] == .remedy }
  }

  /// The matters that are still to be remedied, in the order of the letter.
  public var openMatters: [MatterID] {
    mattersToRemedy.filter { items[$0]?.result != .remedied }
  }
}

extension SuggestedReviewCase {
  /// Takes in what happened at `time`; whatever the order, there is always a result.
  public mutating func apply(_ event: CaseEvent, at time: Instant) {
    switch event {
    case .proposed(let event):
      proposal = event
      proposedAt = time
      phase = .proposed
    case .approved: phase = .approved
    case .issued(let event):
      letter = event
      issuedAt = time
      phase = .issued
    case .acknowledged: acknowledgedAt = time
    case .explained(let event):
      answers = event.answers
      explainedAt = time
    case .conferenceHeld(let event): conference = event
    case .concluded(let event):
      outcomes = [:]
      for conclusion in event.conclusions { outcomes[conclusion.matterID] = conclusion.outcome }
      concludedAt = time
      phase = .concluded
    case .closed, .withdrawn: end(event, at: time)
    case .planned, .progressed, .verified, .carriedOver: applyRemediation(event)
    }
  }

  private mutating func end(_ event: CaseEvent, at time: Instant) {
    if case .closed = event { phase = .closed } else { phase = .withdrawn }
    endedAt = time
  }

  private mutating func applyRemediation(_ event: CaseEvent) {
    switch event {
    case .planned(let event):
      for item in event.items {
        items[item.matterID] = Item(
          owner: item.owner.actor, dueBefore: item.dueBefore, measuresHash: item.measuresHash)
      }
    case .progressed(let event):
      items[event.matterID]?.percentDone = event.percentDone
      items[event.matterID]?.noteHash = event.noteHash
    case .verified(let event):
      items[event.matterID]?.result = event.result
      if let date = event.newDueBefore { items[event.matterID]?.dueBefore = date }
    case .carriedOver(let event): carriedOverTo = event.toCycleID
    default: break
    }
  }
}
