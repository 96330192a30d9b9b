import ReviewRules
import RuleSets
import Testing

/// A change to a shipped file, the mistake it must lead to, and where.
struct Break: Sendable, CustomTestStringConvertible {
  let file: String
  let old: String
  let new: String
  let mistake: String
  /// On whose line the mistake is told, where that is not the line of the change.
  let place: String?

  init(_ file: String, _ old: String, _ new: String, _ mistake: String, at place: String? = nil) {
    self.file = file
    self.old = old
    self.new = new
    self.mistake = mistake
    self.place = place
  }

  var testDescription: String { mistake }

  /// The broken text, and the line on which its mistake is told.
  func broken() throws -> (text: String, line: Int) {
    let text = try Shipped.text(file)
    let found = try #require(text.firstRange(of: old), "the shipped file has no \(old)")
    let changed = text.replacingCharacters(in: found, with: new)
    let begin: String.Index
    if let place {
      begin = try #require(changed.firstRange(of: place), "no \(place)").lowerBound
    } else {
      begin = changed.index(
        changed.startIndex, offsetBy: text.distance(from: text.startIndex, to: found.lowerBound))
    }
    return (changed, 1 + changed[..<begin].count { $0 == "\n" })
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with new: String) -> String {
    String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
  }
}

@Suite struct `A broken rule set` {
  static let breaks: [Break] = head + formsAndLists + rating + conditions + procedure

  private static let head: [Break] = [
    Break("132-2018", "id: 132-2018", "id: 132/2018", "id is no identifier"),
    Break("132-2018", "quota:\n", "quota: [\n", "not YAML", at: "  percent: 20"),
    Break(
      "132-2018", "acknowledgeDays: 3", "acknowledgeDays: 3\nacknowledgeDays: 4",
      "a member stands twice", at: "acknowledgeDays: 3\n"),
    Break(
      "132-2018", "scope: { fromYear: 2019, throughYear: 2022, kinds: [annual] }\n", "",
      "scope is missing", at: "id: 132"),
    Break(
      "132-2018", "number: 132-QĐ/TW", "number: QĐ 132", "legalBasis.number must be a document's"),
    Break("132-2018", "date: 2018-03-08", "date: 2018-02-30", "legalBasis.date must be a day"),
    Break(
      "124-2023", "number: 25-HD/BTCTW, date: 2023-11-10 }",
      "number: 25-HD/BTCTW, date: 2023-11-10 }\n"
        + "  - { issuer: Ban Tổ chức Trung ương, number: 25/HD-BTCTW, date: 2023-11-10 }",
      "legalBasis.number stands twice", at: "  - { issuer: Ban Tổ chức Trung ương, number: 25/"),
    Break("124-2023", "throughYear: 2024", "throughYear: 2022", "scope ends before it begins"),
    Break("124-2023", "kinds: [annual]", "kinds: [yearly]", "scope.kinds must be one of"),
    Break(
      "366-2025", "name: Cấp huyện, before: 2025-07-01",
      "name: Cấp huyện, from: 2025-07-01, before: 2025-07-01",
      "levels.before must come after levels.from"),
    Break(
      "132-2018", "{ path: vote.threshold,", "{ path: vote.treshold,",
      "unverified.path names nothing in this file: vote.treshold"),
  ]

