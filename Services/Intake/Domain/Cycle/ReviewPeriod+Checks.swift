import ReviewEvents

/// What can be wrong with the period of a cycle.
public enum PeriodFault: Error, Sendable, Hashable {
  /// Cycles of this kind have no period that goes without saying.
  case missing
  /// The last day comes before the first.
  case outOfOrder
  /// A quarterly cycle looks back on a quarter of its year.
  case notAQuarter
  /// No day of the period lies in the year of the cycle.
  case outsideYear
  /// It is longer than cycles of this kind may be.
  case tooLong
}

extension CycleKind {
  /// How many days a cycle of this kind may look back on: a year, or two terms.
  var daysMax: Int {
    switch self {
    case .annual: 366
    // Which days a quarter has is fixed.
    case .quarterly: 92
    case .term, .adHoc: 3_660
    }
  }

  /// Whether the calendar year is meant where the plan names no days.
  var isYearUnlessSaid: Bool {
    switch self {
    case .annual, .adHoc: true
    case .quarterly, .term: false
    }
  }
}

extension ReviewPeriod {
  /// The four quarters of a year.
  static func quarters(of year: Int) -> [ReviewPeriod] {
    func first(_ month: Int) -> LocalDate? {
      LocalDate(year: month > 12 ? year + 1 : year, month: month > 12 ? 1 : month, day: 1)
    }
    return [1, 4, 7, 10].compactMap { month in
      guard let from = first(month), let next = first(month + 3) else { return nil }
      return ReviewPeriod(from: from, through: next.adding(days: -1))
    }
  }

  /// Refuses a period that a cycle of this kind and year cannot look back on.
  func check(_ kind: CycleKind, year: Int) throws(PeriodFault) {
    guard from <= through else { throw .outOfOrder }
    if kind == .quarterly, !Self.quarters(of: year).contains(self) { throw .notAQuarter }
    guard from.year <= year, year <= through.year else { throw .outsideYear }
    guard through.daysSince1970 - from.daysSince1970 < kind.daysMax else { throw .tooLong }
  }
}
