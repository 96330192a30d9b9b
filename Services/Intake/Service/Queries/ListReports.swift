import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// One line of a list of reports; members are named as on the wire.
private struct ReportLine: Encodable, Sendable {
  var reportId: ReportID
  var subjectId: String
  var managingUnitId: String
  var managingLevel: String
  var form: String
  var state: String
  var version: Int64
  var dueBefore: Instant
  var lateness: String?
  var receivedAt: Instant?
  var sequence: Int64
  var firstDueBefore: Instant?
  var `extension`: String?
  var reopenings: Int64

  init(_ row: SQLRow) throws {
    reportId = try row.value(0, ReportID.init)
    subjectId = try row.text(1)
    managingUnitId = try row.text(2)
    managingLevel = try row.text(3)
    form = try row.text(4)
    state = try row.text(5)
    version = try row.integer(6)
    dueBefore = try row.instant(7)
    lateness = row.optionalText(8)
    receivedAt = try row.optionalInstant(9)
    sequence = try row.integer(10)
    firstDueBefore = try row.optionalInstant(11)
    `extension` = row.optionalText(12)
    reopenings = try row.integer(13)
  }
}

/// A page of reports; `next` goes into `after` of the next request.
private struct ReportPage: Encodable, Sendable {
  var reports: [ReportLine]
  var next: ReportID?
}

extension HTTPRoute {
  /// The largest and the usual page.
  private static let pageMax: Int64 = 1_000

  /// Lists the reports of a cycle page by page, in order of their ids.
  static func listReports(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/reports", summary: "Danh sách báo cáo của kỳ kiểm điểm",
      parameters: [
        .optional("level", .identifier, "Cấp quản lý"),
        .optional(
          "state", .choice(Report.Phase.allCases.filter { $0 != .unrequested }.map(\.rawValue))),
        .optional("after", .identifier, "Báo cáo cuối của trang trước"),
        .optional("limit", .integer(1...pageMax), "Số dòng mỗi trang, mặc định 100"),
      ]
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let level = request.query.text("level")
      let state = request.query.text("state")
      let after = request.query.text("after")
      let limit = request.query.integer("limit") ?? 100
      let lines = try await context.store.commit { transaction in
        try CycleTable.requireKnown(id, transaction)
        return try transaction.rows(
          """
          select report_id, subject_id, managing_unit_id, managing_level, form, state, version,
                 due_before, lateness, received_at, sequence, first_due_before, extension_state,
                 reopenings
            from report
           where cycle_id = $1 and ($2::text is null or managing_level = $2)
             and ($3::text is null or state = $3) and ($4::text is null or report_id > $4)
           order by report_id limit $5
          """,
          [
            .text(id.text), .optional(level), .optional(state), .optional(after),
            .integer(limit),
          ]
        ).map { row in try ReportLine(row) }
      }
      let isFull = lines.count == Int(limit)
      return QueryAnswer(ReportPage(reports: lines, next: isFull ? lines.last?.reportId : nil))
    }
  }
}
