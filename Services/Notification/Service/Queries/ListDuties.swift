internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// What one subject has to do, and had.
  static func listDuties(_ store: any Store) -> HTTPRoute {
    .query(
      "/v1/duties", summary: "List the duties of one subject",
      parameters: [
        .required("subject", .subject), .optional("state", .choice(of: DutyState.self)),
        Paging.after, Paging.limit,
      ]
    ) { request in
      let subject = try request.query.require("subject", as: SubjectID.init)
      let state = request.query.text("state")
      let after = request.query.text("after") ?? ""
      let limit = Paging.limit(request.query)
      let duties = try await store.commit { transaction in
        try transaction.rows(
          """
          select duty_id, kind, state, stream, cycle_id, case_id, due_before, wording, last_rung,
            next_rung_at
          from duty
          where subject_id = $1 and duty_id > $2 and state = coalesce($3, state)
          order by duty_id limit $4
          """,
          [
            .text(subject.description), .text(after), .optional(state),
            .integer(Int64(limit) + 1),
          ]
        ).map(DutyView.init)
      }
      return QueryAnswer(Page(duties, limit: limit, key: \.dutyId))
    }
  }
}

/// A duty as it is shown.
private struct DutyView: Encodable, Sendable {
  let dutyId: String
  let kind: String
  let state: String
  let stream: String
  let cycleId: String
  let caseId: String?
  let dueBefore: Instant
  let wording: String
  let lastRung: Int64?
  let nextRungAt: Instant?

  init(_ row: SQLRow) throws {
    dutyId = try row.text(0)
    kind = try row.text(1)
    state = try row.text(2)
    stream = try row.text(3)
    cycleId = try row.text(4)
    caseId = row.optionalText(5)
    dueBefore = try row.instant(6)
    wording = try row.text(7)
    lastRung = try row.optionalInteger(8)
    nextRungAt = try row.optionalInstant(9)
  }
}
