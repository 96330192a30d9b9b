import CaseTrackingDomain
import EventStream
import ReviewEvents
import ReviewRules
import ServiceRuntime

extension HTTPRoute {
  static func caseStatistics(_ store: any Store, _ rules: RuleBook) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/case-statistics",
      summary: "Subjects in suggested review by level and kind, and cases by state"
    ) { request in
      let cycleID = try request.path("cycle", as: CycleID.init)
      let statistics = try await store.commit { try CaseStatistics.read(cycleID, rules, in: $0) }
      guard let statistics else { throw Problem.unknownCycle() }
      return QueryAnswer(statistics)
    }
  }
}

/// The figures as provinces publish them.
///
/// A subject with two cases counts once: published is *how many collectives*, not how many
/// letters. Only issued cases that were not withdrawn count.
private struct CaseStatistics: Encodable, Sendable {
  struct Level: Encodable, Sendable {
    let level: String
    let subjects: Int64
    let cases: Int64
  }

  struct Kind: Encodable, Sendable {
    var subjects: Int64 = 0
    var cases: Int64 = 0
    /// Levels that have none are absent.
    var levels: [Level] = []

    /// Puts the levels into the order of the rule set, highest first.
    mutating func sort(by order: [String]) {
      levels.sort { left, right in
        let places = [left, right].map { order.firstIndex(of: $0.level) ?? order.endIndex }
        return (places[0], left.level) < (places[1], right.level)
      }
    }
  }

  struct State: Encodable, Sendable {
    let state: String
    let cases: Int64
  }

  let cycleId: String
  var collective = Kind()
  var individual = Kind()
  /// All cases of the cycle, also those that are not issued or were withdrawn.
  var states: [State] = []

  static func read(
    _ cycleID: CycleID, _ rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> CaseStatistics? {
    guard let cycle = try Registry.cycle(cycleID, in: transaction) else { return nil }
    let levels = rules[cycle.ruleSetID]?.levels.map(\.code.text) ?? []
    var statistics = CaseStatistics(cycleId: cycleID.text)
    // The row without a level is the total: a subject that changed its manager during the cycle
    // stands under two levels and is still one subject.
    let counts = try transaction.rows(
      """
      select kind, authority_level, count(distinct subject), count(*)
      from suggested_case
      where cycle_id = $1 and issued_at is not null and state <> 'withdrawn'
      group by grouping sets ((kind, authority_level), (kind))
      """, [.text(cycleID.text)])
    for row in counts {
      let path: WritableKeyPath<CaseStatistics, Kind> =
        try row.text(0) == SubjectKind.collective.rawValue ? \.collective : \.individual
      let (subjects, cases) = (try row.integer(2), try row.integer(3))
      if let level = row.optionalText(1) {
        statistics[keyPath: path].levels.append(
          Level(level: level, subjects: subjects, cases: cases))
      } else {
        statistics[keyPath: path].subjects = subjects
        statistics[keyPath: path].cases = cases
      }
    }
    statistics.collective.sort(by: levels)
    statistics.individual.sort(by: levels)
    let states = try transaction.rows(
      "select state, count(*) from suggested_case where cycle_id = $1 group by state",
      [.text(cycleID.text)])
    var casesByState: [String: Int64] = [:]
    for row in states { casesByState[try row.text(0)] = try row.integer(1) }
    statistics.states = CaseState.allCases.compactMap { state in
      casesByState[state.rawValue].map { State(state: state.rawValue, cases: $0) }
    }
    return statistics
  }
}
