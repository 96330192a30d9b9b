public import EventStream
public import RatingDomain
public import ReviewEvents

/// A rating as the read model shows it.
public struct RatingRow: Sendable {
  /// The rating.
  public let id: RatingID
  /// The cycle.
  public let cycleID: CycleID
  /// Who is rated.
  public let subjectID: SubjectID
  /// Its three steps and its group.
  public let rating: Rating
  /// The stream's last sequence.
  public let sequence: Int64

  /// Puts the parts together.
  public init(
    id: RatingID, cycleID: CycleID, subjectID: SubjectID, rating: Rating, sequence: Int64
  ) {
    self.id = id
    self.cycleID = cycleID
    self.subjectID = subjectID
    self.rating = rating
    self.sequence = sequence
  }

  fileprivate var unitText: String? { rating.group?.managingUnitID.text }
  fileprivate var levelText: String? { rating.group?.managingLevel.text }
  fileprivate var peerGroupText: String? { rating.group?.peerGroup.text }
}

/// The ratings; commands and rebuilding write them with this one statement.
public enum RatingTable {
  /// Writes ratings as they are now, each at most once in `rows`.
  public static func save(
    _ rows: [RatingRow], in transaction: borrowing AnyTransaction
  ) throws {
    guard !rows.isEmpty else { return }
    try transaction.rows(
      """
      insert into rating (
        rating_id, cycle_id, subject_id, kind, managing_unit_id, managing_level, peer_group,
        self_level, appraised_level, decided_level, decision_number, sequence)
      select * from unnest(
        $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[])
      on conflict (rating_id) do update set
        managing_unit_id = excluded.managing_unit_id, managing_level = excluded.managing_level,
        peer_group = excluded.peer_group, self_level = excluded.self_level,
        appraised_level = excluded.appraised_level, decided_level = excluded.decided_level,
        decision_number = excluded.decision_number, sequence = excluded.sequence
      """,
      [
        .texts(rows.map(\.id.text)), .texts(rows.map(\.cycleID.text)),
        .texts(rows.map(\.subjectID.description)), .texts(rows.map(\.subjectID.kind.rawValue)),
        .optionalTexts(rows.map(\.unitText)), .optionalTexts(rows.map(\.levelText)),
        .optionalTexts(rows.map(\.peerGroupText)),
        .optionalTexts(rows.map(\.rating.selfRating?.rawValue)),
        .optionalTexts(rows.map(\.rating.appraisal?.rawValue)),
        .optionalTexts(rows.map(\.rating.decision?.level.rawValue)),
        .optionalTexts(rows.map(\.rating.decision?.number)), .integers(rows.map(\.sequence)),
      ])
  }
}
