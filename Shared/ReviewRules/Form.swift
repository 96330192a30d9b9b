public import ReviewEvents

/// A form of the self-review report.
public struct Form: Sendable, Hashable {
  /// The form's code.
  public var code: FormCode
  /// Its title as printed.
  public var title: String
  /// Whom it is for.
  public var kind: SubjectKind
  /// The roles it is for; empty for collectives.
  public var roles: [MemberRole]
  /// Its sections in order.
  public var sections: [FormSection]

  /// Puts the parts together.
  public init(
    code: FormCode, title: String, kind: SubjectKind, roles: [MemberRole], sections: [FormSection]
  ) {
    self.code = code
    self.title = title
    self.kind = kind
    self.roles = roles
    self.sections = sections
  }
}

/// A section of a form.
public struct FormSection: Sendable, Hashable {
  /// The section's code.
  public var code: SectionCode
  /// Its title as printed.
  public var title: String
  /// Whether it may not be left empty.
  public var required: Bool

  /// Puts the parts together.
  public init(code: SectionCode, title: String, required: Bool) {
    self.code = code
    self.title = title
    self.required = required
  }
}
