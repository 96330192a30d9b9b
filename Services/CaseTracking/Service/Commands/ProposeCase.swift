import CaseTrackingDomain
import CaseTrackingReadModels
import EventStream
import ReviewEvents
import ReviewRules
import ServiceRuntime

extension HTTPRoute {
  static func proposeCase(_ rules: RuleBook) -> HTTPRoute {
    .command(
      .post, "/v1/cases", summary: "Propose a suggested review", body: .json(Proposal.shape),
      answer: .caseReceipt
    ) { request in
      let proposal = try request.decode(Proposal.self)
      let id = proposal.caseId ?? .drawn()
      let matterIDs = try proposal.matterIDs(of: id)
      let origin = request.origin
      return { transaction in
        let content = try proposal.content(
          named: id, matterIDs: matterIDs, rules: rules, on: LocalDate(origin.time),
          in: transaction)
        let before = try CaseArchive.load([id], in: transaction)[id] ?? .unseen
        let events = try before.suggested.decide(
          .propose(content), by: origin.actor, at: origin.time)
        if !events.isEmpty { try requireFree(matterIDs, in: transaction) }
        let change = CaseArchive.Change(
          caseID: id, before: before, events: events, origin: origin)
        let after = try CaseArchive.record([change], in: transaction)
        return CommandAnswer(events.isEmpty ? .ok : .created, id, after[0])
      }
    }
  }

  /// A matter's name is unique across cases, because answers are given under it.
  private static func requireFree(
    _ matterIDs: [MatterID], in transaction: borrowing AnyTransaction
  ) throws {
    let taken = try transaction.rows(
      "select matter_id from matter where matter_id = any($1::text[])",
      [.texts(matterIDs.map(\.text))])
    guard let first = try taken.first?.text(0) else { return }
    let index = matterIDs.firstIndex { $0.text == first } ?? 0
    throw Problem.matterTaken(field: "matters[\(index)].matterId")
  }
}

/// The body of a proposal.
private struct Proposal: Decodable, Sendable {
  struct Matter: Decodable, Sendable {
    let matterId: MatterID?
    let area: ListCode
    let text: String
  }

  let caseId: CaseID?
  let cycleId: CycleID
  let subjectId: SubjectID
  let authorityId: UnitID
  let grounds: [ListCode]
  let matters: [Matter]

  static let shape = JSONShape.object([
    .optional("caseId", .identifier, "The case's name; drawn by the server unless given"),
    .required("cycleId", .identifier),
    .required("subjectId", .subject, "Who is to be reviewed"),
    .required("authorityId", .identifier, "In whose name the letter will be issued"),
    .required(
      "grounds", .array(of: .identifier, min: 1, max: 20), "Codes of the cycle's rule set"),
    .required(
      "matters",
      .array(
        of: .object([
          .optional("matterId", .identifier, "Unique across cases; derived unless given"),
          .required("area", .identifier, "A code of the cycle's rule set"),
          .required("text", .longText),
        ]), min: 1, max: JSONShape.mattersMax)),
  ])

  /// The matters' names as given, otherwise `<case>.<number>`.
  func matterIDs(of id: CaseID) throws(Problem) -> [MatterID] {
    var matterIDs: [MatterID] = []
    for (index, matter) in matters.enumerated() {
      if let given = matter.matterId {
        matterIDs.append(given)
      } else if let derived = try? MatterID("\(id).\(index + 1)") {
        matterIDs.append(derived)
      } else {
        throw Problem(
          "identifier-too-long", status: 400, title: "Mã hồ sơ quá dài", field: "caseId")
      }
    }
    return matterIDs
  }

  /// The domain's proposal, with the texts kept and everything it refers to known.
  func content(
    named id: CaseID, matterIDs: [MatterID], rules: RuleBook, on day: LocalDate,
    in transaction: borrowing AnyTransaction
  ) throws -> ProposeCase {
    guard let cycle = try Registry.cycle(cycleId, in: transaction) else {
      throw Problem.cycleNotYetKnown(field: "cycleId")
    }
    guard let ruleSet = rules[cycle.ruleSetID] else { throw Problem.ruleSetNotLoaded() }
    try requireListed(by: ruleSet)
    let authority = SubjectID.unit(authorityId)
    let known = try Registry.subjects([subjectId, authority], on: day, in: transaction)
    guard let subject = known[subjectId] else {
      throw Problem.subjectNotYetKnown(field: "subjectId")
    }
    guard subject.exists else { throw Problem.subjectGone(field: "subjectId") }
    guard let standing = known[authority] else {
      throw Problem.unitNotYetKnown(field: "authorityId")
    }
    guard standing.exists else { throw Problem.unitGone(field: "authorityId") }
    let tree = try Registry.tree(
      above: subject.managingUnitID.map { [$0] } ?? [], on: day, in: transaction)
    let hashes = try Documents.keep(matters.map(\.text), in: transaction)
    let outlines = zip(zip(matterIDs, matters), hashes).enumerated().map { index, entry in
      MatterOutline(
        matterID: entry.0.0, number: index + 1, area: entry.0.1.area, textHash: entry.1)
    }
    return ProposeCase(
      caseID: id, cycleID: cycleId, subjectID: subjectId, authorityID: authorityId,
      grounds: grounds, matters: outlines,
      management: subject.management(by: .unit(authorityId), tree: tree))
  }

  private func requireListed(by ruleSet: RuleSet) throws(Problem) {
    let knownGrounds = Set(ruleSet.grounds.map(\.code))
    let knownAreas = Set(ruleSet.areas.map(\.code))
    var errors: [FieldError] = []
    for (index, ground) in grounds.enumerated() where !knownGrounds.contains(ground) {
      errors.append(
        FieldError(
          slug: "unknown-ground", field: "grounds[\(index)]",
          reason: "Căn cứ không có trong bộ quy tắc của kỳ kiểm điểm"))
    }
    for (index, matter) in matters.enumerated() where !knownAreas.contains(matter.area) {
      errors.append(
        FieldError(
          slug: "unknown-area", field: "matters[\(index)].area",
          reason: "Lĩnh vực không có trong bộ quy tắc của kỳ kiểm điểm"))
    }
    guard errors.isEmpty else { throw .notInRuleSet(errors) }
  }
}

extension Identifier where Entity == Named.Case {
  /// A name that nobody else draws: 120 random bits.
  fileprivate static func drawn() -> CaseID {
    let digits = (0..<24).map { _ in String(Int.random(in: 0..<32), radix: 32) }.joined()
    guard let id = try? CaseID("c-\(digits)") else {
      preconditionFailure("letters and digits are an identifier")
    }
    return id
  }
}
