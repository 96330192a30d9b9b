internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// Reads one rule-set file: every member known, every value checked, nothing that contradicts
/// itself, every mistake with its line.
struct RuleSetFile {
  static let required = [
    "id", "title", "legalBasis", "scope", "levels", "ratingLevels", "scale", "criteria",
    "conditions", "exemptions", "vote", "forms", "quota", "guards", "leadTimes", "ladder",
    "grounds", "areas", "outageGraceMinutes", "acknowledgeDays", "supplementDays",
  ]
  static let optional = ["dayCount", "deadlines", "sectors", "cycleScopes", "unverified"]

  let reader: YAMLReader

  /// The root of the document in `yaml`.
  static func compose(_ yaml: String, file: String) throws(RuleProblems) -> Node {
    do {
      if let node = try Yams.compose(yaml: yaml) { return node }
    } catch {
      throw RuleProblems([syntaxProblem(error, file: file)])
    }
    throw RuleProblems([RuleProblem(file: file, line: 1, text: "the file is empty")])
  }

  /// The rule set that `root` describes, or everything that is wrong with it.
  static func read(_ root: Node, _ reader: YAMLReader) throws(RuleProblems) -> RuleSet {
    var ruleSet = RuleSetFile(reader: reader).ruleSet(root)
    guard reader.problems.isEmpty else { throw RuleProblems(reader.problems) }
    ruleSet?.lines = RuleLines.of(root)
    guard let ruleSet else { preconditionFailure("an incomplete rule set without a problem") }
    return ruleSet
  }

  private static func syntaxProblem(_ error: any Error, file: String) -> RuleProblem {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      RuleProblem(file: file, line: mark.line, text: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      RuleProblem(
        file: file, line: context.mark.line,
        text: "a member stands twice: \(keys.joined(separator: ", "))")
    default:
      RuleProblem(file: file, line: 1, text: "not YAML")
    }
  }

  private func ruleSet(_ root: Node) -> RuleSet? {
    let members = reader.members(
      of: root, "rule set", required: Self.required, optional: Self.optional)
    let id = reader.identifier(members["id"], "id") { try RuleSetID($0) }
    let title = reader.text(members["title"], "title")
    let basis = legalBasis(members["legalBasis"])
    let scope = members["scope"].flatMap(scope)
    let levels = levels(members["levels"])
    let forms = forms(members["forms"])
    let rating = rating(members)
    let quota = members["quota"].flatMap(quota)
    let procedure = procedure(members, levels: levels)
    let ladder = members["ladder"].flatMap(ladder)
    let grounds = entries(members["grounds"], "grounds")
    let areas = entries(members["areas"], "areas")
    let sectors = entries(members["sectors"], "sectors")
    let cycleScopes = cycleScopes(members["cycleScopes"], scope: scope)
    let grace = reader.integer(members["outageGraceMinutes"], "outageGraceMinutes", in: 0...10_080)
    let acknowledge = reader.integer(members["acknowledgeDays"], "acknowledgeDays", in: 1...60)
    let supplement = reader.integer(members["supplementDays"], "supplementDays", in: 1...60)
    let dayCount = reader.choice(members["dayCount"], "dayCount", DayCount.self)
    checkUnverified(members["unverified"], in: root)
    guard let id, let title, let scope, let rating, let quota, let ladder, let grace,
      let acknowledge, let supplement
    else { return nil }
    return RuleSet(
      id: id, title: title, legalBasis: basis, scope: scope, levels: levels, forms: forms,
      rating: rating, quota: quota, procedure: procedure, ladder: ladder, grounds: grounds,
      areas: areas, sectors: sectors, cycleScopes: cycleScopes,
      outageGrace: .seconds(grace * 60), acknowledgeDays: acknowledge, supplementDays: supplement,
      dayCount: dayCount ?? .calendar)
  }

  // MARK: What it rests on, and when it holds

