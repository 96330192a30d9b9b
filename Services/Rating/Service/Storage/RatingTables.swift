internal import EventStream
internal import RatingDomain
internal import RatingReadModels
internal import ReviewEvents
internal import ReviewRules
internal import ServiceRuntime

/// What the commands read; each statement handles a whole batch.
enum RatingTables {
  /// A cycle, as far as ratings need it.
  struct Cycle: Sendable {
    let ruleSet: RuleSet
    /// The last day of the year under review.
    let lastDay: LocalDate
  }

  /// The cycle with its rules.
  static func cycle(
    _ cycle: CycleID, rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> Cycle {
    let rows = try transaction.rows(
      "select rule_set_id, year from cycle where cycle_id = $1", [.text(cycle.text)])
    guard let row = rows.first else { throw RatingProblem.cycleNotYetKnown }
    let id = try row.value(0) { try RuleSetID($0) }
    guard let ruleSet = rules[id] else { throw RatingProblem.ruleSetNotLoaded }
    return Cycle(ruleSet: ruleSet, lastDay: try lastDay(row, 1))
  }

  /// The last day of the year under review; none of a cycle that is not known.
  static func lastDay(
    of cycle: CycleID, in transaction: borrowing AnyTransaction
  ) throws -> LocalDate? {
    try transaction.rows("select year from cycle where cycle_id = $1", [.text(cycle.text)])
      .first.map { try lastDay($0, 0) }
  }

  private static func lastDay(_ row: SQLRow, _ column: Int) throws -> LocalDate {
    guard let day = LocalDate(year: Int(try row.integer(column)), month: 12, day: 31) else {
      throw StoreError.malformedRow("column \(column) is no year")
    }
    return day
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
