import EventStream
import OrganisationTerms
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static func casesOfSubject(_ store: any Store, _ calendar: any CalendarClock) -> HTTPRoute {
    .query(
      "/v1/subjects/{kind}/{id}/cases",
      summary: "All cases of a subject over the years, newest cycle first",
      parameters: [
        .optional(
          "withPredecessors", .boolean,
          "Also those of the organisations that the subject answers for today")
      ]
    ) { request in
      let kind = try request.path("kind")
      let subject = try request.path("id") { try SubjectID("\(kind)/\($0)") }
      let today = request.query.flag("withPredecessors") ? LocalDate(calendar.now) : nil
      return QueryAnswer(
        try await store.commit { try CaseHistory.read(subject, heirOn: today, in: $0) })
    }
  }
}

/// What was suggested to a subject over the years, and what became of it.
private struct CaseHistory: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    let summary: CaseSummary
    /// None while the cycle's own facts have not come.
    let year: Int64?
    let matters: [Matter]

    private enum Key: String, CodingKey { case year, matters }

    func encode(to encoder: any Encoder) throws {
      try summary.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encodeIfPresent(year, forKey: .year)
      try container.encode(matters, forKey: .matters)
    }
  }

  struct Matter: Encodable, Sendable {
    let matterId: String
    let number: Int64
    let area: String
    let outcome: String?
    let result: String?
  }

  let subjectId: String
  let cases: [Entry]

  /// The cases of `subject`, and of those whose heir it is on `day`, if one is named.
  static func read(
    _ subject: SubjectID, heirOn day: LocalDate?, in transaction: borrowing AnyTransaction
  ) throws -> CaseHistory {
    var subjects: Set<SubjectID> = [subject]
    if let day, case .unit(let unit) = subject {
      let answered = try OrganisationTerms.answered(
        by: unit, at: Viewpoint(asOf: day), in: transaction)
      subjects.formUnion(answered.map { .unit($0) })
    }
    let rows = try transaction.rows(
      """
      select case_id, sequence, state, cycle_id, subject, kind, authority_id, authority_level,
        grounds, document_number, proposed_at, issued_at, acknowledge_before, acknowledged_at,
        explained_at, conference_held_at, concluded_at, carried_over_to, ended_at, cycle.year
      from suggested_case left join cycle using (cycle_id)
      where subject = any($1::text[]) order by cycle.year desc nulls first, case_id
      """, [.texts(subjects.map(\.description))])
    let matters = Dictionary(
      grouping: try MatterRow.read(try rows.map { try $0.text(0) }, in: transaction),
      by: \.caseID)
    return CaseHistory(
      subjectId: subject.description,
      cases: try rows.map { row in
        let summary = try CaseSummary(row)
        return Entry(
          summary: summary, year: try row.optionalInteger(19),
          matters: matters[summary.caseId, default: []].map {
            Matter(
              matterId: $0.matterID, number: $0.number, area: $0.area, outcome: $0.outcome,
              result: $0.result)
          })
      })
  }
}
