import CaseTrackingDomain
import ReviewEvents
import TestSupport
import Testing

/// A tree grown from a seed: unit 0 is the top, each other one hangs below an earlier one.
private struct GrownTree {
  var parents: [UnitID: UnitID?] = [:]
  var units: [UnitID] = []

  init(seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    for index in 0..<Int.random(in: 2...40, using: &numbers) {
      let unit: UnitID = id("u\(index)")
      parents[unit] = .some(units.randomElement(using: &numbers))
      units.append(unit)
    }
  }

  /// Whether `upper` is found by following parents from `lower`, told in another way than the
  /// code under test: by growing the set of everybody below `upper`.
  func isAbove(_ upper: UnitID, _ lower: UnitID) -> Bool {
    var below: Set<UnitID> = [upper]
    while true {
      let more = units.filter { unit in parents[unit].flatMap { $0 }.map(below.contains) ?? false }
      if below.isSuperset(of: more) { return below.contains(lower) && upper != lower }
      below.formUnion(more)
    }
  }
}

@Suite struct `Who stands above whom` {
  @Test(arguments: 1...60) func `agrees with the tree read from above`(seed: Int) {
    let grown = GrownTree(seed: UInt64(seed))
    let tree = OrganisationTree(parents: grown.parents)
    for authority in grown.units {
      for manager in grown.units {
        let expected: OrganisationTree.Standing =
          authority == manager
          ? .manages : grown.isAbove(authority, manager) ? .standsAbove : .standsApart
        #expect(tree.standing(of: authority, over: manager) == expected)
      }
    }
  }

  @Test(arguments: 1...60) func `an answer never changes when a gap is filled`(seed: Int) {
    let grown = GrownTree(seed: UInt64(seed))
    let whole = OrganisationTree(parents: grown.parents)
    var numbers = SplitMix64(seed: UInt64(seed) &+ 1_000)
    let known = grown.parents.filter { _ in Bool.random(using: &numbers) }
    let partial = OrganisationTree(parents: known)
    for authority in grown.units {
      for manager in grown.units {
        let early = partial.standing(of: authority, over: manager)
        let late = whole.standing(of: authority, over: manager)
        #expect(early == .unknown || early == late)
      }
    }
  }

  @Test func `a ring leads nowhere and ends`() {
    let one: UnitID = id("one")
    let two: UnitID = id("two")
    let ring = OrganisationTree(parents: [one: two, two: one])
    #expect(ring.standing(of: id("three"), over: one) == .standsApart)
  }
}
