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
  /// The open matters of `subject` in `cycle`.
  static func open(
    of subject: SubjectID, in cycle: CycleID
  ) -> Question<[KnownMatter]> {
    Question(
      """
      select case_id, matter_id, number, area from suggested_matter
       where cycle_id = $1 and subject_id = $2 and state = 'open'
       order by case_id, number, matter_id
      """, [.text(cycle.text), .text(subject.description)]
    ) { rows in
      try rows.map { row in
        KnownMatter(
          matter: MatterReference(
            caseID: try row.value(0, CaseID.init), matterID: try row.value(1, MatterID.init)),
          number: try row.integer(2), area: try row.value(3, ListCode.init))
      }
    }
  }
}
