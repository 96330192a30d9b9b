import CaseTrackingDomain
import EventStream
import OrganisationTerms
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static func debtsOfUnit(_ store: any Store, _ calendar: any CalendarClock) -> HTTPRoute {
    .query(
      "/v1/units/{unit}/debts",
      summary: "Open matters of an organisation and of those it answers for today",
      parameters: [
        .optional("after", .identifier, "The last matter of the page before"),
        .optional("limit", .integer(1...500), "100 unless given"),
      ]
    ) { request in
      let unit = try request.path("unit", as: UnitID.init)
      let after = request.query.text("after")
      let limit = request.query.integer("limit") ?? 100
      let point = Viewpoint(asOf: LocalDate(calendar.now))
      let page = try await store.commit { transaction in
        try DebtPage.read(unit, at: point, after: after, limit: limit, in: transaction)
      }
      guard let page else { throw Problem.unknownUnit() }
      return QueryAnswer(page)
    }
  }
}

/// What an organisation still has to answer for: the open matters of its own cases, of those of its
/// predecessors, and what any of them is to remedy for somebody else.
private struct DebtPage: Encodable, Sendable {
  struct Debt: Encodable, Sendable {
    let matterId: String
    let caseId: String
    let cycleId: String
    let state: String
    /// The subject of the case as it was; it may have ended.
    let subjectId: String
    let number: Int64
    let area: String
    /// None before the conclusion.
    let outcome: String?
    let owner: String?
    let dueBefore: String?
    let percentDone: Int64?
    let result: String?
  }

  let unitId: UnitID
  /// Who answers today: itself, its heir, or nobody as long as that is not known.
  let answeredBy: UnitID?
  /// For whom it answers, itself among them; nobody after its end.
  let answersFor: [UnitID]
  let debts: [Debt]
  let next: String?

  /// The debts from the matter behind `after` on; none for an organisation nobody knows.
  static func read(
    _ unit: UnitID, at point: Viewpoint, after: String?, limit: Int64,
    in transaction: borrowing AnyTransaction
  ) throws -> DebtPage? {
    let heirs = try OrganisationTerms.heirs(of: [unit], at: point, in: transaction)
    guard let heir = heirs[unit] else { return nil }
    var answeredBy: UnitID?
    if case .known(let id) = heir { answeredBy = id }
    let answersFor = try OrganisationTerms.answered(by: unit, at: point, in: transaction)
    let rows = try transaction.rows(
      """
      select matter_id, case_id, cycle_id, state, subject, number, area, outcome, owner,
        due_before, percent_done, result
      from matter join suggested_case using (case_id)
      where (subject = any($1::text[]) or owner = any($1::text[]))
        and issued_at is not null and ended_at is null
        and (outcome is null or outcome = 'remedy') and result is distinct from 'remedied'
        and ($2::text is null or (case_id, number)
          > (select case_id, number from matter where matter_id = $2))
      order by case_id, number limit $3
      """,
      [
        .texts(answersFor.map { SubjectID.unit($0).description }), .optional(after),
        .integer(limit + 1),
      ])
    let page = try rows.prefix(Int(limit)).map { try Debt($0) }
    return DebtPage(
      unitId: unit, answeredBy: answeredBy, answersFor: answersFor, debts: page,
      next: rows.count > page.count ? page.last?.matterId : nil)
  }
}

extension DebtPage.Debt {
  fileprivate init(_ row: SQLRow) throws {
    matterId = try row.text(0)
    caseId = try row.text(1)
    cycleId = try row.text(2)
    state = try row.text(3)
    subjectId = try row.text(4)
    number = try row.integer(5)
    area = try row.text(6)
    outcome = row.optionalText(7)
    owner = row.optionalText(8)
    dueBefore = try row.optionalInstant(9)?.description
    percentDone = try row.optionalInteger(10)
    result = row.optionalText(11)
  }
}
