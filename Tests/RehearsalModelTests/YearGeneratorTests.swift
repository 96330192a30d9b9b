import Foundation
import RehearsalModel
import Testing

/// A scenario that the project ships.
func shipped(_ name: String) throws -> Scenario {
  let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../deploy/rehearsal/\(name).json").standardized
  return try JSONDecoder().decode(Scenario.self, from: Data(contentsOf: file))
}

@Suite struct `A generated year` {
  @Test func `is the same for the same seed`() throws {
    let scenario = try shipped("small")
    let first = try YearGenerator.year(of: scenario)
    let second = try YearGenerator.year(of: scenario)
    #expect(first.cases == second.cases)
    #expect(first.ratings == second.ratings)
    #expect(first.reports == second.reports)
  }

  @Test(arguments: [1, 2, 3, 99] as [UInt64])
  func `moves its figures with another seed`(seed: UInt64) throws {
    let scenario = try shipped("demo")
    let moved = scenario.played(with: seed)
    #expect(moved.suggestedCollectives != scenario.suggestedCollectives)
    #expect(moved.districtRatings != scenario.districtRatings)
    _ = try YearGenerator.year(of: moved)
  }

  @Test(arguments: ["small", "demo"])
  func `can be made from any seed`(name: String) throws {
    let scenario = try shipped(name)
    for seed in 0..<20 as Range<UInt64> {
      let moved = scenario.played(with: seed)
      #expect(moved.districtRatings.values.reduce(0, +) == scenario.districts)
      _ = try YearGenerator.year(of: moved)
    }
  }

  @Test(arguments: ["small", "demo", "province"])
  func `has as many suggested reviews as the scenario asks for`(name: String) throws {
    let scenario = try shipped(name)
    let year = try YearGenerator.year(of: scenario)
    for (kind, wishes) in [
      ("collective", scenario.suggestedCollectives), ("individual", scenario.suggestedMembers),
    ] {
      for (level, count) in wishes {
        let cases = year.cases.filter {
          $0.subject.kind == kind && $0.subject.managingLevel == level && $0.ending != .withdrawn
        }
        #expect(cases.count == count)
        #expect(Set(cases.map(\.subject.id)).count == count)
      }
    }
  }

  @Test func `rates no group above a fifth of its good or better`() throws {
    let year = try YearGenerator.year(of: try shipped("demo"))
    let groups = Dictionary(grouping: year.ratings) {
      "\($0.subject.managingUnitID)|\($0.subject.kind)|\($0.subject.peerGroup)"
    }
    for group in groups.values {
      let excellent = group.count { $0.decision == "EXCELLENT" }
      let pool = group.count { $0.decision == "EXCELLENT" || $0.decision == "GOOD" }
      #expect(excellent * 5 <= pool)
    }
  }

  @Test func `refuses a scenario with more suggested reviews than subjects`() throws {
    var scenario = try shipped("small")
    scenario.suggestedCollectives["PROVINCE"] = 500
    #expect(throws: UnplayableScenario.self) { try YearGenerator.year(of: scenario) }
  }
}

@Suite struct `The calendar of a played year` {
  @Test(arguments: [(2023, "01/03/2024"), (2024, "01/03/2025")])
  func `knows that the next year may be of another length`(year: Int, day: String) {
    let calendar = YearCalendar(year: year)
    let last = calendar.day(12, 31)
    #expect(calendar.forPeople(last + (year == 2023 ? 61 : 60)) == day)
  }
}
