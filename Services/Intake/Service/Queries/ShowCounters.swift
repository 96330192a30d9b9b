import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// What is known of the reports of one level and kind; members are named as on the wire.
private struct CounterLine: Encodable, Sendable {
  var managingLevel: String
  var kind: String
  var owed: Int64
  var due: Int64
  var received: Int64
  var late: Int64
  var lateServiceOutage: Int64
  var resubmitted: Int64
  var returned: Int64
  var accepted: Int64
  var supplementsOpen: Int64
  var extended: Int64
  var locked: Int64
  var reopened: Int64

  init(_ row: SQLRow) throws {
    managingLevel = try row.text(0)
    kind = try row.text(1)
    owed = try row.integer(2)
    due = try row.integer(3)
    received = try row.integer(4)
    late = try row.integer(5)
    lateServiceOutage = try row.integer(6)
    resubmitted = try row.integer(7)
    returned = try row.integer(8)
    accepted = try row.integer(9)
    supplementsOpen = try row.integer(10)
    extended = try row.integer(11)
    locked = try row.integer(12)
    reopened = try row.integer(13)
  }
}

/// The counters of a cycle; members are named as on the wire.
private struct CounterSheet: Encodable, Sendable {
  var cycleId: CycleID
  var serverTime: Instant
  var counters: [CounterLine]
}

extension HTTPRoute {
  /// Counts the reports of a cycle by level of the managing organisation and kind of subject.
  ///
  /// `owed` = `due` + `received`; `late` holds both kinds of lateness; `returned` lie with their
  /// subject at this moment, `locked` with nobody; `extended` have another date than the one that
  /// was set first; `reopened` were ever reopened.
  static func showCounters(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/counters", summary: "Số liệu nộp báo cáo theo cấp quản lý"
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let lines = try await context.store.commit { transaction in
        try CycleTable.requireKnown(id, transaction)
        return try transaction.rows(
          """
          select managing_level, kind, count(*),
                 count(*) filter (where version = 0),
                 count(*) filter (where version > 0),
                 count(*) filter (where lateness in ('late', 'lateServiceOutage')),
                 count(*) filter (where lateness = 'lateServiceOutage'),
                 count(*) filter (where version > 1),
                 count(*) filter (where state = 'returned'),
                 count(*) filter (where state = 'accepted'),
                 coalesce(sum(open.supplements), 0),
                 count(*) filter (where first_due_before is not null),
                 count(*) filter (where state = 'locked'),
                 count(*) filter (where reopenings > 0)
            from report
            left join (select report_id, count(*) as supplements from supplement
                        where cycle_id = $1 and state = 'requested' group by report_id) as open
                   using (report_id)
           where cycle_id = $1
           group by managing_level, kind order by managing_level, kind
          """, [.text(id.text)]
        ).map { row in try CounterLine(row) }
      }
      return QueryAnswer(
        CounterSheet(cycleId: id, serverTime: context.calendar.now, counters: lines))
    }
  }
}
