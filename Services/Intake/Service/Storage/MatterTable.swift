import EventStream
import IntakeDomain
import ReviewEvents

/// A suggested matter as intake knows it.
struct KnownMatter: Sendable {
  var matter: MatterReference
  var number: Int64
  var area: ListCode
}

/// The table `suggested_matter`: what case-tracking suggested to whom.
enum MatterTable {
  /// Keeps the matters of issued cases, whether or not anything else is known of their subjects.
  static func issue(_ cases: [CaseIssued], _ transaction: borrowing AnyTransaction) throws {
    let matters = cases.flatMap { issued in issued.matters.map { (issued, $0) } }
    try transaction.rows(
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
    try transaction.rows(
      "update suggested_matter set state = 'withdrawn' where case_id = any($1)",
      [.texts(cases.map(\.text))])
  }

  /// The open matters of `subject` in `cycle`.
  static func open(
    of subject: SubjectID, in cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> [KnownMatter] {
    try transaction.rows(
      """
      select case_id, matter_id, number, area from suggested_matter
       where cycle_id = $1 and subject_id = $2 and state = 'open'
       order by case_id, number, matter_id
      """, [.text(cycle.text), .text(subject.description)]
    ).map { row in
      KnownMatter(
        matter: MatterReference(
          caseID: try row.value(0, CaseID.init), matterID: try row.value(1, MatterID.init)),
        number: try row.integer(2), area: try row.value(3, ListCode.init))
    }
  }
}
