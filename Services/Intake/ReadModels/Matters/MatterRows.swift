internal import EventStream
internal import ReviewEvents

/// The rows of the table `suggested_matter`.
enum MatterRows {
  /// Keeps the matters of issued cases, whether or not anything else is known of their subjects.
  static func issue(_ cases: [CaseIssued], _ transaction: borrowing AnyTransaction) throws {
    let matters = cases.flatMap { issued in issued.matters.map { (issued, $0) } }
    try transaction.run(
      """
      insert into suggested_matter (case_id, matter_id, cycle_id, subject_id, number, area, state)
      select case_id, matter_id, cycle_id, subject_id, number, area, 'open'
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
          as issued(case_id, matter_id, cycle_id, subject_id, number, area)
      on conflict (case_id, matter_id) do nothing
      """,
      [
        .texts(matters.map(\.0.caseID.text)), .texts(matters.map(\.1.matterID.text)),
        .texts(matters.map(\.0.cycleID.text)), .texts(matters.map(\.0.subjectID.description)),
        .integers(matters.map { Int64($0.1.number) }), .texts(matters.map(\.1.area.text)),
      ])
  }

  /// Forgets that the matters of withdrawn cases need an answer.
  static func withdraw(_ cases: [CaseID], _ transaction: borrowing AnyTransaction) throws {
    try transaction.run(
      "update suggested_matter set state = 'withdrawn' where case_id = any($1)",
      [.texts(cases.map(\.text))])
  }
}
