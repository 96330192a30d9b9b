public import ReviewEvents
public import ReviewRules

/// What somebody has to do.
public enum DutyKind: String, Sendable, CaseIterable {
  /// Hand in the self-review report.
  case report
  /// Confirm having received the letter of a suggested review.
  case acknowledge
  /// Answer matters that became known after the report's receipt.
  case supplement
}

/// Whether it still has to be done.
public enum DutyState: String, Sendable, CaseIterable {
  /// Still to be done.
  case open
  /// Done.
  case fulfilled
  /// Not needed any more.
  case cancelled
}

/// Names a duty by the fact it came from: `report/R`, `case/C`, `report/R@5`.
///
/// A report can be followed by several supplements, so those carry the sequence of their request.
public struct DutyID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// What has to be done.
  public let kind: DutyKind
  /// The stream the duty came from.
  public let stream: StreamID
  /// The sequence of the fact it came from.
  public let openedBy: Int64

  /// Puts the parts together.
  public init(kind: DutyKind, stream: StreamID, openedBy: Int64) {
    self.kind = kind
    self.stream = stream
    self.openedBy = openedBy
  }

  /// The written form, unique among all duties.
  public var description: String {
    kind == .supplement ? "\(stream)@\(openedBy)" : stream.description
  }

  /// Orders duties by their written form: the order in which they are locked.
  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// The cycle a duty belongs to, as far as mails and ladder need it.
public struct DutyFrame: Sendable, Hashable {
  /// The year under review.
  public let year: Int
  /// The plan's number as printed.
  public let planNumber: String
  /// The rule set that applies.
  public let ruleSetID: RuleSetID
  /// When people are reminded under that rule set.
  public let ladder: ReminderLadder

  /// Puts the parts together.
  public init(year: Int, planNumber: String, ruleSetID: RuleSetID, ladder: ReminderLadder) {
    self.year = year
    self.planNumber = planNumber
    self.ruleSetID = ruleSetID
    self.ladder = ladder
  }
}

/// Something that one subject has to do by a date, and how far its reminders are.
public struct Duty: Sendable, Hashable {
  /// The duty's name.
  public let id: DutyID
  /// Who has to do it.
  public let subject: SubjectID
  /// The cycle it belongs to.
  public let cycleID: CycleID
  /// The case it is about; none for reports.
  public let caseID: CaseID?
  /// The first moment that is too late.
  public private(set) var dueBefore: Instant
  /// The wording to show, for example "trước ngày 10/12/2021".
  public private(set) var wording: String
  /// The sequence of the extension that set this date; none for the first date.
  public private(set) var datedBy: Int64?
  /// What is known of the cycle; none until its opening was heard of (contract 2).
  public private(set) var frame: DutyFrame?
  /// Whether it still has to be done.
  public private(set) var state: DutyState
  /// When it, or its present date, began, or when it began again.
  public private(set) var beganAt: Instant
  /// The highest rung of the present date that was dealt with.
  public private(set) var lastRung: Int?
  /// Whether it has to be done even after its cycle was closed, because somebody reopened it.
  public private(set) var outlivesCycle: Bool
  /// Whether it was cancelled only because its cycle was closed.
  public private(set) var endedWithCycle: Bool

  /// A duty as it stands.
  public init(
    id: DutyID, subject: SubjectID, cycleID: CycleID, caseID: CaseID?, dueBefore: Instant,
    wording: String, datedBy: Int64? = nil, frame: DutyFrame?, state: DutyState = .open,
    beganAt: Instant, lastRung: Int? = nil, outlivesCycle: Bool = false,
    endedWithCycle: Bool = false
  ) {
    self.id = id
    self.subject = subject
    self.cycleID = cycleID
    self.caseID = caseID
    self.dueBefore = dueBefore
    self.wording = wording
    self.datedBy = datedBy
    self.frame = frame
    self.state = state
    self.beganAt = beganAt
    self.lastRung = lastRung
    self.outlivesCycle = outlivesCycle
    self.endedWithCycle = endedWithCycle
  }

