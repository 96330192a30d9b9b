public import ReviewEvents

extension OrganisationHistory {
  /// How the organisation ended, if it had.
  public func end(of unit: UnitID, at point: Viewpoint) -> UnitEnded? {
    units[unit]?.end(at: point)
  }

  /// The organisations that took over directly from one that ended.
  public func successors(of unit: UnitID, at point: Viewpoint) -> [UnitID] {
    end(of: unit, at: point)?.successorIDs ?? []
  }

  /// The organisations from which this one took over directly.
  public func predecessors(of unit: UnitID, at point: Viewpoint) -> [UnitID] {
    let taken = units[unit]?.predecessors.entries(upTo: point).flatMap(\.value) ?? []
    return Set(taken).sorted()
  }

  /// Every organisation that came of this one, over any number of restructurings, nearest first.
  public func descent(of unit: UnitID, at point: Viewpoint) -> [UnitID] {
    lineage(of: unit) { successors(of: $0, at: point) }
  }

  /// Every organisation that this one came of, over any number of restructurings, nearest first.
  public func ancestry(of unit: UnitID, at point: Viewpoint) -> [UnitID] {
    lineage(of: unit) { predecessors(of: $0, at: point) }
  }

  /// Who answers for the organisation's debts of remediation and has its rights of history: the
  /// organisation itself while it exists, and after its end the heir that its end names, or the
  /// heir's heir.
  ///
  /// None only before the organisation began.
  public func heir(of unit: UnitID, at point: Viewpoint) -> UnitID? {
    var current = unit
    // An end names an heir that exists on its day, so the way never comes back; facts that say
    // otherwise lead to nobody instead of in a ring.
    for _ in 0...units.count {
      switch units[current]?.existence[point] {
      case nil: return nil
      case .living: return current
      case .ended(let end): current = end.heirID
      }
    }
    return nil
  }

  /// Every organisation for whose past this one answers, itself first.
  ///
  /// What was ever said of one of them — a rating, an open matter, a right of appeal — is this
  /// one's to answer for.
  public func answersFor(_ unit: UnitID, at point: Viewpoint) -> [UnitID] {
    guard exists(unit, at: point) else { return [] }
    return [unit] + ancestry(of: unit, at: point).filter { heir(of: $0, at: point) == unit }
  }

  private func lineage(of unit: UnitID, _ next: (UnitID) -> [UnitID]) -> [UnitID] {
    var found: [UnitID] = []
    var seen: Set<UnitID> = [unit]
    var place = 0
    var current = unit
    while true {
      for one in next(current) where seen.insert(one).inserted { found.append(one) }
      guard place < found.count else { return found }
      current = found[place]
      place += 1
    }
  }
}
