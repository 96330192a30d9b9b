public import ReviewEvents

/// All versions of the rules that a process has loaded.
public struct RuleBook: Sendable {
  private let ruleSets: [RuleSetID: RuleSet]
  /// Which days people work on, for rule sets that count such days.
  public var workingCalendar: WorkingCalendar

  /// The rule sets, by their names.
  public init(_ ruleSets: [RuleSet], workingCalendar: WorkingCalendar = WorkingCalendar()) {
    self.ruleSets = Dictionary(uniqueKeysWithValues: ruleSets.map { ($0.id, $0) })
    self.workingCalendar = workingCalendar
  }

  /// The rule set named `id`, if it was loaded.
  public subscript(id: RuleSetID) -> RuleSet? { ruleSets[id] }

  /// The names of all rule sets, in order.
  public var ids: [RuleSetID] { ruleSets.keys.sorted() }

  /// The last of `days` days after `day`, counted as `ruleSet` counts them.
  ///
  /// A day off at the end of calendar days stays the last one: no rule is known that moves it.
  public func lastDay(_ days: Int, after day: LocalDate, under ruleSet: RuleSet) -> LocalDate {
    switch ruleSet.dayCount {
    case .calendar: day.adding(days: days)
    case .working: workingCalendar.workingDay(days, after: day)
    }
  }
}
