public import ReviewEvents

/// Who speaks today for the organisations that a case names.
///
/// History, rights and debts follow the heir: a case keeps the organisations it was about, and
/// whoever acts for the heir of one that has ended may do what that one might.
public struct Succession: Sendable, Hashable {
  /// Nothing has ended.
  public static let none = Succession(heirs: [:])

  private let heirs: [UnitID: UnitID?]
  private let managers: [UnitID: UnitID]

  /// Puts the parts together.
  /// - Parameters:
  ///   - heirs: the organisations that have ended, each with the one that answers for it today, or
  ///     none as long as that is not known.
  ///   - managers: who manages the organisations that answer for them.
  public init(heirs: [UnitID: UnitID?], managers: [UnitID: UnitID] = [:]) {
    self.heirs = heirs
    self.managers = managers
  }

  /// Who speaks for `one` today: itself, or the heir of an organisation that has ended.
  /// - Throws: ``CaseRejection/unitNotYetKnown`` while nobody can tell.
  public func speaker(for one: ActorID) throws(CaseRejection) -> ActorID {
    guard case .unit(let unit) = one, let heir = heirs[unit] else { return one }
    guard let heir else { throw .unitNotYetKnown }
    return .unit(heir)
  }

  /// Who acts as the authority of a case today, where `concerned` are judged.
  ///
  /// Nobody judges the past that he answers for himself: where the heir of the authority has become
  /// the heir of who is judged, the one that manages it acts instead. At the top there is nobody
  /// else.
  /// - Throws: ``CaseRejection/unitNotYetKnown`` while nobody can tell.
  public func authority(
    _ authorityID: UnitID, judging concerned: [ActorID]
  ) throws(CaseRejection) -> ActorID {
    let authority = try speaker(for: .unit(authorityID))
    for one in concerned {
      guard try speaker(for: one) == authority, case .unit(let unit) = authority else { continue }
      return managers[unit].map { .unit($0) } ?? authority
    }
    return authority
  }
}

extension ActorID {
  /// The one who speaks for this subject.
  public init(_ subject: SubjectID) {
    switch subject {
    case .unit(let id): self = .unit(id)
    case .person(let id): self = .person(id)
    }
  }
}
