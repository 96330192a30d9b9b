import Foundation
import RehearsalModel
import Testing

@Suite struct `A chronicle` {
  private func shippedChronicle() throws -> Chronicle {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../deploy/rehearsal/five-years.json").standardized
    return try JSONDecoder().decode(Chronicle.self, from: Data(contentsOf: file))
  }

  @Test(arguments: [nil, 1, 2, 3] as [UInt64?])
  func `can be made from any seed, and is the same for the same one`(seed: UInt64?) throws {
    var chronicle = try shippedChronicle()
    if let seed { chronicle = chronicle.played(with: seed) }
    let first = try ChronicleGenerator.plan(chronicle)
    let second = try ChronicleGenerator.plan(chronicle)
    #expect(first.years.map(\.ratings) == second.years.map(\.ratings))
    #expect(first.debts == second.debts)
  }

  @Test func `moves its figures with another seed`() throws {
    let chronicle = try shippedChronicle()
    let here = try ChronicleGenerator.plan(chronicle)
    let there = try ChronicleGenerator.plan(chronicle.played(with: 77))
    #expect(here.years.map(\.ratings) != there.years.map(\.ratings))
  }

  @Test func `keeps every subject of every year under a manager of its year`() throws {
    for year in try ChronicleGenerator.plan(try shippedChronicle()).years {
      let levels = Dictionary(uniqueKeysWithValues: year.tree.units.map { ($0.id, $0.level) })
      for subject in year.tree.subjects {
        #expect(levels[subject.managingUnitID] == subject.managingLevel, "\(subject.id)")
      }
      for person in year.tree.persons { #expect(levels[person.memberOfID] == "CELL") }
      #expect(Set(year.tree.subjects.map(\.id)).count == year.tree.subjects.count)
    }
  }

  @Test func `ends with one province, communes and no district`() throws {
    let plan = try ChronicleGenerator.plan(try shippedChronicle())
    let first = try #require(plan.years.first).tree
    let last = try #require(plan.years.last).tree
    #expect(first.provinces.count == 2 && last.provinces.count == 1)
    #expect(last.units.allSatisfy { $0.level != "DISTRICT" && $0.level != "GRASSROOTS" })
    let communes = last.units.filter { $0.level == "COMMUNE" }.map(\.id)
    #expect(communes.count == first.units.count { $0.level == "GRASSROOTS" } / 2)
    let heads = last.persons.count { $0.peerGroup == "COMMUNE-HEAD" }
    #expect(heads == communes.count)
    #expect(last.persons.count == first.persons.count)
  }

  @Test func `leaves every open case of a collective with one organisation that exists`() throws {
    let plan = try ChronicleGenerator.plan(try shippedChronicle())
    let living = Set(try #require(plan.years.last).tree.units.map(\.id))
    let open = plan.years.flatMap(\.cases).filter {
      $0.ending == .carriedOver && $0.subject.kind == "collective"
    }
    #expect(!open.isEmpty)
    #expect(Set(plan.debts.keys).isSubset(of: living))
    #expect(plan.debts.values.reduce(0) { $0 + $1.count } == open.count)
  }
}
