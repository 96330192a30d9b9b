import Foundation
import ReviewEvents
import ReviewRules
import RuleSets
import Testing

/// The rule sets that the project ships.
private let shipped = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../deploy/rules").standardized.path()

@Suite struct `The shipped rule sets` {
  @Test func `load without a mistake`() throws {
    let book = try RuleSets.load(directory: shipped)
    #expect(!book.ids.isEmpty)
  }

  @Test func `hold the quota that the province decided until it decides otherwise`() throws {
    let rules = try #require(try RuleSets.load(directory: shipped)[RuleSetID("132-2021")])
    #expect(rules.quota.base == .goodOrBetter)
    #expect(rules.quota.percent == 20)
    #expect(rules.quota.rounding == .down)
    #expect(rules.ladder.rungs == [-14, -7, -3, -1, 0, 1])
    #expect(rules.form(for: .collective, role: nil)?.code.text == "01")
    #expect(rules.form(for: .individual, role: .head)?.code.text == "02")
  }
}

@Suite struct `A broken rule set` {
  /// A change to the shipped file and the mistake it must lead to.
  struct Break: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let mistake: String
    var testDescription: String { mistake }
  }

  static let breaks: [Break] = [
    .init(old: "id: 132-2021", new: "id: 132/2021", mistake: "id is no identifier"),
    .init(old: "title: Kiểm điểm", new: "titel: Kiểm điểm", mistake: "unknown member titel"),
    .init(old: "percent: 20", new: "percent: 120", mistake: "quota.percent must be a whole number"),
    .init(
      old: "percent: 20", new: "percent: many", mistake: "quota.percent must be a whole number"),
    .init(old: "base: GOOD_OR_BETTER", new: "base: GOOD", mistake: "quota.base must be one of"),
    .init(
      old: "rounding: DOWN", new: "rounding: NEAREST", mistake: "quota.rounding must be one of"),
    .init(old: "  source: HD 21-HD/BTCTW\n", new: "", mistake: "quota.source is missing"),
    .init(old: "[-14, -7, -3, -1, 0, 1]", new: "[-14, -3, -7]", mistake: "ladder.rungs must grow"),
    .init(old: "[-14, -7, -3, -1, 0, 1]", new: "[]", mistake: "ladder.rungs must be a list"),
    .init(old: "hour: 8", new: "hour: 24", mistake: "ladder.hour must be a whole number"),
    .init(
      old: "roles: [head, deputy, member]", new: "roles: [head, member]",
      mistake: "exactly one form for the role deputy"),
    .init(
      old: "roles: [head, deputy, member]", new: "roles: [boss]",
      mistake: "forms.roles must be one of"),
    .init(
      old: "kind: individual", new: "kind: collective",
      mistake: "exactly one form for collectives"),
    .init(
      old: "{ code: II, title: \"Hạn chế, khuyết điểm và nguyên nhân\", required: true }",
      new: "{ code: I, title: \"Hạn chế\", required: true }",
      mistake: "forms.sections.code stands twice"),
    .init(
      old: "{ code: LAND, name: Đất đai }", new: "{ code: LAND }", mistake: "areas.name is missing"),
    .init(
      old: "{ code: FOREST, ", new: "{ code: LAND, ", mistake: "areas.code stands twice"),
    .init(
      old: "outageGraceMinutes: 120", new: "outageGraceMinutes: -1",
      mistake: "outageGraceMinutes must be a whole number"),
    .init(old: "acknowledgeDays: 3", new: "acknowledgeDays: 0", mistake: "acknowledgeDays must be"),
    .init(old: "supplementDays: 7\n", new: "", mistake: "supplementDays is missing"),
    .init(
      old: "acknowledgeDays: 3", new: "acknowledgeDays: 3\nacknowledgeDays: 4",
      mistake: "a member stands twice"),
    .init(old: "quota:\n", new: "quota: [\n", mistake: "not YAML"),
  ]

  @Test(arguments: breaks)
  func `names the file, the line and the mistake`(broken: Break) throws {
    let yaml = try String(contentsOfFile: "\(shipped)/132-2021.yaml", encoding: .utf8)
    let changed = yaml.replacingOccurrences(of: broken.old, with: broken.new)
    try #require(changed != yaml, "the shipped file has no \(broken.old)")
    let problems = try #require(throws: RuleProblems.self) {
      _ = try RuleSets.parse(changed, file: "broken.yaml")
    }
    #expect(problems.description.contains(broken.mistake), "\(problems)")
    let first = try #require(problems.problems.first)
    #expect(first.file == "broken.yaml")
    #expect(first.line >= 1)
  }

  @Test func `shows every mistake at once`() throws {
    let yaml = try String(contentsOfFile: "\(shipped)/132-2021.yaml", encoding: .utf8)
      .replacingOccurrences(of: "percent: 20", with: "percent: 120")
      .replacingOccurrences(of: "hour: 8", with: "hour: 24")
    let problems = try #require(throws: RuleProblems.self) {
      _ = try RuleSets.parse(yaml, file: "broken.yaml")
    }
    #expect(problems.problems.count == 2)
  }

  @Test func `in an empty directory is a mistake as well`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect(throws: RuleProblems.self) { try RuleSets.load(directory: directory.path()) }
  }
}
