public import EventStream
internal import IntakeDomain
internal import ReviewEvents

/// The rows of the tables `report`, `report_version` and `supplement`.
///
/// Every column follows from the report, so writing it twice changes nothing.
public enum ReportRows {
  static let fold = StreamFold(.report) { transaction, histories in
    try write(try histories.map { history in try LoadedReport(history.events) }, transaction)
  }

  /// Shows reports as they stand now, with all their versions and supplements.
  public static func write(
    _ reports: [LoadedReport], _ transaction: borrowing AnyTransaction
  ) throws {
    let owed = reports.compactMap { loaded in loaded.report.duty.map { (loaded, $0) } }
    guard !owed.isEmpty else { return }
    try writeReports(owed, transaction)
    try writeVersions(owed.flatMap(\.0.report.submissions), transaction)
    try writeSupplements(
      owed.flatMap { loaded, _ in
        loaded.report.supplements.values.sorted { $0.request.caseID < $1.request.caseID }
      }, transaction)
  }

  private static func writeReports(
    _ owed: [(LoadedReport, ReportRequested)], _ transaction: borrowing AnyTransaction
  ) throws {
    let reports = owed.map(\.0.report)
    let duties = owed.map(\.1)
    try transaction.run(
      """
      insert into report (report_id, cycle_id, subject_id, kind, managing_unit_id, managing_level,
                          form, state, version, due_before, due_wording, lateness, received_at,
                          draft_hash, sequence, first_due_before, extension_state,
                          reopenings)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                           $7::text[], $8::text[], $9::bigint[], $10::timestamptz[],
                           $11::text[], $12::text[], $13::timestamptz[], $14::text[],
                           $15::bigint[], $16::timestamptz[], $17::text[], $18::bigint[])
      on conflict (report_id) do update
        set cycle_id = excluded.cycle_id, subject_id = excluded.subject_id, kind = excluded.kind,
            managing_unit_id = excluded.managing_unit_id,
            managing_level = excluded.managing_level, form = excluded.form,
            state = excluded.state, version = excluded.version, due_before = excluded.due_before,
            due_wording = excluded.due_wording, lateness = excluded.lateness,
            received_at = excluded.received_at, draft_hash = excluded.draft_hash,
            sequence = excluded.sequence, first_due_before = excluded.first_due_before,
            extension_state = excluded.extension_state, reopenings = excluded.reopenings
      """,
      [
        .texts(duties.map(\.reportID.text)), .texts(duties.map(\.cycleID.text)),
        .texts(duties.map(\.subjectID.description)),
        .texts(duties.map(\.subjectID.kind.rawValue)),
        .texts(duties.map(\.managingUnitID.text)), .texts(duties.map(\.managingLevel.text)),
        .texts(duties.map(\.form.text)), .texts(reports.map(\.phase.rawValue)),
        .integers(reports.map { Int64($0.version) }), .instants(duties.map(\.dueBefore)),
        .texts(duties.map(\.dueWording)),
        .optionalTexts(reports.map(\.submission?.lateness.rawValue)),
        .optionalInstants(reports.map(\.submission?.receivedAt)),
        .optionalTexts(reports.map(\.draftHash)), .integers(owed.map(\.0.sequence)),
        .optionalInstants(reports.map(\.firstDueBefore)),
        .optionalTexts(reports.map(\.timeExtension?.phase.rawValue)),
        .integers(reports.map { Int64($0.reopenings) }),
      ])
  }

  private static func writeVersions(
    _ submissions: [ReportSubmitted], _ transaction: borrowing AnyTransaction
  ) throws {
    guard !submissions.isEmpty else { return }
    try transaction.run(
      """
      insert into report_version (report_id, version, content_hash, received_at, lateness)
      select * from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[])
      on conflict (report_id, version) do update
        set content_hash = excluded.content_hash, received_at = excluded.received_at,
            lateness = excluded.lateness
      """,
      [
        .texts(submissions.map(\.reportID.text)),
        .integers(submissions.map { Int64($0.version) }),
        .texts(submissions.map(\.contentHash)), .instants(submissions.map(\.receivedAt)),
        .texts(submissions.map(\.lateness.rawValue)),
      ])
  }

  private static func writeSupplements(
    _ supplements: [Report.Supplement], _ transaction: borrowing AnyTransaction
  ) throws {
    guard !supplements.isEmpty else { return }
    let requests = supplements.map(\.request)
    try transaction.run(
      """
      insert into supplement (report_id, case_id, cycle_id, state, due_before, due_wording,
                              content_hash)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[],
                           $6::text[], $7::text[])
      on conflict (report_id, case_id) do update
        set cycle_id = excluded.cycle_id, state = excluded.state,
            due_before = excluded.due_before, due_wording = excluded.due_wording,
            content_hash = excluded.content_hash
      """,
      [
        .texts(requests.map(\.reportID.text)), .texts(requests.map(\.caseID.text)),
        .texts(requests.map(\.cycleID.text)), .texts(supplements.map(\.phase.rawValue)),
        .instants(requests.map(\.dueBefore)), .texts(requests.map(\.dueWording)),
        .optionalTexts(supplements.map(\.contentHash)),
      ])
  }
}
