import CaseTrackingDomain
import EventStream
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static func casesOfCycle(_ store: any Store) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/cases", summary: "The cases of a cycle, by name, a page at a time",
      parameters: [
        .optional("level", .identifier, "Only cases counted under this level"),
        .optional("kind", .choice(of: SubjectKind.self)),
        .optional("state", .choice(of: CaseState.self)),
        .optional("after", .identifier, "The last case of the page before"),
        .optional("limit", .integer(1...500), "100 unless given"),
      ]
    ) { request in
      let filter = CaseFilter(
        cycleID: try request.path("cycle", as: CycleID.init),
        level: request.query.text("level"), kind: request.query.text("kind"),
        state: request.query.text("state"), after: request.query.text("after"),
        limit: request.query.integer("limit") ?? 100)
      return QueryAnswer(try await store.commit { try CasePage.read(filter, in: $0) })
    }
  }
}

/// Which cases of a cycle are asked for.
private struct CaseFilter: Sendable {
  let cycleID: CycleID
  let level: String?
  let kind: String?
  let state: String?
  let after: String?
  let limit: Int64
}

/// A page of cases; `next` is what the next page is asked for with.
private struct CasePage: Encodable, Sendable {
  let cases: [CaseSummary]
  let next: String?

  static func read(
    _ filter: CaseFilter, in transaction: borrowing AnyTransaction
  ) throws -> CasePage {
    let rows = try transaction.rows(
      """
      select case_id, sequence, state, cycle_id, subject, kind, authority_id, authority_level,
        grounds, document_number, proposed_at, issued_at, acknowledge_before, acknowledged_at,
        explained_at, conference_held_at, concluded_at, carried_over_to, ended_at
      from suggested_case
      where cycle_id = $1 and ($2::text is null or authority_level = $2)
        and ($3::text is null or kind = $3) and ($4::text is null or state = $4)
        and ($5::text is null or case_id > $5)
      order by case_id limit $6
      """,
      [
        .text(filter.cycleID.text), .optional(filter.level), .optional(filter.kind),
        .optional(filter.state), .optional(filter.after), .integer(filter.limit + 1),
      ])
    let page = try rows.prefix(Int(filter.limit)).map(CaseSummary.init)
    return CasePage(cases: page, next: rows.count > page.count ? page.last?.caseId : nil)
  }
}
