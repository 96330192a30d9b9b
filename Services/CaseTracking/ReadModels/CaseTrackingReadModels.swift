public import EventStream
internal import OrganisationTerms
public import ReviewRules

/// The tables of case-tracking that follow from facts alone.
///
/// `document` and `withdrawal_reason` are none of them: texts stand in no fact.
public enum CaseTrackingReadModels {
  /// The composition for replay; nothing in it can have an effect.
  public static func all(rules _: RuleBook) -> [ReadModel] { [registry, cases] }

  /// What case-tracking learned from intake.
  static let registry = ReadModel(
    "case-tracking.registry",
    tables: [
      OrganisationTerms.table,
      ReadTable("cycle", key: ["cycle_id"], stream: "'cycle/' || cycle_id"),
      ReadTable(
        "report_state", key: ["cycle_id", "subject"],
        stream: """
          'report/' || cycle_id || '.' || left(subject, 1) || '-' || split_part(subject, '/', 2)
          """),
      ReadTable(
        "received_answer", key: ["report_id", "case_id", "matter_id"],
        stream: "'report/' || report_id"),
    ],
    subscriptions: [IntakeSubscription.explaining { _, _ in throw EffectInReplay() }])

  /// What became of the cases themselves.
  static let cases = ReadModel(
    "case-tracking.cases",
    tables: [
      ReadTable("suggested_case", key: ["case_id"], stream: "'case/' || case_id"),
      ReadTable("matter", key: ["case_id", "matter_id"], stream: "'case/' || case_id"),
    ],
    folds: [CaseSheetWriter.fold])
}

/// Replay came to an effect, which it never does.
struct EffectInReplay: Error {}
