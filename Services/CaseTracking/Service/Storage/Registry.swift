import CaseTrackingDomain
import EventStream
import ReviewEvents

/// What case-tracking has learned from intake.
enum Registry {
  /// Who manages a subject, and which organisation reviews it.
  struct Subject: Sendable {
    /// None for the top of the tree, which nobody here manages.
    var managingUnitID: UnitID?
    /// The level figures are published under; its own level at the top of the tree.
    var level: LevelCode
    /// Where the review conference is held.
    var hostID: UnitID
  }

  /// A cycle, as far as cases need it.
  struct Cycle: Sendable {
    var year: Int64
    var ruleSetID: RuleSetID
  }

  static func cycle(
    _ id: CycleID, in transaction: borrowing AnyTransaction
  ) throws -> Cycle? {
    let rows = try transaction.rows(
      "select year, rule_set_id from cycle where cycle_id = $1", [.text(id.text)])
    return try rows.first.map {
      Cycle(year: try $0.integer(0), ruleSetID: try $0.value(1, RuleSetID.init))
    }
  }

  static func isKnown(
    _ id: UnitID, in transaction: borrowing AnyTransaction
  ) throws -> Bool {
    try !transaction.rows("select 1 from unit where unit_id = $1", [.text(id.text)]).isEmpty
  }

  /// The subjects among `ids` that are known.
  static func subjects(
    _ ids: [SubjectID], in transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: Subject] {
    var units: [String] = []
    var persons: [String] = []
    for id in ids {
      switch id {
      case .unit(let unit): units.append(unit.text)
      case .person(let person): persons.append(person.text)
      }
    }
    let rows = try transaction.rows(
      """
      select 'unit/' || unit_id, managing_unit_id, coalesce(managing_level, level), unit_id
      from unit where unit_id = any($1::text[])
      union all
      select 'person/' || person_id, managing_unit_id, managing_level, member_of_id
      from person where person_id = any($2::text[])
      """, [.texts(units), .texts(persons)])
    var subjects: [SubjectID: Subject] = [:]
    for row in rows {
      subjects[try row.value(0, SubjectID.init)] = Subject(
        managingUnitID: row.isNull(1) ? nil : try row.value(1, UnitID.init),
        level: try row.value(2, LevelCode.init), hostID: try row.value(3, UnitID.init))
    }
    return subjects
  }

  /// The tree from `units` upwards, as far as it is known.
  static func tree(
    above units: [UnitID], in transaction: borrowing AnyTransaction
  ) throws -> OrganisationTree {
    // `union` drops repeats, so that even a ring of parents comes to an end.
    let rows = try transaction.rows(
      """
      with recursive path (unit_id, parent_id) as (
        select unit_id, parent_id from unit where unit_id = any($1::text[])
        union
        select above.unit_id, above.parent_id
        from unit above join path on above.unit_id = path.parent_id
      )
      select unit_id, parent_id from path
      """, [.texts(units.map(\.text))])
    var parents: [UnitID: UnitID?] = [:]
    for row in rows {
      let parent = row.isNull(1) ? nil : try row.value(1, UnitID.init)
      parents[try row.value(0, UnitID.init)] = .some(parent)
    }
    return OrganisationTree(parents: parents)
  }

  /// When the report of `subject` in `cycle` was first received, if it was.
  static func reportSubmittedAt(
    _ subject: SubjectID, in cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> Instant? {
    let rows = try transaction.rows(
      "select submitted_at from report_state where cycle_id = $1 and subject = $2",
      [.text(cycle.text), .text(subject.description)])
    return try rows.first?.instant(0)
  }
}

extension Registry.Subject {
  /// How `authority` stands to who manages this subject, by `tree`.
  func management(by authority: UnitID, tree: OrganisationTree) -> SubjectManagement {
    SubjectManagement(
      level: level,
      standing: managingUnitID.map { tree.standing(of: authority, over: $0) } ?? .standsApart)
  }
}
