import IntakeDomain
import ReviewEvents
import TestSupport
import Testing

/// Any sequence of foundings, mergers, splits, moves, renamings, dissolutions and transfers, on any
/// days and in any order of recording.
@Suite struct `Whatever becomes of the organisation` {
  static let seeds = Array(UInt64(1)...40)

  @Test(arguments: seeds)
  func `everybody has exactly one manager on every day, whenever one asks`(_ seed: UInt64) {
    let life = RandomLife(seed: seed)
    let faults = life.points.flatMap { Oracle(life.history, $0).faults }
    #expect(faults.isEmpty, "seed \(seed)")
  }

  @Test(arguments: seeds)
  func `every debt is answered for by exactly one organisation that exists`(_ seed: UInt64) {
    let life = RandomLife(seed: seed)
    let history = life.history
    var faults: [String] = []
    for point in life.points {
      var answering: [UnitID: [UnitID]] = [:]
      for living in history.unitIDs where history.exists(living, at: point) {
        for unit in history.answersFor(living, at: point) {
          answering[unit, default: []].append(living)
        }
      }
      // A debt registered on any day on which its unit existed, asked for on any later day.
      for unit in history.unitIDs {
        let registered = life.days.contains { day in
          day <= point.asOf
            && history.exists(unit, at: Viewpoint(asOf: day, knownAt: point.knownAt))
        }
        let heirs = answering[unit] ?? []
        if registered, heirs.count != 1 || heirs.first != history.heir(of: unit, at: point) {
          faults.append("\(unit) on \(point.asOf): \(heirs)")
        }
      }
    }
    #expect(faults.isEmpty, "seed \(seed)")
  }

  @Test(arguments: seeds)
  func `what was known at a moment is never told differently later`(_ seed: UInt64) {
    let life = RandomLife(seed: seed)
    var faults: [String] = []
    for (knownAt, then) in life.remembered {
      for day in life.days {
        let (now, before) = (Viewpoint(asOf: day, knownAt: knownAt), Viewpoint(asOf: day))
        for unit in life.history.unitIDs
        where life.history.unit(unit, at: now) != then.unit(unit, at: before)
          || life.history.heir(of: unit, at: now) != then.heir(of: unit, at: before)
        { faults.append("\(unit) on \(day) known at \(knownAt)") }
        for person in life.history.personIDs
        where life.history.person(person, at: now) != then.person(person, at: before) {
          faults.append("\(person) on \(day) known at \(knownAt)")
        }
      }
    }
    #expect(faults.isEmpty, "seed \(seed)")
  }

  @Test(arguments: seeds)
  func `streams may arrive in any order`(_ seed: UInt64) {
    let life = RandomLife(seed: seed)
    var generator = SplitMix64(seed: seed)
    var rest = Dictionary(grouping: life.recorded, by: \.event.subject)
      .sorted { $0.key < $1.key }.map { $0.value[...] }
    var other = OrganisationHistory()
    while !rest.isEmpty {
      let place = Int.random(in: rest.indices, using: &generator)
      other.apply(rest[place].removeFirst())
      if rest[place].isEmpty { rest.remove(at: place) }
    }
    #expect(other == life.history, "seed \(seed)")
  }

  @Test func `the lives that are played hold every kind of change, and refusals`() {
    var accepted: [RandomLife.Kind: Int] = [:]
    var refused: [RandomLife.Kind: Int] = [:]
    var corrections = 0
    for seed in Self.seeds {
      let life = RandomLife(seed: seed)
      accepted.merge(life.accepted, uniquingKeysWith: +)
      refused.merge(life.refused, uniquingKeysWith: +)
      corrections += life.corrections
    }
    for kind in RandomLife.Kind.allCases {
      #expect(accepted[kind, default: 0] >= 10, "\(kind) was accepted too rarely")
      #expect(refused[kind, default: 0] >= 1, "\(kind) was never refused")
    }
    #expect(corrections >= 50, "too few changes of an earlier day")
  }
}

/// Looks at the tree of one day as a clerk would, through the public answers alone.
private struct Oracle {
  let history: OrganisationHistory
  let point: Viewpoint

  init(_ history: OrganisationHistory, _ point: Viewpoint) {
    self.history = history
    self.point = point
  }

  var faults: [String] {
    let units = history.unitIDs.compactMap { history.unit($0, at: point) }
    let persons = history.personIDs.compactMap { history.person($0, at: point) }
    let living = Set(units.map(\.unitID))
    var faults: [String] = []
    for unit in units {
      let line = history.line(above: unit.unitID, at: point)
      if line.contains(unit.unitID) { faults.append("\(unit.unitID) stands below itself") }
      if let parent = unit.parentID, !living.contains(parent) {
        faults.append("\(unit.unitID) stands below \(parent), which is gone")
      }
      if let manager = unit.managingUnitID {
        if !line.contains(manager) { faults.append("\(unit.unitID): \(manager) is not above") }
      } else if unit.reviewed {
        faults.append("\(unit.unitID) has no manager")
      }
    }
    for person in persons
    where !living.contains(person.managingUnitID) || !living.contains(person.memberOfID) {
      faults.append("\(person.personID) belongs to what is gone")
    }
    guard point.knownAt == Viewpoint.knownAtLast else { return described(faults) }
    let managed = living.sorted().flatMap { history.managed(by: $0, at: point) }
    let expected =
      units.filter { $0.managingUnitID != nil }.map { SubjectID.unit($0.unitID) }
      + persons.map { SubjectID.person($0.personID) }
    if managed.sorted() != expected.sorted() { faults.append("not everybody is managed once") }
    return described(faults)
  }

  private func described(_ faults: [String]) -> [String] {
    faults.map { "\($0) on \(point.asOf) known at \(point.knownAt.milliseconds)" }
  }
}
