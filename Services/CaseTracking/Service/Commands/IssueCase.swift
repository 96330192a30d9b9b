import CaseTrackingDomain
import EventStream
import ReviewEvents
import ReviewRules
import ServiceRuntime

extension HTTPRoute {
  static func issueCase(_ rules: RuleBook) -> HTTPRoute {
    change(
      "issue", summary: "Issue the letter, as the authority",
      body: .json(.object([.required("documentNumber", .documentNumber)]))
    ) { request in
      let letter = try request.decode(Letter.self)
      let arrivedAt = request.arrivedAt
      return { transaction, suggested in
        var circumstances = try IssueCircumstances(
          of: [suggested], on: LocalDate(arrivedAt), in: transaction)
        return try circumstances.command(
          for: suggested, number: letter.documentNumber, at: arrivedAt, rules: rules,
          in: transaction)
      }
    }
  }
}

/// The body of an issue.
private struct Letter: Decodable, Sendable {
  let documentNumber: String
}

extension JSONShape {
  /// A document's number as printed, for example `12-CV/HU`.
  static let documentNumber = JSONShape.text(max: 60)
}

/// What issuing letters depends on beside the cases, asked for once: subjects, tree, cycles, and who
/// speaks for whom.
struct IssueCircumstances: Sendable {
  private let subjects: [SubjectID: Registry.Subject]
  private let tree: OrganisationTree
  /// Who speaks for the organisations that have ended.
  let succession: Succession
  private var cycles: [CycleID: Registry.Cycle] = [:]

  init(
    of cases: [SuggestedReviewCase], on day: LocalDate, in transaction: borrowing AnyTransaction
  ) throws {
    subjects = try Registry.subjects(
      Array(Set(cases.compactMap { $0.proposal?.subjectID })), on: day, in: transaction)
    tree = try Registry.tree(
      above: Array(Set(subjects.values.compactMap(\.managingUnitID))), on: day, in: transaction)
    succession = try Registry.succession(of: cases, on: day, in: transaction)
  }

  /// The domain's command to issue the letter of `suggested` at `time`.
  mutating func command(
    for suggested: SuggestedReviewCase, number: String, at time: Instant, rules: RuleBook,
    in transaction: borrowing AnyTransaction
  ) throws -> CaseCommand {
    guard let proposal = suggested.proposal else { throw CaseRejection.unknownCase }
    guard let subject = subjects[proposal.subjectID] else {
      throw Problem.subjectNotYetKnown(field: "subjectId")
    }
    // A letter goes to somebody who is there; a repeat of one that is out does no harm.
    guard subject.exists || suggested.letter != nil else {
      throw Problem.subjectGone(field: "subjectId")
    }
    let cycle = try cycles[proposal.cycleID] ?? Registry.cycle(proposal.cycleID, in: transaction)
    guard let cycle else { throw Problem.cycleNotYetKnown(field: "cycleId") }
    cycles[proposal.cycleID] = cycle
    guard let ruleSet = rules[cycle.ruleSetID] else { throw Problem.ruleSetNotLoaded() }
    // The last day to acknowledge counts whole, so too late begins with the day after it.
    let lastDay = rules.lastDay(ruleSet.acknowledgeDays, after: LocalDate(time), under: ruleSet)
    let acknowledgeBefore = lastDay.adding(days: 1).start
    let authority = try succession.authority(
      proposal.authorityID, judging: [ActorID(proposal.subjectID)])
    return .issue(
      documentNumber: number, acknowledgeBefore: acknowledgeBefore,
      management: subject.management(by: authority, tree: tree))
  }
}
