public import IntakeDomain
public import ReviewEvents

/// A member as the stream tells, and how far the stream is: what the row shows.
public struct LoadedPerson: Sendable {
  /// How the member stands in the end, with all posts and the role that was given without them.
  public var state: PersonState
  /// The first day on which the person is no member any more, if that day is known.
  public var leftOn: LocalDate?
  /// The last day on which something of the member changes; none in rows from before this was
  /// kept.
  public var changesUntil: LocalDate?
  /// Every organisation that the member ever belonged to or was managed by.
  public var unitIDs: Set<UnitID>
  /// The sequence of the newest fact.
  public var sequence: Int64

  /// Puts the parts together.
  public init(
    state: PersonState, leftOn: LocalDate?, changesUntil: LocalDate?, unitIDs: Set<UnitID>,
    sequence: Int64
  ) {
    self.state = state
    self.leftOn = leftOn
    self.changesUntil = changesUntil
    self.unitIDs = unitIDs
    self.sequence = sequence
  }

  /// What `history`, which holds the stream up to `sequence`, tells; none before joining.
  public init?(_ id: PersonID, in history: OrganisationHistory, sequence: Int64) {
    guard let last = history.last(of: id) else { return nil }
    self.init(
      state: last.state, leftOn: last.leftOn, changesUntil: history.lastChange(of: .person(id)),
      unitIDs: last.units, sequence: sequence)
  }

  /// Whether the row says how the member stands on `day`: nothing changes after it.
  public func isSettled(by day: LocalDate) -> Bool { changesUntil.map { $0 <= day } ?? false }
}
