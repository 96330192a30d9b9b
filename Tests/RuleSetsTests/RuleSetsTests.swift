import Foundation
import ReviewEvents
import ReviewRules
import RuleSets
import Testing

@Suite struct `The shipped rule sets` {
  @Test func `load without a mistake`() throws {
    #expect(
      try Shipped.book().ids.map(\.text) == ["124-2023", "132-2018", "366-2025"])
  }

  @Test func `hold the quota that the province decided until it decides otherwise`() throws {
    for rules in try Shipped.all() {
      #expect(rules.quota.base == .goodOrBetter)
      #expect(rules.quota.percent == 20)
      #expect(rules.quota.rounding == .down)
      #expect(rules.ladder.rungs == [-14, -7, -3, -1, 0, 1])
    }
  }

  @Test func `give every subject the form of its time`() throws {
    func forms(_ id: String) throws -> [String] {
      let rules = try Shipped.ruleSet(id)
      let roles = MemberRole.allCases.map { rules.form(for: .individual, role: $0) }
      return ([rules.form(for: .collective, role: nil)] + roles).map { $0?.code.text ?? "none" }
    }
    #expect(try forms("132-2018") == ["01", "02", "02", "02", "02"])
    #expect(try forms("124-2023") == ["01", "2B", "2B", "2A", "2A"])
    #expect(try forms("366-2025") == ["01", "2B", "2B", "2A", "2C"])
  }

  @Test func `follow each other without a year between them, and none with two`() throws {
    let rules = try Shipped.all()
    for year in 2019...2030 {
      #expect(
        rules.filter { $0.scope.covers(.annual, year: year) }.count == 1, "the year \(year)")
    }
    #expect(!rules.contains { $0.scope.covers(.quarterly, year: 2024) })
  }

  @Test func `know the district level until the day on which it ended`() throws {
    let rules = try Shipped.ruleSet("366-2025")
    func levels(_ month: Int, _ day: Int) throws -> [String] {
      let day = try #require(LocalDate(year: 2025, month: month, day: day))
      return rules.levels.filter { $0.exists(on: day) }.map(\.code.text)
    }
    #expect(try levels(6, 30) == ["PROVINCE", "DISTRICT", "GRASSROOTS", "CELL"])
    #expect(try levels(7, 1) == ["PROVINCE", "COMMUNE", "GRASSROOTS", "CELL"])
  }

  @Test func `lead from points to levels as QĐ 366 art. 11 does`() throws {
    guard case .points(let scale) = try Shipped.ruleSet("366-2025").rating.scale else {
      Issue.record("no points")
      return
    }
    #expect(
      [100, 90, 89, 70, 69, 50, 49, 0].map { scale.level(at: $0) } == [
        .excellent, .excellent, .good, .good, .satisfactory, .satisfactory, .unsatisfactory,
        .unsatisfactory,
      ])
  }

  @Test func `name the sectors, and let quarterly cycles be about leaders alone`() throws {
    for rules in try Shipped.all() {
      #expect(rules.sectors.map(\.code.text) == ["POLICE", "MILITARY", "BORDER_GUARD"])
      #expect(rules.defaultScope(of: .annual) == nil)
    }
    let rules = try Shipped.ruleSet("366-2025")
    let leaders = CycleScope(roles: [.head, .deputy], kinds: [.individual])
    #expect(rules.defaultScope(of: .quarterly) == leaders)
    #expect(rules.defaultScope(of: .term) == nil)
  }

  @Test func `say of a cycle's subjects what the plan could say`() throws {
    func scope(_ subjects: [RuleSubject]) throws -> CycleScope {
      CycleScopeRule(
        code: try ListCode("X"), kind: .quarterly, subjects: subjects, source: "x"
      ).scope
    }
    #expect(try scope([.collective]) == CycleScope(kinds: [.collective]))
    #expect(
      try scope([.deputy, .collective, .head])
        == CycleScope(roles: [.head, .deputy], kinds: [.collective, .individual]))
    #expect(
      try scope(RuleSubject.allCases) == CycleScope(kinds: [.collective, .individual]))
  }

  @Test func `say what nobody has confirmed`() throws {
    for rules in try Shipped.all() {
      #expect(rules.lines.contains { $0.path == "unverified.vote.threshold.note" }, "\(rules.id)")
    }
  }
}

@Suite struct `What two rule sets differ in` {
  @Test func `is told with both values, and nothing else is`() throws {
    let changes = try Shipped.ruleSet("366-2025").changes(since: Shipped.ruleSet("124-2023"))
    func change(_ path: String) -> RuleSetChange? { changes.first { $0.path == path } }
    #expect(
      change("conditions.E-EXCEEDED.atLeast")
        == RuleSetChange(path: "conditions.E-EXCEEDED.atLeast", old: nil, new: "30"))
    #expect(change("conditions.E-M-EXCEEDED.atLeast")?.old == "50")
    #expect(change("leadTimes.draftWorkingDays")?.new == nil)
    #expect(change("levels.DISTRICT.before")?.new == "2025-07-01")
    #expect(change("quota.percent") == nil)
    #expect(change("areas.LAND.name") == nil)
  }

  @Test func `is nothing for a rule set and itself`() throws {
    for rules in try Shipped.all() { #expect(rules.changes(since: rules).isEmpty) }
  }

  @Test func `leads from one to the other`() throws {
    for former in try Shipped.all() {
      for rules in try Shipped.all() {
        var values = Dictionary(uniqueKeysWithValues: former.lines.map { ($0.path, $0.value) })
        for change in rules.changes(since: former) { values[change.path] = change.new }
        #expect(
          values == Dictionary(uniqueKeysWithValues: rules.lines.map { ($0.path, $0.value) }))
      }
    }
  }
}

@Suite struct `A directory of rule sets` {
  @Test func `that is empty is a mistake`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect(throws: RuleProblems.self) { try RuleSets.load(directory: directory.path()) }
  }

  @Test func `tells the mistakes of all its files at once`() throws {
    let broken = try Shipped.text("132-2018").replacing("percent: 20", with: "percent: 120")
      .replacing("hour: 8", with: "hour: 24")
    let problems = try #require(throws: RuleProblems.self) {
      _ = try RuleSets.parse([("b.yaml", broken), ("a.yaml", "id: [")])
    }
    #expect(problems.problems.map(\.file) == ["a.yaml", "b.yaml", "b.yaml"])
  }

  @Test func `holds each name once`() throws {
    let text = try Shipped.text("132-2018")
    let problems = try #require(throws: RuleProblems.self) {
      _ = try RuleSets.parse([("a.yaml", text), ("b.yaml", text)])
    }
    #expect(problems.description == "b.yaml:1: id 132-2018 stands in another file")
  }
}
