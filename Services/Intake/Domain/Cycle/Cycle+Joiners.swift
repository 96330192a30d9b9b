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
    units: [UnitRegistered], persons: [PersonRegistered], requested: Set<ReportID>, rules: RuleSet
  ) throws(CycleRejection) -> [ReportRequested] {
    guard let plan else { throw .notOpened }
    switch phase {
    case .closed: throw .alreadyClosed
    case .unopened, .open: throw .notLaunched
    case .launched: break
    }
    func isNew(_ subject: SubjectID) -> Bool {
      !requested.contains(ReportID(cycle: plan.cycleID, subject: subject))
    }
    return try OwedReports.list(
      in: self, units: units.filter { isNew(.unit($0.unitID)) },
      persons: persons.filter { isNew(.person($0.personID)) }, rules: rules)
  }
}
