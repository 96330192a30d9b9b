public import ReviewEvents

/// What every change of the organisation rests on.
public struct OrganisationDecision: Sendable, Hashable {
  /// The first day on which it holds, in Việt Nam.
  public var effectiveOn: LocalDate
  /// The document's number as printed, for example "328-QĐ/TW".
  public var legalBasis: String

  /// Puts the parts together.
  public init(effectiveOn: LocalDate, legalBasis: String) {
    self.effectiveOn = effectiveOn
    self.legalBasis = legalBasis
  }

  /// Refuses a decision that rests on nothing.
  func check() throws(OrganisationRejection) {
    if isBlank(legalBasis) { throw .legalBasisMissing }
  }
}

/// An organisation to found.
public struct NewUnit: Sendable, Hashable {
  /// Its id, which no organisation ever had.
  public var unitID: UnitID
  /// Its name.
  public var name: String
  /// Its level, in force on the day of founding.
  public var level: LevelCode
  /// The organisation above it; none at the top.
  public var parentID: UnitID?
  /// The organisation that decides on its collective; none at the top.
  public var managingUnitID: UnitID?
  /// The peer group of its collective.
  public var peerGroup: PeerGroupCode
  /// Whether its collective is reviewed.
  public var reviewed: Bool
  /// The vertically managed sector that it belongs to, if it does.
  public var sector: ListCode?

  /// Puts the parts together.
  public init(
    unitID: UnitID, name: String, level: LevelCode, parentID: UnitID?, managingUnitID: UnitID?,
    peerGroup: PeerGroupCode, reviewed: Bool, sector: ListCode? = nil
  ) {
    self.unitID = unitID
    self.name = name
    self.level = level
    self.parentID = parentID
    self.managingUnitID = managingUnitID
    self.peerGroup = peerGroup
    self.reviewed = reviewed
    self.sector = sector
  }
}

/// Who takes over from an organisation that ends.
public enum Successor: Sendable, Hashable {
  /// An organisation that is founded by the same decision.
  case founded(NewUnit)
  /// An organisation that goes on: others are merged into it, or shared out to it.
  case existing(UnitID)

  /// The organisation's id.
  public var unitID: UnitID {
    switch self {
    case .founded(let unit): unit.unitID
    case .existing(let id): id
    }
  }
}

/// Who takes over one subject of an organisation that ends or moves.
public struct Handover: Sendable, Hashable {
  /// A collective or a member.
  public var subjectID: SubjectID
  /// The organisation that takes over what the old one was to it: above it, its manager, or both.
  public var toID: UnitID

  /// Puts the parts together.
  public init(_ subjectID: SubjectID, to toID: UnitID) {
    self.subjectID = subjectID
    self.toID = toID
  }
}