  private static let formsAndLists: [Break] = [
    Break(
      "124-2023", "roles: [head, deputy]", "roles: [head]", "exactly one form for the role deputy",
      at: "  - code: \"01\""),
    Break("132-2018", "roles: [head, deputy", "roles: [boss, head, deputy", "forms.roles must be"),
    Break(
      "132-2018", "    kind: collective\n", "    kind: collective\n    roles: [head]\n",
      "a form for collectives, which have none", at: "  - code: \"01\""),
    Break(
      "132-2018", "{ code: II, title: \"Hạn", "{ code: I, title: \"Hạn",
      "forms.sections.code stands twice"),
    Break("132-2018", "{ code: LAND, name: Đất đai }", "{ code: LAND }", "areas.name is missing"),
    Break("132-2018", "{ code: FOREST, ", "{ code: LAND, ", "areas.code stands twice"),
    Break("132-2018", "{ code: MILITARY, ", "{ code: POLICE, ", "sectors.code stands twice"),
    Break(
      "124-2023", "outageGraceMinutes:",
      "cycleScopes:\n  - { code: Q, kind: quarterly, subjects: [head], source: KL 198-KL/TW }\n"
        + "outageGraceMinutes:", "cycleScopes.kind is no kind of scope.kinds: quarterly",
      at: "  - { code: Q,"),
    Break(
      "366-2025", "subjects: [head, deputy], source: KL 198-KL/TW }",
      "subjects: [head, deputy], source: KL 198-KL/TW }\n"
        + "  - { code: Q, kind: quarterly, subjects: [head], source: KL 198-KL/TW }",
      "cycleScopes.kind stands twice", at: "  - { code: Q,"),
    Break(
      "366-2025", "subjects: [head, deputy], source: KL", "subjects: [leader], source: KL",
      "cycleScopes.subjects must be one of"),
    Break("132-2018", "hour: 8", "hour: 24", "ladder.hour must be a whole number"),
    Break("132-2018", "[-14, -7, -3, -1, 0, 1]", "[-14, -3, -7]", "ladder.rungs must grow"),
    Break(
      "132-2018", "outageGraceMinutes: 120", "outageGraceMinutes: -1", "must be a whole number"),
    Break(
      "132-2018", "acknowledgeDays: 3", "dayCount: WEEKS\nacknowledgeDays: 3",
      "dayCount must be one of CALENDAR, WORKING"),
  ]

  private static let rating: [Break] = [
    Break(
      "132-2018", "{ code: GOOD, name: Hoàn thành tốt nhiệm vụ",
      "{ code: EXCELLENT, name: Hoàn thành tốt nhiệm vụ",
      "ratingLevels must hold each level once, the highest first",
      at: "  - { code: EXCELLENT, name: Hoàn thành xuất"),
    Break(
      "366-2025", "  maximum: 100", "  maximum: 110",
      "scale.groups add up to 100, not to the maximum 110", at: "    - { code: GENERAL"),
    Break(
      "366-2025", "{ code: GOOD, atLeast: 70 }", "{ code: GOOD, atLeast: 90 }",
      "scale.bands must fall", at: "    - { code: EXCELLENT"),
    Break(
      "366-2025", "{ code: UNSATISFACTORY, atLeast: 0 }", "{ code: UNSATISFACTORY, atLeast: 1 }",
      "scale.bands must end at 0", at: "    - { code: EXCELLENT"),
    Break("366-2025", "group: TASKS,", "group: TASK,", "criteria.group is no group of the scale"),
    Break(
      "366-2025", "points: 70 }", "points: 60 }",
      "criteria of TASKS do not bring 70 points for collective, head",
      at: "  - { code: GENERAL, name: Tiêu chí chung, group"),
    Break("132-2018", "group: OTHERS, subjects", "group: OTHERS, points: 5, subjects", "grades"),
    Break("132-2018", "threshold: 1/2", "threshold: 3/2", "vote.threshold must be a fraction"),
    Break("132-2018", "percent: 20", "percent: 120", "quota.percent must be a whole number"),
    Break("132-2018", "base: GOOD_OR_BETTER", "base: GOOD", "quota.base must be one of"),
    Break(
      "366-2025", "outstandingPercent: 25", "outstandingPercent: 15",
      "quota.outstandingPercent is less than quota.percent"),
    Break(
      "124-2023", "reviewed: false, rated: false, admitted",
      "reviewed: false, rated: true, admitted", "who is not reviewed cannot be rated"),
  ]

