internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// Reads one rule-set file: every member known, every value checked, every mistake with its line.
struct RuleSetFile {
  private let reader: YAMLReader

  private init(reader: YAMLReader) { self.reader = reader }

  /// The rule set in `yaml`, or everything that is wrong with it.
  static func read(_ yaml: String, file: String) -> Result<RuleSet, RuleProblems> {
    let reader = YAMLReader(file: file)
    let root: Node
    do {
      guard let node = try Yams.compose(yaml: yaml) else {
        return .failure(RuleProblems([RuleProblem(file: file, line: 1, text: "the file is empty")]))
      }
      root = node
    } catch {
      return .failure(RuleProblems([Self.syntaxProblem(error, file: file)]))
    }
    let ruleSet = RuleSetFile(reader: reader).ruleSet(root)
    guard let ruleSet, reader.problems.isEmpty else {
      return .failure(RuleProblems(reader.problems))
    }
    return .success(ruleSet)
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
      of: root, "rule set",
      required: [
        "id", "title", "legalBasis", "levels", "forms", "quota", "ladder", "grounds", "areas",
        "outageGraceMinutes", "acknowledgeDays", "supplementDays",
      ])
    let id = identifier(members["id"], "id") { try RuleSetID($0) }
    let title = reader.text(members["title"], "title")
    let basis = reader.list(members["legalBasis"], "legalBasis").compactMap {
      reader.text($0, "legalBasis")
    }
    let levels = levels(members["levels"])
    let forms = forms(members["forms"])
    let quota = members["quota"].flatMap(quota)
    let ladder = members["ladder"].flatMap(ladder)
    let grounds = entries(members["grounds"], "grounds")
    let areas = entries(members["areas"], "areas")
    let grace = reader.integer(members["outageGraceMinutes"], "outageGraceMinutes", in: 0...10_080)
    let acknowledge = reader.integer(members["acknowledgeDays"], "acknowledgeDays", in: 1...60)
    let supplement = reader.integer(members["supplementDays"], "supplementDays", in: 1...60)
    guard let id, let title, let quota, let ladder, let grace, let acknowledge, let supplement
    else { return nil }
    return RuleSet(
      id: id, title: title, legalBasis: basis, levels: levels, forms: forms, quota: quota,
      ladder: ladder, grounds: grounds, areas: areas, outageGrace: .seconds(grace * 60),
      acknowledgeDays: acknowledge, supplementDays: supplement)
  }

  private func identifier<Value>(
    _ node: Node?, _ path: String, _ read: (String) throws -> Value
  ) -> Value? {
    guard let text = reader.text(node, path) else { return nil }
    if let value = try? read(text) { return value }
    reader.report("\(path) is no identifier: letters, digits, '.', '_' and '-' only", at: node)
    return nil
  }

  private func levels(_ node: Node?) -> [LevelName] {
    var seen: Set<LevelCode> = []
    return reader.list(node, "levels").compactMap { item in
      let members = reader.members(of: item, "levels", required: ["code", "name"])
      let code = identifier(members["code"], "levels.code") { try LevelCode($0) }
      let name = reader.text(members["name"], "levels.name")
      reader.unique(code, "levels.code", at: item, among: &seen)
      guard let code, let name else { return nil }
      return LevelName(code: code, name: name)
    }
  }

  private func entries(_ node: Node?, _ path: String) -> [ListEntry] {
    var seen: Set<ListCode> = []
    return reader.list(node, path).compactMap { item in
      let members = reader.members(of: item, path, required: ["code", "name"])
      let code = identifier(members["code"], "\(path).code") { try ListCode($0) }
      let name = reader.text(members["name"], "\(path).name")
      reader.unique(code, "\(path).code", at: item, among: &seen)
      guard let code, let name else { return nil }
      return ListEntry(code: code, name: name)
    }
  }

  private func forms(_ node: Node?) -> [Form] {
    var seen: Set<FormCode> = []
    let forms = reader.list(node, "forms").compactMap { item -> Form? in
      let members = reader.members(
        of: item, "forms", required: ["code", "title", "kind", "sections"], optional: ["roles"])
      let code = identifier(members["code"], "forms.code") { try FormCode($0) }
      let title = reader.text(members["title"], "forms.title")
      let kind = reader.choice(members["kind"], "forms.kind", SubjectKind.self)
      let roles = members["roles"].map { node in
        reader.list(node, "forms.roles").compactMap {
          reader.choice($0, "forms.roles", MemberRole.self)
        }
      }
      reader.unique(code, "forms.code", at: item, among: &seen)
      if kind == .individual && roles == nil {
        reader.report("forms.roles is missing: a form for individuals names its roles", at: item)
      }
      let sections = sections(members["sections"])
      guard let code, let title, let kind else { return nil }
      return Form(code: code, title: title, kind: kind, roles: roles ?? [], sections: sections)
    }
    checkCoverage(forms, at: node)
    return forms
  }

  /// Every subject must find exactly one form.
  private func checkCoverage(_ forms: [Form], at node: Node?) {
    if forms.filter({ $0.kind == .collective }).count != 1 {
      reader.report("forms must hold exactly one form for collectives", at: node)
    }
    for role in MemberRole.allCases
    where forms.filter({ $0.kind == .individual && $0.roles.contains(role) }).count != 1 {
      reader.report("forms must hold exactly one form for the role \(role.rawValue)", at: node)
    }
  }

  private func sections(_ node: Node?) -> [FormSection] {
    var seen: Set<SectionCode> = []
    return reader.list(node, "forms.sections").compactMap { item in
      let members = reader.members(
        of: item, "forms.sections", required: ["code", "title", "required"])
      let code = identifier(members["code"], "forms.sections.code") { try SectionCode($0) }
      let title = reader.text(members["title"], "forms.sections.title")
      let required = reader.boolean(members["required"], "forms.sections.required")
      reader.unique(code, "forms.sections.code", at: item, among: &seen)
      guard let code, let title, let required else { return nil }
      return FormSection(code: code, title: title, required: required)
    }
  }

  private func quota(_ node: Node) -> QuotaRule? {
    let members = reader.members(
      of: node, "quota", required: ["base", "percent", "rounding", "source"])
    let base = reader.choice(members["base"], "quota.base", QuotaRule.Base.self)
    let percent = reader.integer(members["percent"], "quota.percent", in: 0...100)
    let rounding = reader.choice(members["rounding"], "quota.rounding", QuotaRule.Rounding.self)
    let source = reader.text(members["source"], "quota.source")
    guard let base, let percent, let rounding, let source else { return nil }
    return QuotaRule(base: base, percent: percent, rounding: rounding, source: source)
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
}
