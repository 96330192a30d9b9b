import EventStream
import IntakeDomain
import ReviewEvents

/// What is still open in a cycle, as the tables show it.
enum ObstacleTable {
  /// Everything that stands between a cycle and its end, each kind once.
  ///
  /// A matter is open as long as the next submission would have to answer it: where the report is
  /// in, what came later is a supplement; where the cell keeps the review on paper, nothing is
  /// known here.
  static func obstacles(
    of cycle: CycleID, at now: Instant, _ transaction: borrowing AnyTransaction
  ) throws -> [ClosingObstacle] {
    let found = try transaction.rows(
      """
      with open (kind, report_id, due_before) as (
        select state, report_id, case when state <> 'submitted' then due_before end
          from report
         where cycle_id = $1 and state not in ('accepted', 'waived')
        union all
        select 'extensionUndecided', report_id, due_before
          from report
         where cycle_id = $1 and extension_state = 'requested'
           and state in ('requested', 'drafted', 'returned', 'locked')
        union all
        select 'supplementOpen', report_id, supplement.due_before
          from supplement join report using (report_id)
         where report.cycle_id = $1 and supplement.state = 'requested'
           and report.state <> 'waived'
        union all
        select 'matterUnanswered', report_id, due_before
          from suggested_matter matter join report using (cycle_id, subject_id)
         where cycle_id = $1 and matter.state = 'open'
           and report.state in ('requested', 'drafted', 'returned', 'locked')
           and not exists (
             select from supplement
              where supplement.report_id = report.report_id
                and supplement.case_id = matter.case_id and supplement.state = 'submitted')
      )
      select kind, count(*), count(*) filter (where due_before <= $2),
             array_to_string(
               (array_agg(distinct report_id order by report_id))[1:$3::integer], ' ')
        from open group by kind
      """,
      [
        .text(cycle.text), .instant(now), .integer(Int64(ClosingObstacle.namedReportsMax)),
      ]
    ).map { row in
      ClosingObstacle(
        kind: try row.value(0, choice(ClosingObstacle.Kind.self)), count: Int(try row.integer(1)),
        overdue: Int(try row.integer(2)),
        reports: try row.text(3).split(separator: " ").map { try ReportID(String($0)) })
    }
    return ClosingObstacle.Kind.allCases.compactMap { kind in
      found.first { $0.kind == kind }
    }
  }
}
