public import EventStream
internal import OrganisationTerms
public import ReviewRules

/// The tables of the rating service that follow from facts alone.
///
/// `quota_group` is none of them: its rows are locks that hold no knowledge (contract 21).
public enum RatingReadModels {
  /// The composition for replay; nothing in it can have an effect.
  public static func all(rules _: RuleBook) -> [ReadModel] { [facts, ratings] }

  /// What rating learned from intake and case-tracking.
  static let facts = ReadModel(
    "rating.facts",
    tables: [
      ReadTable("cycle", key: ["cycle_id"], stream: "'cycle/' || cycle_id"),
      OrganisationTerms.table,
      ReadTable(
        "reviewed", key: ["cycle_id", "subject_id"],
        stream: """
          'report/' || cycle_id || '.' || left(subject_id, 1) || '-'
            || split_part(subject_id, '/', 2)
          """),
      ReadTable(
        "reopened", key: ["cycle_id", "subject_id", "sequence"],
        stream: """
          'report/' || cycle_id || '.' || left(subject_id, 1) || '-'
            || split_part(subject_id, '/', 2)
          """),
      ReadTable(
        "gate", key: ["subject_id", "cycle_id", "kind", "case_id"],
        stream: """
          case when kind = 'case' then 'case/' || case_id
            else 'report/' || cycle_id || '.' || left(subject_id, 1) || '-'
              || split_part(subject_id, '/', 2)
          end
          """),
    ],
    subscriptions: [IntakeProjection.subscription, CaseProjection.subscription])

  /// What became of the service's own streams.
  static let ratings = ReadModel(
    "rating.ratings",
    tables: [
      ReadTable("rating", key: ["rating_id"], stream: "'rating/' || rating_id"),
      ReadTable(
        "rating_decision", key: ["rating_id", "sequence"], stream: "'rating/' || rating_id"),
    ],
    folds: [RatingFold.fold])
}
