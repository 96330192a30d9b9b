import ReviewEvents
import ReviewRules

extension CycleOpened {
  /// Refuses days that this cycle cannot look back on.
  func checkPeriod() throws(CycleRejection) {
    do throws(PeriodFault) {
      if let period {
        try period.check(kind, year: year)
      } else if !kind.isYearUnlessSaid {
        throw .missing
      }
    } catch { throw .period(error) }
  }

  /// Refuses a scope that names nobody, or roles where no members are reviewed.
  func checkScope() throws(CycleRejection) {
    guard let scope else { return }
    let isEmpty = scope.roles == [] || scope.kinds == [] || scope.unitIDs == []
    let isWithoutMembers = scope.kinds.map { !$0.contains(.individual) } ?? false
    guard !isEmpty, scope.roles == nil || !isWithoutMembers else { throw .contradictoryScope }
  }

  /// Refuses sectors that the rules do not know or that have rules twice, and rules that were made
  /// for other years or kinds of cycles.
  func checkSectors(
    _ rules: RuleSet, _ sectorRules: [ListCode: RuleSet]
  ) throws(CycleRejection) {
    let known = Set(rules.sectors.map(\.code))
    for (place, milestone) in milestones.enumerated() {
      if let sector = milestone.sector, !known.contains(sector) {
        throw .unknownMilestoneSector(at: place)
      }
    }
    var seen: Set<ListCode> = []
    for (place, named) in (self.sectorRules ?? []).enumerated() {
      guard known.contains(named.sector) else { throw .unknownRulesSector(at: place) }
      guard seen.insert(named.sector).inserted else { throw .repeatedSectorRules(at: place) }
      guard let own = sectorRules[named.sector], own.scope.covers(kind, year: year) else {
        throw .sectorRulesOutOfScope(at: place)
      }
    }
  }
}
