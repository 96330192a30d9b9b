import ReviewEvents
import ReviewRules
import RuleSets
import Testing

@Suite struct `A province's layer on a rule set` {
  static let layer = """
    overrides: 366-2025
    id: 366-2025.tinh-mau
    title: Quy định của tỉnh Mẫu theo QĐ 366-QĐ/TW
    legalBasis:
      - { issuer: Tỉnh ủy Mẫu, number: 78-QĐ/TU, date: 2025-11-21 }
    quota: { rounding: HALF_UP, source: 78-QĐ/TU }
    guards: { UNIT_BEFORE_HEAD: BLOCK }
    deadlines:
      - { code: CELLS, task: report, level: CELL, pilot: false, before: 12-10, wording: trước ngày 10/12, source: 78-QĐ/TU }
    """

  private func load(_ layer: String) throws -> RuleSet {
    let book = try RuleSets.parse([
      ("layer.yaml", layer), ("366-2025.yaml", Shipped.text("366-2025")),
    ])
    return try #require(try book[RuleSetID("366-2025.tinh-mau")])
  }

  @Test func `changes what it names and keeps the rest`() throws {
    let base = try Shipped.ruleSet("366-2025")
    let rules = try load(Self.layer)
    #expect(rules.quota.rounding == .halfUp)
    #expect(rules.quota.percent == base.quota.percent)
    #expect(rules.procedure.guards[.unitBeforeHead] == .block)
    #expect(rules.procedure.guards[.lowerBeforeHigher] == .warn)
    #expect(rules.procedure.deadlines.map(\.code.text) == ["CELLS"])
    #expect(rules.forms == base.forms)
    #expect(rules.scope == base.scope)
  }

  @Test func `adds its legal basis to that of the rule set`() throws {
    let numbers = try load(Self.layer).legalBasis.map(\.printedNumber)
    #expect(numbers == ["366-QĐ/TW", "43-HD/BTCTW", "10072-CV/BTCTW", "78-QĐ/TU"])
  }

  @Test func `shows what it changes like any other difference`() throws {
    let changes = try load(Self.layer).changes(since: Shipped.ruleSet("366-2025"))
    #expect(
      changes.contains(RuleSetChange(path: "quota.rounding", old: "DOWN", new: "HALF_UP")))
    #expect(
      changes.contains(RuleSetChange(path: "guards.UNIT_BEFORE_HEAD", old: "WARN", new: "BLOCK")))
    #expect(!changes.contains { $0.path.hasPrefix("forms") })
  }

  static let breaks: [(old: String, new: String, mistake: String)] = [
    ("overrides: 366-2025", "overrides: 999-2025", "layer.yaml:1: overrides names no rule set"),
    ("guards: { UNIT_BEFORE_HEAD: BLOCK }", "levels: []", "layer.yaml:7: layer has an unknown"),
    ("rounding: HALF_UP", "rounding: NEAREST", "layer.yaml:6: quota.rounding must be one of"),
    ("guards: { UNIT_", "guards: { HEAD_", "layer.yaml:7: guards has an unknown member HEAD_"),
    (
      "legalBasis:\n  - { issuer: Tỉnh ủy Mẫu, number: 78-QĐ/TU, date: 2025-11-21 }\n", "",
      "layer.yaml:1: layer.legalBasis is missing"
    ),
    // It contradicts what the rule set says, and the rule set has no line in this file.
    (
      "guards: { UNIT_BEFORE_HEAD: BLOCK }", "guards: { DRAFT_CIRCULATED: WARN }",
      "layer.yaml:1: guards.DRAFT_CIRCULATED looks for leadTimes.draftWorkingDays"
    ),
    ("level: CELL,", "level: VILLAGE,", "layer.yaml:9: deadlines.level is no level"),
  ]

  @Test(arguments: breaks)
  func `that contradicts itself or its rule set is refused`(
    old: String, new: String, mistake: String
  ) throws {
    try #require(Self.layer.contains(old))
    let problems = try #require(throws: RuleProblems.self) {
      _ = try load(Self.layer.replacing(old, with: new))
    }
    #expect(problems.description.hasPrefix(mistake), "\(problems)")
    #expect(problems.problems.count == 1, "\(problems)")
  }

  @Test func `that changes nothing is refused`() throws {
    let head = Self.layer.split(separator: "\n").prefix(5).joined(separator: "\n")
    let problems = try #require(throws: RuleProblems.self) { _ = try load(head) }
    #expect(problems.description == "layer.yaml:1: the layer changes nothing")
  }
}
