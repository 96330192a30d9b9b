import ReviewEvents

/// What organisations have from above: a value of their own, or that of the nearest organisation
/// above them that has one.
struct FromAbove<Value: Sendable> {
  private var values: [UnitID: Value]

  /// - Parameter own: the organisations that have a value of their own.
  init(_ own: [UnitID: Value], in units: [UnitRegistered]) {
    values = own
    guard !own.isEmpty else { return }
    let parents = Dictionary(units.map { ($0.unitID, $0.parentID) }) { first, _ in first }
    for unit in units {
      var line: [UnitID] = []
      var next: UnitID? = unit.unitID
      // No tree is higher than it has organisations, so that even a circle would end.
      while let current = next, values[current] == nil, line.count <= units.count {
        line.append(current)
        next = parents[current] ?? nil
      }
      guard let value = next.flatMap({ values[$0] }) else { continue }
      for id in line { values[id] = value }
    }
  }

  subscript(unit: UnitID) -> Value? { values[unit] }
}
