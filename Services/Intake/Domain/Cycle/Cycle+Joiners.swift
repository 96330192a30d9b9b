public import ReviewEvents
public import ReviewRules

extension Cycle {
  /// Requests the reports of those who owe one now and have none: who joined after the launch.
  ///
  /// Requesting again changes nothing.
  ///
  /// - Parameter requested: the reports of this cycle that were requested before, whatever became
  ///   of them.
  public func requestJoiners(
    units: [UnitRegistered], persons: [PersonRegistered], requested: Set<ReportID>,
    rules: RuleSet, sectorRules: [ListCode: RuleSet] = [:]
  ) throws(CycleRejection) -> [ReportRequested] {
    guard plan != nil else { throw .notOpened }
    switch phase {
    case .closed: throw .alreadyClosed
    case .unopened, .open: throw .notLaunched
    case .launched: break
    }
    return try OwedReports.list(
      in: self, units: units, persons: persons, rules: rules, sectorRules: sectorRules,
      without: requested)
  }
}
