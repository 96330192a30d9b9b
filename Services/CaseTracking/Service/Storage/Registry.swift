import CaseTrackingDomain
import EventStream
import OrganisationTerms
import ReviewEvents

/// What case-tracking has learned from intake.
enum Registry {
  /// Who manages a subject, and which organisation reviews it.
  struct Subject: Sendable {
    /// Whether it exists on the day; if not, the rest is how it stood last.
    var exists: Bool
    /// None for the top of the tree, which nobody here manages.
    var managingUnitID: UnitID?
    /// The level figures are published under; its own level at the top of the tree.
    var level: LevelCode
    /// Where the review conference is held.
    var hostID: UnitID
  }

  /// A cycle, as far as cases need it.
  struct Cycle: Sendable {
    var year: Int64
    var ruleSetID: RuleSetID
  }

  static func cycle(
    _ id: CycleID, in transaction: borrowing AnyTransaction
  ) throws -> Cycle? {
    let rows = try transaction.rows(
      "select year, rule_set_id from cycle where cycle_id = $1", [.text(id.text)])
    return try rows.first.map {
      Cycle(year: try $0.integer(0), ruleSetID: try $0.value(1, RuleSetID.init))
    }
  }

  /// The subjects among `ids` that are known, as they stand on `day`.
  static func subjects(
    _ ids: [SubjectID], on day: LocalDate, in transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: Subject] {
    let states = try OrganisationTerms.states(
      of: ids, at: Viewpoint(asOf: day), in: transaction)
    return states.compactMapValues { state in
      let host: UnitID? =
        switch state.subjectID {
        case .unit(let id): id
        case .person: state.aboveID
        }
      guard let level = state.managingLevel ?? state.level, let host else { return nil }
      return Subject(
        exists: state.exists, managingUnitID: state.managingUnitID, level: level, hostID: host)
    }
  }

  /// The tree from `units` upwards on `day`, as far as it is known.
  static func tree(
    above units: [UnitID], on day: LocalDate, in transaction: borrowing AnyTransaction
  ) throws -> OrganisationTree {
    OrganisationTree(
      parents: try OrganisationTerms.parents(
        above: units, at: Viewpoint(asOf: day), in: transaction))
  }

  /// Who answers for the past of `unit` on `day`.
  static func heir(
    of unit: UnitID, on day: LocalDate, in transaction: borrowing AnyTransaction
  ) throws -> Heir? {
    try OrganisationTerms.heirs(of: [unit], at: Viewpoint(asOf: day), in: transaction)[unit]
  }

  /// Who speaks on `day` for the organisations that `cases` name.
  ///
  /// An organisation of which nothing is known here speaks for itself: its end would be known.
  static func succession(
    of cases: some Sequence<SuggestedReviewCase>, on day: LocalDate,
    in transaction: borrowing AnyTransaction
  ) throws -> Succession {
    let units = Set(cases.flatMap(\.units))
    let point = Viewpoint(asOf: day)
    let heirs = try OrganisationTerms.heirs(of: units, at: point, in: transaction)
    var ended: [UnitID: UnitID?] = [:]
    for (unit, heir) in heirs {
      switch heir {
      case .known(unit): break
      case .known(let heir): ended[unit] = .some(heir)
      case .untold: ended[unit] = .some(nil)
      }
    }
    guard !ended.isEmpty else { return .none }
    let speakers = Set(ended.values.compactMap(\.self)).union(units)
    let states = try OrganisationTerms.states(
      of: speakers.map { SubjectID.unit($0) }, at: point, in: transaction)
    var managers: [UnitID: UnitID] = [:]
    for case (.unit(let unit), let state) in states { managers[unit] = state.managingUnitID }
    return Succession(heirs: ended, managers: managers)
  }

  /// When the report of `subject` in `cycle` was first received, if it was.
  static func reportSubmittedAt(
    _ subject: SubjectID, in cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> Instant? {
    let rows = try transaction.rows(
      "select submitted_at from report_state where cycle_id = $1 and subject = $2",
      [.text(cycle.text), .text(subject.description)])
    return try rows.first?.instant(0)
  }
}

extension Registry.Subject {
  /// How `authority` stands to who manages this subject, by `tree`.
  func management(by authority: ActorID, tree: OrganisationTree) -> SubjectManagement {
    guard case .unit(let authority) = authority, let managingUnitID else {
      return SubjectManagement(level: level, standing: .standsApart)
    }
    return SubjectManagement(
      level: level, standing: tree.standing(of: authority, over: managingUnitID))
  }
}

extension SuggestedReviewCase {
  /// Every organisation that the case names.
  fileprivate var units: [UnitID] {
    guard let proposal else { return [] }
    let named = [proposal.subjectID] + items.values.compactMap(\.owner.subject)
    return [proposal.authorityID]
      + named.compactMap { subject in
        if case .unit(let id) = subject { id } else { nil }
      }
  }
}