  /// Takes a fact into account; never refuses one.
  ///
  /// What happens to a duty and what happens to its cycle may be heard of in any order.
  public mutating func apply(_ fact: DutyFact) {
    switch fact {
    case .fulfilled: settle(.fulfilled)
    case .cancelled: settle(.cancelled)
    case .reopened(let time):
      settle(.open)
      // Rungs that passed while nothing was owed are not owed afterwards either.
      beganAt = time
    case .readmitted(let time):
      settle(.open)
      beganAt = time
      outlivesCycle = true
    case .cycleOpened(let frame): self.frame = frame
    case .cycleClosed:
      // Nobody takes a report any more; letters and supplements outlive their cycle.
      guard id.kind == .report, state == .open, !outlivesCycle else { return }
      state = .cancelled
      endedWithCycle = true
    case .cycleReopened: if endedWithCycle { settle(.open) }
    case .rungPassed(let rung): lastRung = max(lastRung ?? rung, rung)
    case .extended(let date):
      dueBefore = date.dueBefore
      wording = date.wording
      datedBy = date.setBy
      // The ladder of the new date is climbed from its foot, and its rungs from before it was set
      // are not owed: nobody could have been reminded of that date.
      lastRung = nil
      beganAt = date.setAt
    }
  }

  /// What a mail at this rung answers to: the same rung of another date is another mail.
  public func cause(of rung: Int) -> SendOnceKey.Cause {
    .rung(rung, of: id, datedBy: datedBy)
  }

  private mutating func settle(_ state: DutyState) {
    self.state = state
    endedWithCycle = false
  }

  /// The rungs that have become due; nothing for a duty that is closed or still incomplete.
  public func dueRungs(at now: Instant) -> DueRungs? { ladder?.due(at: now, above: lastRung) }

  /// When somebody has to look at the duty again.
  public var nextRungAt: Instant? { ladder?.nextInstant(above: lastRung) }

  /// The mail that a rung of this duty is.
  public func mailKind(at rung: Int) -> MailKind {
    switch id.kind {
    case .report: rung > 0 ? .reportOverdue : .reportReminder
    case .acknowledge: rung > 0 ? .caseOverdue : .caseReminder
    // The request with its date is all there is to say again; no other text exists.
    case .supplement: .supplementRequested
    }
  }

  private var ladder: Ladder? {
    guard state == .open, let frame else { return nil }
    return Ladder(frame.ladder, dueBefore: dueBefore, beganAt: beganAt)
  }
}

/// A date that an extension set.
public struct ExtendedDate: Sendable, Hashable {
  /// The first moment that is too late from now on.
  public let dueBefore: Instant
  /// The wording to show from now on.
  public let wording: String
  /// The sequence of the extension in the stream that the duty came from.
  public let setBy: Int64
  /// When it was set.
  public let setAt: Instant

  /// Puts the parts together.
  public init(dueBefore: Instant, wording: String, setBy: Int64, setAt: Instant) {
    self.dueBefore = dueBefore
    self.wording = wording
    self.setBy = setBy
    self.setAt = setAt
  }
}

/// What can happen to a duty.
public enum DutyFact: Sendable, Hashable {
  /// It was done.
  case fulfilled
  /// It has to be done once more, from this moment on.
  case reopened(at: Instant)
  /// Somebody decided that it has to be done once more, from this moment on, whatever becomes of
  /// its cycle.
  case readmitted(at: Instant)
  /// It is not needed any more.
  case cancelled
  /// Its cycle became known.
  case cycleOpened(DutyFrame)
  /// Its cycle was closed.
  case cycleClosed
  /// Its closed cycle goes on.
  case cycleReopened
  /// A rung of the present date was dealt with, and with it all below.
  case rungPassed(Int)
  /// There is another date.
  case extended(ExtendedDate)
}
