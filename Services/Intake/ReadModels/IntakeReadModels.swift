public import EventStream
public import ReviewRules

/// The tables of intake that follow from facts alone.
///
/// `document` and `outage` are none of them: texts and recorded outages stand in no fact.
public enum IntakeReadModels {
  /// The composition for replay; nothing in it can have an effect.
  public static func all(rules _: RuleBook) -> [ReadModel] { [reports, matters] }

  /// What became of intake's own streams.
  static let reports = ReadModel(
    "intake.reports",
    tables: [
      ReadTable("cycle", key: ["cycle_id"], stream: "'cycle/' || cycle_id"),
      ReadTable("unit", key: ["unit_id"], stream: "'unit/' || unit_id"),
      ReadTable("person", key: ["person_id"], stream: "'person/' || person_id"),
      ReadTable("report", key: ["report_id"], stream: "'report/' || report_id"),
      ReadTable(
        "report_version", key: ["report_id", "version"], stream: "'report/' || report_id"),
      ReadTable("supplement", key: ["report_id", "case_id"], stream: "'report/' || report_id"),
      ReadTable(
        "rule_set_approval", key: ["rule_set_id", "sequence"],
        stream: "'rule-set/' || rule_set_id"),
      ReadTable("registered_document", key: ["document_id"], stream: "'document/' || document_id"),
      ReadTable("adopted_plan", key: ["plan_id", "sequence"], stream: "'plan/' || plan_id"),
    ],
    folds: [
      CycleRows.fold, UnitRows.fold, PersonRows.fold, ReportRows.fold,
      ApprovalRows.fold, RegistryRows.fold, PlanRows.fold,
    ])

  /// What case-tracking suggested to whom.
  static let matters = ReadModel(
    "intake.matters",
    tables: [
      ReadTable(
        "suggested_matter", key: ["case_id", "matter_id"], stream: "'case/' || case_id")
    ],
    subscriptions: [CaseSubscription.performing(.nothing)])
}
