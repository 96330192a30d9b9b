import CaseTrackingDomain
import ReviewEvents

/// An identifier written in the source.
func id<Entity>(_ text: String) -> Identifier<Entity> {
  guard let id = try? Identifier<Entity>(text) else { preconditionFailure("no identifier") }
  return id
}

/// A moment written in the source, in Việt Nam's time.
func moment(_ text: String) -> Instant {
  guard let moment = try? Instant(text + ":00+07:00") else { preconditionFailure("no moment") }
  return moment
}

/// One case with two matters, whose first is found to need remedying, and everybody around it.
enum Sample {
  static let caseID: CaseID = id("case-1")
  static let cycle2021: CycleID = id("2021")
  static let cycle2022: CycleID = id("2022")
  static let authority: UnitID = id("district-1")
  static let subject = SubjectID.unit(id("commune-1"))
  static let first: MatterID = id("case-1.1")
  static let second: MatterID = id("case-1.2")

  static let inspectors = ActorContext(
    actor: .person(id("inspector")), onBehalfOf: .unit(id("inspection")))
  static let office = ActorContext(actor: .person(id("clerk")), onBehalfOf: .unit(authority))
  static let collective = ActorContext(
    actor: .person(id("secretary")), onBehalfOf: .unit(id("commune-1")))
  static let owner = ActorContext(actor: .person(id("owner")))
  static let stranger = ActorContext(
    actor: .person(id("stranger")), onBehalfOf: .unit(id("elsewhere")))
  static let service = ActorContext(actor: .service(.case))

  static let submittedAt = moment("2021-11-30T09:00")
  static let issuedAt = moment("2021-12-01T08:00")
  static let now = moment("2021-12-05T08:00")
  static let due = moment("2022-03-01T00:00")
  static let laterDue = moment("2022-06-01T00:00")

  static let matters = [
    MatterOutline(matterID: first, number: 1, area: id("LAND"), textHash: "a1"),
    MatterOutline(matterID: second, number: 2, area: id("FOREST"), textHash: "a2"),
  ]
  static let management = SubjectManagement(level: id("DISTRICT"), standing: .manages)
  static let answers = [
    MatterAnswer(caseID: caseID, matterID: first, kind: .accepted, textHash: "b1"),
    MatterAnswer(caseID: caseID, matterID: second, kind: .explained, textHash: "b2"),
  ]
  static let conclusions = [
    MatterConclusion(matterID: first, outcome: .remedy),
    MatterConclusion(matterID: second, outcome: .notFounded),
  ]
  static let items = [
    RemediationItem(matterID: first, owner: owner.actor, dueBefore: due, measuresHash: "c1")
  ]

  static func proposal(
    matters: [MatterOutline] = matters, management: SubjectManagement = management
  ) -> ProposeCase {
    ProposeCase(
      caseID: caseID, cycleID: cycle2021, subjectID: subject, authorityID: authority,
      grounds: [id("DISUNITY")], matters: matters, management: management)
  }

  static let propose = CaseCommand.propose(proposal())
  static let issue = CaseCommand.issue(
    documentNumber: "12-CV/HU", acknowledgeBefore: moment("2021-12-05T00:00"),
    management: management)
  static let explain = CaseCommand.explain(answers, reportSubmittedAt: submittedAt)
  static let holdConference = CaseCommand.holdConference(
    heldAt: moment("2021-12-04T14:00"), minutesHash: "d1", hostID: id("commune-1"))
  static let conclude = CaseCommand.conclude(conclusions)
  static let concludeUnfounded = CaseCommand.conclude([
    MatterConclusion(matterID: first, outcome: .referred),
    MatterConclusion(matterID: second, outcome: .notFounded),
  ])
  static let plan = CaseCommand.plan(items)
  static let progress = CaseCommand.progress(matterID: first, percentDone: 40, noteHash: "e1")
  static let verify = CaseCommand.verify(matterID: first, result: .remedied, newDueBefore: nil)
  static let verifyPartly = CaseCommand.verify(
    matterID: first, result: .partlyRemedied, newDueBefore: laterDue)
  static let carryOver = CaseCommand.carryOver(to: cycle2022)
}

extension CaseCommand {
  /// Who gives this command in the usual course of things.
  var usualActor: ActorContext {
    switch self {
    case .propose: Sample.inspectors
    case .approve, .issue, .conclude, .verify, .close, .carryOver, .withdraw: Sample.office
    case .acknowledge, .explain, .plan, .holdConference: Sample.collective
    case .noteExplanation: Sample.service
    case .progress: Sample.owner
    }
  }
}

extension CaseCommand {
  /// When this command is given: the letter some days before everything after it.
  var usualTime: Instant { if case .issue = self { Sample.issuedAt } else { Sample.now } }
}

extension SuggestedReviewCase {
  /// What the usual actor's command leads to.
  func decide(_ command: CaseCommand) throws(CaseRejection) -> [CaseEvent] {
    try decide(command, by: command.usualActor, at: Sample.now)
  }

  /// Takes in what `command` leads to.
  mutating func go(_ command: CaseCommand) throws {
    let time = command.usualTime
    for event in try decide(command, by: command.usualActor, at: time) { apply(event, at: time) }
  }
}

/// The case to which these commands were given in the usual course of things.
func given(_ commands: CaseCommand...) throws -> SuggestedReviewCase {
  var suggested = SuggestedReviewCase()
  for command in commands { try suggested.go(command) }
  return suggested
}

/// Where a case can stand, as the commands that led there.
enum Stage: String, CaseIterable {
  case unseen, proposed, approved, issued, acknowledged, explained, discussed, ready
  case concluded, unfounded, planned, started, partly, remedied, carriedOver, closed, withdrawn

  func reached() throws -> SuggestedReviewCase {
    var suggested = SuggestedReviewCase()
    for command in commands { try suggested.go(command) }
    return suggested
  }

  private var commands: [CaseCommand] {
    let issued = [Sample.propose, .approve, Sample.issue]
    let ready = issued + [.acknowledge, Sample.explain, Sample.holdConference]
    let planned = ready + [Sample.conclude, Sample.plan]
    return switch self {
    case .unseen: []
    case .proposed: [Sample.propose]
    case .approved: [Sample.propose, .approve]
    case .issued: issued
    case .acknowledged: issued + [.acknowledge]
    case .explained: issued + [Sample.explain]
    case .discussed: issued + [Sample.holdConference]
    case .ready: ready
    case .concluded: ready + [Sample.conclude]
    case .unfounded: ready + [Sample.concludeUnfounded]
    case .planned: planned
    case .started: planned + [Sample.progress]
    case .partly: planned + [Sample.verifyPartly]
    case .remedied: planned + [Sample.progress, Sample.verify]
    case .carriedOver: planned + [Sample.carryOver]
    case .closed: planned + [Sample.progress, Sample.verify, .close]
    case .withdrawn: issued + [.withdraw]
    }
  }
}
