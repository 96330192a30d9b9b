import EventStream
import IntakeDomain
import ReviewEvents

/// A report as its stream tells, and how far the stream is.
struct LoadedReport {
  var report: Report
  var sequence: Int64
}

/// The tables `report`, `report_version` and `supplement`, and the streams behind them.
enum ReportTable {
  /// Loads a report and keeps everybody else from changing it until the transaction ends.
  ///
  /// A case that is issued at the same moment waits for this lock as well: either the submission
  /// sees its matters, or the case sees the submission (contract 25).
  /// - Throws: ``ReportRejection/notRequested``.
  static func lock(_ id: ReportID, _ transaction: borrowing AnyTransaction) throws -> LoadedReport {
    guard let loaded = try lock([id], transaction)[id] else { throw ReportRejection.notRequested }
    return loaded
  }

  /// Locks and loads those of `ids` that are owed, in one order everywhere.
  static func lock(
    _ ids: [ReportID], _ transaction: borrowing AnyTransaction
  ) throws -> [ReportID: LoadedReport] {
    let locked = try transaction.rows(
      "select report_id from report where report_id = any($1) order by report_id for update",
      [.texts(ids.map(\.text))]
    ).map { row in try row.value(0, ReportID.init) }
    return try load(locked, transaction)
  }

  /// Loads reports without locking them; unknown ones are missing from the answer.
  static func load(
    _ ids: [ReportID], _ transaction: borrowing AnyTransaction
  ) throws -> [ReportID: LoadedReport] {
    let histories = try transaction.history(of: ids.map { .report($0) })
    var loaded: [ReportID: LoadedReport] = [:]
    for id in ids {
      guard let history = histories[.report(id)], let last = history.last else { continue }
      loaded[id] = LoadedReport(
        report: Report(try history.map { envelope in try ReportEvent(envelope) }),
        sequence: last.sequence)
    }
    return loaded
  }

  /// Appends facts of a report and shows what follows from them.
  /// - Parameter contentHash: the fingerprint of the content that a supplement came with.
  /// - Returns: the report as it is now.
  static func record(
    _ events: [ReportEvent], on loaded: LoadedReport, of id: ReportID, origin: EventOrigin,
    contentHash: String? = nil, _ transaction: borrowing AnyTransaction
  ) throws -> LoadedReport {
    guard !events.isEmpty else { return loaded }
    try transaction.append([
      StreamAppend(
        stream: .report(id), expected: loaded.sequence, events: events.map(\.fact), origin: origin)
    ])
    var next = loaded
    for event in events {
      next.report.apply(event)
      try show(event, contentHash: contentHash, transaction)
    }
    next.sequence += Int64(events.count)
    try transaction.rows(
      """
      update report
         set state = $2, version = $3, lateness = $4, received_at = $5, draft_hash = $6,
             sequence = $7
       where report_id = $1
      """,
      [
        .text(id.text), .text(next.report.phase.rawValue), .integer(Int64(next.report.version)),
        .optional(next.report.submission?.lateness.rawValue),
        .optional(next.report.submission?.receivedAt), .optional(next.report.draftHash),
        .integer(next.sequence),
      ])
    return next
  }

  /// What a fact means for versions and supplements.
  private static func show(
    _ event: ReportEvent, contentHash: String?, _ transaction: borrowing AnyTransaction
  ) throws {
    switch event {
    case .submitted(let fact):
      try transaction.rows(
        """
        insert into report_version (report_id, version, content_hash, received_at, lateness)
        values ($1, $2, $3, $4, $5)
        """,
        [
          .text(fact.reportID.text), .integer(Int64(fact.version)), .text(fact.contentHash),
          .instant(fact.receivedAt), .text(fact.lateness.rawValue),
        ])
    case .supplementRequested(let fact):
      try transaction.rows(
        """
        insert into supplement (report_id, case_id, cycle_id, state, due_before, due_wording)
        values ($1, $2, $3, 'requested', $4, $5)
        """,
        [
          .text(fact.reportID.text), .text(fact.caseID.text), .text(fact.cycleID.text),
          .instant(fact.dueBefore), .text(fact.dueWording),
        ])
    case .supplementSubmitted(let fact):
      try transaction.rows(
        """
        update supplement set state = 'submitted', content_hash = $3
         where report_id = $1 and case_id = $2
        """,
        [.text(fact.reportID.text), .text(fact.caseID.text), .optional(contentHash)])
    case .supplementCancelled(let fact):
      try transaction.rows(
        "update supplement set state = 'cancelled' where report_id = $1 and case_id = $2",
        [.text(fact.reportID.text), .text(fact.caseID.text)])
    case .requested, .drafted, .returned, .accepted: break
    }
  }

  /// Appends the first fact of many reports and shows them.
  static func request(
    _ requests: [ReportRequested], origin: EventOrigin, _ transaction: borrowing AnyTransaction
  ) throws {
    try transaction.append(
      requests.map {
        StreamAppend(stream: .report($0.reportID), expected: 0, events: [$0], origin: origin)
      })
    try transaction.rows(
      """
      insert into report (report_id, cycle_id, subject_id, kind, managing_unit_id, managing_level,
                          form, state, version, due_before, due_wording, sequence)
      select report_id, cycle_id, subject_id, kind, managing_unit_id, managing_level, form,
             'requested', 0, due_before, due_wording, 1
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                    $7::text[], $8::timestamptz[], $9::text[])
          as owed(report_id, cycle_id, subject_id, kind, managing_unit_id, managing_level, form,
                  due_before, due_wording)
      """,
      [
        .texts(requests.map(\.reportID.text)), .texts(requests.map(\.cycleID.text)),
        .texts(requests.map(\.subjectID.description)),
        .texts(requests.map(\.subjectID.kind.rawValue)),
        .texts(requests.map(\.managingUnitID.text)), .texts(requests.map(\.managingLevel.text)),
        .texts(requests.map(\.form.text)), .instants(requests.map(\.dueBefore)),
        .texts(requests.map(\.dueWording)),
      ])
  }

  /// The reports with an open supplement on one of `cases`.
  static func withOpenSupplement(
    on cases: [CaseID], _ transaction: borrowing AnyTransaction
  ) throws -> [ReportID] {
    try transaction.rows(
      """
      select distinct report_id from supplement
       where case_id = any($1) and state = 'requested' order by report_id
      """, [.texts(cases.map(\.text))]
    ).map { row in try row.value(0, ReportID.init) }
  }
}
