public import EventStream
public import RatingDomain
public import ReviewEvents

/// One decision, for figures as they were known on a day (contract 20).
public struct DecisionRow: Sendable {
  fileprivate let ratingID: RatingID
  fileprivate let sequence: Int64
  fileprivate let level: RatingLevel
  fileprivate let effectiveAt: Instant
  fileprivate let recordedAt: Instant
  /// Where it counts, whatever becomes of the subject later.
  fileprivate let group: RatingGroup?

  /// The decision that a fact is, if it is one.
  /// - Parameter time: the time of the fact's envelope: a decision is in force from the day that it
  ///   names, else from the moment it was recorded.
  public init?(_ event: RatingEvent, sequence: Int64, at time: Instant) {
    guard case .decided(let decided) = event else { return nil }
    ratingID = decided.ratingID
    self.sequence = sequence
    level = decided.level
    effectiveAt = decided.effectiveOn?.start ?? time
    recordedAt = time
    group = event.group
  }
}

/// Every decision ever made.
public enum DecisionTable {
  /// Keeps decisions; those that are kept already never change.
  public static func keep(
    _ decisions: [DecisionRow], in transaction: borrowing AnyTransaction
  ) throws {
    guard !decisions.isEmpty else { return }
    try transaction.rows(
      """
      insert into rating_decision (
        rating_id, sequence, level, effective_at, recorded_at, managing_unit_id, managing_level,
        peer_group)
      select * from unnest(
        $1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
        $7::text[], $8::text[])
      on conflict do nothing
      """,
      [
        .texts(decisions.map(\.ratingID.text)), .integers(decisions.map(\.sequence)),
        .texts(decisions.map(\.level.rawValue)), .instants(decisions.map(\.effectiveAt)),
        .instants(decisions.map(\.recordedAt)),
        .optionalTexts(decisions.map { $0.group?.managingUnitID.text }),
        .optionalTexts(decisions.map { $0.group?.managingLevel.text }),
        .optionalTexts(decisions.map { $0.group?.peerGroup.text }),
      ])
  }
}
