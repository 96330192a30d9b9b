public import ReviewEvents

/// One version of the rules, as values: what a cycle pins when it is opened (contract 22).
///
/// The values come from a data file; nothing here knows a year or a regulation.
public struct RuleSet: Sendable, Hashable {
  /// The version's name.
  public var id: RuleSetID
  /// What people call it, in Vietnamese.
  public var title: String
  /// The documents it rests on, as printed.
  public var legalBasis: [String]
  /// The levels of organisations, highest first.
  public var levels: [LevelName]
  /// The forms of self-review reports.
  public var forms: [Form]
  /// How many may be rated excellent.
  public var quota: QuotaRule
  /// When people are reminded.
  public var ladder: ReminderLadder
  /// What a suggested review can rest on.
  public var grounds: [ListEntry]
  /// The fields a suggested matter can be about.
  public var areas: [ListEntry]
  /// How long after a recorded outage a late report counts as late because of it.
  public var outageGrace: Duration
  /// Days to acknowledge a suggested-review letter.
  public var acknowledgeDays: Int
  /// Days to answer a supplement.
  public var supplementDays: Int

  /// Puts the parts together.
  public init(
    id: RuleSetID, title: String, legalBasis: [String], levels: [LevelName], forms: [Form],
    quota: QuotaRule, ladder: ReminderLadder, grounds: [ListEntry], areas: [ListEntry],
    outageGrace: Duration, acknowledgeDays: Int, supplementDays: Int
  ) {
    self.id = id
    self.title = title
    self.legalBasis = legalBasis
    self.levels = levels
    self.forms = forms
    self.quota = quota
    self.ladder = ladder
    self.grounds = grounds
    self.areas = areas
    self.outageGrace = outageGrace
    self.acknowledgeDays = acknowledgeDays
    self.supplementDays = supplementDays
  }

  /// The form for a subject of this kind in this role; collectives have no role.
  public func form(for kind: SubjectKind, role: MemberRole?) -> Form? {
    forms.first { $0.kind == kind && (role.map($0.roles.contains) ?? true) }
  }

  /// The form with this code.
  public func form(_ code: FormCode) -> Form? { forms.first { $0.code == code } }
}

/// A level of organisations and its Vietnamese name.
public struct LevelName: Sendable, Hashable {
  /// The level.
  public var code: LevelCode
  /// Its name as printed.
  public var name: String

  /// Puts the parts together.
  public init(code: LevelCode, name: String) {
    self.code = code
    self.name = name
  }
}

/// An entry of a code list and its Vietnamese name.
public struct ListEntry: Sendable, Hashable {
  /// The code.
  public var code: ListCode
  /// Its name as printed.
  public var name: String

  /// Puts the parts together.
  public init(code: ListCode, name: String) {
    self.code = code
    self.name = name
  }
}

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

/// How many of a group may be rated excellent (contract 21).
public struct QuotaRule: Sendable, Hashable {
  /// Of whom the percentage is taken.
  public enum Base: String, Sendable, CaseIterable {
    /// Of those rated good, not counting the excellent.
    case goodOnly = "GOOD_ONLY"
    /// Of those rated good or excellent.
    case goodOrBetter = "GOOD_OR_BETTER"
    /// Of all who are rated.
    case allRated = "ALL_RATED"
  }

  /// How a share becomes a whole number.
  public enum Rounding: String, Sendable, CaseIterable {
    /// Downwards.
    case down = "DOWN"
    /// To the nearest, halves upwards.
    case halfUp = "HALF_UP"
    /// Upwards.
    case up = "UP"
  }

  /// Of whom the percentage is taken.
  public var base: Base
  /// The percentage, 0–100.
  public var percent: Int
  /// How a share becomes a whole number.
  public var rounding: Rounding
  /// The rule's source as printed, shown with every refusal.
  public var source: String

  /// Puts the parts together.
  public init(base: Base, percent: Int, rounding: Rounding, source: String) {
    self.base = base
    self.percent = percent
    self.rounding = rounding
    self.source = source
  }
}

/// When people are reminded of a duty.
public struct ReminderLadder: Sendable, Hashable {
  /// Days relative to the last day on which the duty can be fulfilled, in growing order:
  /// negative before, 0 on that day, positive after.
  public var rungs: [Int]
  /// The hour in Việt Nam at which a rung is due, 0–23.
  public var hour: Int

  /// Puts the parts together.
  public init(rungs: [Int], hour: Int) {
    self.rungs = rungs
    self.hour = hour
  }
}