  private static let conditions: [Break] = [
    Break(
      "366-2025",
      "level: GOOD, subjects: [collective, head, deputy, member, outside], require:"
        + " TASKS_DONE, atLeast: 100",
      "level: GOOD, subjects: [collective, head, deputy, member, outside], require:"
        + " TASKS_EXCEEDED, atLeast: 40", "ask for more at the lower level"),
    Break("124-2023", "{ code: E-OTHERS, ", "{ code: E-TASKS, ", "conditions.code stands twice"),
    Break(
      "124-2023", "group: TASKS, atLeast: OUTSTANDING", "group: TASKS, atLeast: BEST",
      "conditions.atLeast is no grade of the scale: BEST"),
    Break(
      "366-2025", "require: TASKS_LATE, atMost: 20", "require: TASKS_LATE",
      "conditions.atMost is missing"),
    Break(
      "366-2025", "{ code: S-DONE, level: SATISFACTORY,", "{ code: S-DONE, level: GOOD,",
      "conditions G-DONE and S-DONE ask for the same"),
    Break(
      "366-2025", "require: NO_DISCIPLINE", "require: NO_DISCIPLINE, atLeast: 1",
      "conditions.atLeast says nothing for NO_DISCIPLINE"),
    Break(
      "366-2025", "require: NO_DISCIPLINE", "require: GRADE, group: TASKS, atLeast: GOOD",
      "conditions ask for a grade where the scale has points"),
  ]

  private static let procedure: [Break] = [
    Break(
      "132-2018", "  UNIT_BEFORE_HEAD: WARN\n", "", "guards.UNIT_BEFORE_HEAD is missing",
      at: "  COLLECTIVE_BEFORE_INDIVIDUALS"),
    Break("132-2018", "UNIT_BEFORE_HEAD: WARN", "UNIT_BEFORE_HEAD: MAYBE", "must be one of"),
    Break(
      "124-2023", "leadTimes: { draftWorkingDays: 3 }", "leadTimes: {}",
      "guards.DRAFT_CIRCULATED looks for leadTimes.draftWorkingDays",
      at: "  COLLECTIVE_BEFORE_INDIVIDUALS"),
    Break(
      "366-2025", "provincialReviewDays: 2", "provincialReviewDays: 2, reviewHours: 4",
      "leadTimes has an unknown member reviewHours"),
    Break(
      "366-2025", "reviewDays: 1,", "reviewDays: 3,",
      "leadTimes.provincialReviewDays is less than leadTimes.reviewDays"),
    Break(
      "132-2018", "grounds:\n", Self.deadlines("level: COMMUNE, pilot: false, before: 12-10"),
      "deadlines.level is no level of this rule set", at: "  - { code: D1"),
    Break(
      "132-2018", "grounds:\n", Self.deadlines("level: GRASSROOTS, pilot: false, before: 02-29"),
      "deadlines.before must be a day of every year", at: "  - { code: D1"),
    Break(
      "132-2018", "grounds:\n",
      Self.deadlines("level: CELL, pilot: false, before: 12-10", again: "before: 12-12"),
      "deadlines for this task and level stands twice", at: "  - { code: D2"),
  ]

  private static func deadlines(_ what: String, again: String? = nil) -> String {
    func line(_ code: String, _ what: String) -> String {
      "  - { code: \(code), task: report, \(what), wording: trước ngày 10/12, source: KH 57-KH/TU }\n"
    }
    let second = again.map { line("D2", "level: CELL, pilot: false, \($0)") } ?? ""
    return "deadlines:\n" + line("D1", what) + second + "grounds:\n"
  }

  @Test(arguments: breaks)
  func `leads to one error with its file and line`(broken: Break) throws {
    let (text, line) = try broken.broken()
    let problems = try #require(throws: RuleProblems.self) {
      _ = try RuleSets.parse([("broken.yaml", text)])
    }
    #expect(problems.problems.count == 1, "\(problems)")
    let problem = try #require(problems.problems.first)
    #expect(problem.text.contains(broken.mistake), "\(problem)")
    #expect(problem.file == "broken.yaml")
    #expect(problem.line == line, "\(problem)")
  }
}
