public import ReviewEvents

/// One version of the rules, as values: what a cycle pins when it is opened (contract 22).
///
/// The values come from a data file; nothing here knows a year or a regulation.
public struct RuleSet: Sendable, Hashable {
  /// The version's name.
  public var id: RuleSetID
  /// What people call it, in Vietnamese.
  public var title: String
  /// The documents it rests on.
  public var legalBasis: [LegalDocument]
  /// When it holds, and for which kinds of cycles.
  public var scope: RuleScope
  /// The levels of organisations, highest first.
  public var levels: [LevelName]
  /// The forms of self-review reports.
  public var forms: [Form]
  /// How a level of quality is arrived at.
  public var rating: RatingRules
  /// How many may be rated excellent.
  public var quota: QuotaRule
  /// What has to come before what.
  public var procedure: ProcedureRules
  /// When people are reminded.
  public var ladder: ReminderLadder
  /// What a suggested review can rest on.
  public var grounds: [ListEntry]
  /// The fields a suggested matter can be about.
  public var areas: [ListEntry]
  /// The vertically managed sectors, which follow guidance of their own beside the province's plan.
  public var sectors: [ListEntry]
  /// Who is reviewed in cycles of a kind that is not about everybody.
  public var cycleScopes: [CycleScopeRule]
  /// How long after a recorded outage a late report counts as late because of it.
  public var outageGrace: Duration
  /// Days to acknowledge a suggested-review letter.
  public var acknowledgeDays: Int
  /// Days to answer a supplement.
  public var supplementDays: Int
  /// Which days those two count.
  public var dayCount: DayCount
  /// Everything the file says, each value with its place: what two versions are compared by.
  public var lines: [RuleLine]

  /// Puts the parts together; what a rule set need not say is empty.
  public init(
    id: RuleSetID, title: String, legalBasis: [LegalDocument] = [],
    scope: RuleScope = RuleScope(years: 2000...RuleScope.lastYear, kinds: CycleKind.allCases),
    levels: [LevelName], forms: [Form], rating: RatingRules = RatingRules(), quota: QuotaRule,
    procedure: ProcedureRules = ProcedureRules(), ladder: ReminderLadder, grounds: [ListEntry],
    areas: [ListEntry], sectors: [ListEntry] = [], cycleScopes: [CycleScopeRule] = [],
    outageGrace: Duration, acknowledgeDays: Int, supplementDays: Int,
    dayCount: DayCount = .calendar, lines: [RuleLine] = []
  ) {
    self.id = id
    self.title = title
    self.legalBasis = legalBasis
    self.scope = scope
    self.levels = levels
    self.forms = forms
    self.rating = rating
    self.quota = quota
    self.procedure = procedure
    self.ladder = ladder
    self.grounds = grounds
    self.areas = areas
    self.sectors = sectors
    self.cycleScopes = cycleScopes
    self.outageGrace = outageGrace
    self.acknowledgeDays = acknowledgeDays
    self.supplementDays = supplementDays
    self.dayCount = dayCount
    self.lines = lines
  }

  /// The form for a subject of this kind in this role; collectives have no role.
  public func form(for kind: SubjectKind, role: MemberRole?) -> Form? {
    forms.first { $0.kind == kind && (role.map($0.roles.contains) ?? true) }
  }

  /// Who is reviewed in cycles of this kind unless the plan says so; everybody if nothing is said.
  public func defaultScope(of kind: CycleKind) -> CycleScope? {
    cycleScopes.first { $0.kind == kind }?.scope
  }

  /// The form with this code.
  public func form(_ code: FormCode) -> Form? { forms.first { $0.code == code } }
}
