internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// Forms and their sections.
extension RuleSetFile {
  func forms(_ node: Node?) -> [Form] {
    var seen: Set<FormCode> = []
    let forms = reader.list(node, "forms").compactMap { item -> Form? in
      let members = reader.members(
        of: item, "forms", required: ["code", "title", "kind", "sections"], optional: ["roles"])
      let code = reader.identifier(members["code"], "forms.code") { try FormCode($0) }
      let title = reader.text(members["title"], "forms.title")
      let kind = reader.choice(members["kind"], "forms.kind", SubjectKind.self)
      let roles = reader.choices(members["roles"], "forms.roles", MemberRole.self)
      reader.unique(code, "forms.code", at: item, among: &seen)
      if kind == .individual && members["roles"] == nil {
        reader.report("forms.roles is missing: a form for individuals names its roles", at: item)
      }
      if kind == .collective && members["roles"] != nil {
        reader.report("forms.roles stands in a form for collectives, which have none", at: item)
      }
      let sections = sections(members["sections"])
      guard let code, let title, let kind else { return nil }
      return Form(code: code, title: title, kind: kind, roles: roles, sections: sections)
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
      let code = reader.identifier(members["code"], "forms.sections.code") { try SectionCode($0) }
      let title = reader.text(members["title"], "forms.sections.title")
      let required = reader.boolean(members["required"], "forms.sections.required")
      reader.unique(code, "forms.sections.code", at: item, among: &seen)
      guard let code, let title, let required else { return nil }
      return FormSection(code: code, title: title, required: required)
    }
  }
}
