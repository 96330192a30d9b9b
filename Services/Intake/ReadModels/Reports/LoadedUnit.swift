public import IntakeDomain
public import ReviewEvents

/// An organisation as its stream tells, and how far the stream is: what its row shows.
public struct LoadedUnit: Sendable {
  /// How it stands in the end, whether or not it still exists then.
  public var state: UnitState
  /// The first day without it, if it ends.
  public var endedOn: LocalDate?
  /// The last day on which something of it changes; none in rows from before this was kept.
  public var changesUntil: LocalDate?
  /// The sequence of the newest fact.
  public var sequence: Int64

  /// Puts the parts together.
  public init(state: UnitState, endedOn: LocalDate?, changesUntil: LocalDate?, sequence: Int64) {
    self.state = state
    self.endedOn = endedOn
    self.changesUntil = changesUntil
    self.sequence = sequence
  }

  /// What `history`, which holds the stream up to `sequence`, tells; none before it began.
  public init?(_ id: UnitID, in history: OrganisationHistory, sequence: Int64) {
    guard let last = history.last(of: id) else { return nil }
    self.init(
      state: last.state, endedOn: last.endedOn, changesUntil: history.lastChange(of: .unit(id)),
      sequence: sequence)
  }

  /// Whether the row says how the organisation stands on `day`: nothing changes after it.
  public func isSettled(by day: LocalDate) -> Bool { changesUntil.map { $0 <= day } ?? false }
}
