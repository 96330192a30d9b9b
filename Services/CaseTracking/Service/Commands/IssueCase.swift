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
        var circumstances = try IssueCircumstances(of: [suggested], in: transaction)
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

/// What issuing letters depends on beside the cases: subjects, tree and cycles, asked for once.
struct IssueCircumstances: Sendable {
  private let subjects: [SubjectID: Registry.Subject]
  private let tree: OrganisationTree
  private var cycles: [CycleID: Registry.Cycle] = [:]

  init(of cases: [SuggestedReviewCase], in transaction: borrowing AnyTransaction) throws {
    subjects = try Registry.subjects(
      Array(Set(cases.compactMap { $0.proposal?.subjectID })), in: transaction)
    tree = try Registry.tree(
      above: Array(Set(subjects.values.compactMap(\.managingUnitID))), in: transaction)
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
    let cycle = try cycles[proposal.cycleID] ?? Registry.cycle(proposal.cycleID, in: transaction)
    guard let cycle else { throw Problem.cycleNotYetKnown(field: "cycleId") }
    cycles[proposal.cycleID] = cycle
    guard let ruleSet = rules[cycle.ruleSetID] else { throw Problem.ruleSetNotLoaded() }
    // The last day to acknowledge counts whole, so too late begins with the day after it.
    let lastDay = rules.lastDay(ruleSet.acknowledgeDays, after: LocalDate(time), under: ruleSet)
    let acknowledgeBefore = lastDay.adding(days: 1).start
    return .issue(
      documentNumber: number, acknowledgeBefore: acknowledgeBefore,
      management: subject.management(by: proposal.authorityID, tree: tree))
  }
}
