internal import EventStream
internal import RatingDomain
internal import RatingReadModels
internal import ReviewEvents
internal import ReviewRules
internal import ServiceRuntime

/// What the commands read; each statement handles a whole batch.
enum RatingTables {
  /// The rules of a cycle.
  static func ruleSet(
    of cycle: CycleID, rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> RuleSet {
    let rows = try transaction.rows(
      "select rule_set_id from cycle where cycle_id = $1", [.text(cycle.text)])
    guard let row = rows.first else { throw RatingProblem.cycleNotYetKnown }
    let id = try row.value(0) { try RuleSetID($0) }
    guard let ruleSet = rules[id] else { throw RatingProblem.ruleSetNotLoaded }
    return ruleSet
  }

  /// The subjects with these ids; unknown ones are missing from the answer.
  static func subjects(
    _ ids: [SubjectID], in transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: RatedSubject] {
    let rows = try transaction.rows(
      """
      select subject_id, managing_unit_id, managing_level, peer_group, files_on_paper
      from subject where subject_id = any($1::text[])
      """, [.texts(ids.map(\.description))])
    var subjects: [SubjectID: RatedSubject] = [:]
    for row in rows {
      let subject = RatedSubject(
        id: try row.value(0) { try SubjectID($0) },
        managingUnitID: try row.value(1) { try UnitID($0) },
        managingLevel: try row.value(2) { try LevelCode($0) },
        peerGroup: try row.value(3) { try PeerGroupCode($0) }, filesOnPaper: try row.boolean(4))
      subjects[subject.id] = subject
    }
    return subjects
  }

  /// What still stands between each subject and its decision.
  static func readiness(
    of subjects: [RatedSubject], in cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: Readiness] {
    let ids = SQLValue.texts(subjects.map(\.id.description))
    let reviewed = Set(
      try transaction.rows(
        "select subject_id from reviewed where cycle_id = $1 and subject_id = any($2::text[])",
        [.text(cycle.text), ids]
      ).map { try $0.text(0) })
    var readiness: [SubjectID: Readiness] = [:]
    for subject in subjects {
      readiness[subject.id] = Readiness(
        isReviewed: subject.filesOnPaper || reviewed.contains(subject.id.description),
        openCases: [], openSupplements: [])
    }
    let gates = try transaction.rows(
      """
      select subject_id, kind, case_id from gate
      where cycle_id = $1 and subject_id = any($2::text[]) and is_open order by case_id
      """, [.text(cycle.text), ids])
    for gate in gates {
      let subject = try gate.value(0) { try SubjectID($0) }
      let caseID = try gate.value(2) { try CaseID($0) }
      if try gate.text(1) == Gate.case.rawValue {
        readiness[subject]?.openCases.append(caseID)
      } else {
        readiness[subject]?.openSupplements.append(caseID)
      }
    }
    return readiness
  }

  /// Folds the ratings of these subjects from the log.
  static func ratings(
    _ ids: [RatingID], in transaction: borrowing AnyTransaction
  ) throws -> [RatingID: (rating: RatingDomain.Rating, sequence: Int64)] {
    let histories = try transaction.history(of: ids.map { .rating($0) })
    var ratings: [RatingID: (rating: RatingDomain.Rating, sequence: Int64)] = [:]
    for id in ids {
      let history = histories[.rating(id)] ?? []
      ratings[id] = (
        RatingDomain.Rating(try history.map { try RatingEvent($0) }), history.last?.sequence ?? 0
      )
    }
    return ratings
  }
}