  func legalBasis(_ node: Node?) -> [LegalDocument] {
    var seen: Set<DocumentKey> = []
    return reader.list(node, "legalBasis").compactMap { item in
      let members = reader.members(of: item, "legalBasis", required: ["issuer", "number", "date"])
      let issuer = reader.text(members["issuer"], "legalBasis.issuer")
      let number = reader.text(members["number"], "legalBasis.number")
      let date = reader.day(members["date"], "legalBasis.date")
      guard let issuer, let number, let date else { return nil }
      guard
        let document = try? LegalDocument(issuer: issuer, printedNumber: number, date: date)
      else {
        reader.report(
          "legalBasis.number must be a document's number such as 132-QĐ/TW", at: members["number"])
        return nil
      }
      reader.unique(document.key, "legalBasis.number", at: item, among: &seen)
      return document
    }
  }

  private func scope(_ node: Node) -> RuleScope? {
    let members = reader.members(
      of: node, "scope", required: ["fromYear", "kinds"], optional: ["throughYear"])
    let from = reader.integer(members["fromYear"], "scope.fromYear", in: 2000...2100)
    let through = reader.integer(members["throughYear"], "scope.throughYear", in: 2000...2100)
    let kinds = reader.choices(members["kinds"], "scope.kinds", CycleKind.self)
    guard let from else { return nil }
    let last = through ?? RuleScope.lastYear
    guard from <= last else {
      reader.report("scope ends before it begins", at: node)
      return nil
    }
    return RuleScope(years: from...last, kinds: kinds)
  }

  private func levels(_ node: Node?) -> [LevelName] {
    var seen: Set<LevelCode> = []
    return reader.list(node, "levels").compactMap { item in
      let members = reader.members(
        of: item, "levels", required: ["code", "name"], optional: ["from", "before"])
      let code = reader.identifier(members["code"], "levels.code") { try LevelCode($0) }
      let name = reader.text(members["name"], "levels.name")
      let from = reader.day(members["from"], "levels.from")
      let before = reader.day(members["before"], "levels.before")
      reader.unique(code, "levels.code", at: item, among: &seen)
      if let from, let before, from >= before {
        reader.report("levels.before must come after levels.from", at: item)
      }
      guard let code, let name else { return nil }
      return LevelName(code: code, name: name, from: from, before: before)
    }
  }

  // MARK: Lists and numbers

  func entries(_ node: Node?, _ path: String) -> [ListEntry] {
    var seen: Set<ListCode> = []
    return reader.list(node, path).compactMap { item in
      let members = reader.members(of: item, path, required: ["code", "name"])
      let code = code(members, path, at: item, among: &seen)
      let name = reader.text(members["name"], "\(path).name")
      guard let code, let name else { return nil }
      return ListEntry(code: code, name: name)
    }
  }

  /// The code of an entry, which no other entry has.
  func code(
    _ members: [String: Node], _ path: String, at item: Node, among seen: inout Set<ListCode>
  ) -> ListCode? {
    let code = reader.identifier(members["code"], "\(path).code") { try ListCode($0) }
    reader.unique(code, "\(path).code", at: item, among: &seen)
    return code
  }

  private func ladder(_ node: Node) -> ReminderLadder? {
    let members = reader.members(of: node, "ladder", required: ["rungs", "hour"])
    let rungs = reader.list(members["rungs"], "ladder.rungs").compactMap {
      reader.integer($0, "ladder.rungs", in: -365...365)
    }
    if zip(rungs, rungs.dropFirst()).contains(where: { $0 >= $1 }) {
      reader.report("ladder.rungs must grow", at: members["rungs"])
    }
    guard let hour = reader.integer(members["hour"], "ladder.hour", in: 0...23) else { return nil }
    return ReminderLadder(rungs: rungs, hour: hour)
  }

  /// What nobody has confirmed is named by its place, so that a note about nothing is a mistake.
  private func checkUnverified(_ node: Node?, in root: Node) {
    let places = RuleLines.places(in: root)
    var seen: Set<String> = []
    for item in reader.list(node, "unverified") {
      let members = reader.members(of: item, "unverified", required: ["path", "note"])
      let path = reader.text(members["path"], "unverified.path")
      _ = reader.text(members["note"], "unverified.note")
      reader.unique(path, "unverified.path", at: item, among: &seen)
      guard let path, !places.contains(path) else { continue }
      reader.report("unverified.path names nothing in this file: \(path)", at: members["path"])
    }
  }
}
