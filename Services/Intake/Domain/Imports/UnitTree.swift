import ReviewEvents

/// The organisation tree, as far as an import needs it.
struct UnitTree {
  /// The way up from one organisation.
  struct Line {
    /// The organisations above, the nearest first.
    var above: [UnitID] = []
    /// Whether the way up comes back to where it was.
    var isCircular = false
    /// Whether the way up leads to an organisation that is not there.
    var isBroken = false
  }

  private var places: [UnitID: (parent: UnitID?, level: LevelCode)] = [:]

  init(_ units: [(id: UnitID, parent: UnitID?, level: LevelCode)]) {
    for unit in units { put(unit.id, parent: unit.parent, level: unit.level) }
  }

  mutating func put(_ unit: UnitID, parent: UnitID?, level: LevelCode) {
    places[unit] = (parent, level)
  }

  func level(of unit: UnitID) -> LevelCode? { places[unit]?.level }

  /// The way up from `unit`, which ends where it meets itself.
  func line(from unit: UnitID) -> Line {
    var line = Line()
    var seen: Set<UnitID> = [unit]
    var next = places[unit]?.parent
    while let current = next {
      guard let place = places[current] else {
        line.isBroken = true
        return line
      }
      guard seen.insert(current).inserted else {
        line.isCircular = true
        return line
      }
      line.above.append(current)
      next = place.parent
    }
    return line
  }
}
