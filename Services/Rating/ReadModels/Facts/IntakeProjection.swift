public import EventStream
internal import OrganisationTerms
internal import ReviewEvents

/// What rating learns from intake: cycles, organisations and members over time, who was reviewed,
/// open supplements.
public enum IntakeProjection {
  /// The subscription: it only learns.
  public static let subscription = Subscription(
    "rating.intake", area: .intake, replay: .projection,
    routes: OrganisationTerms.routes + ownRoutes,
    ignored: OrganisationTerms.ignored.union([
      ReportHandedOver.type,
      CycleReopened.type, DocumentRegistered.type, PlanAdopted.type, RuleSetApproved.type,
      ReportWaived.type, ReportLocked.type, ExtensionRequested.type,
      ExtensionGranted.type, ExtensionRefused.type,
      CycleLaunched.type, CycleClosed.type, ReportRequested.type, ReportDrafted.type,
      ReportSubmitted.type, ReportReturned.type, IntakeRepublishRequested.type,
    ]))

  private static let ownRoutes: [Route] = [
    .on(CycleOpened.self, cyclesOpened),
    .on(ReportAccepted.self, reportsAccepted),
    .on(ReportReopened.self, ReopenedReports.take),
    .on(SupplementRequested.self) { transaction, events in
      try Gate.set(
        events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .supplement,
        isOpen: true, in: transaction)
    },
    .on(SupplementSubmitted.self) { transaction, events in
      try Gate.set(
        events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .supplement,
        isOpen: false, in: transaction)
    },
    .on(SupplementCancelled.self) { transaction, events in
      try Gate.set(
        events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .supplement,
        isOpen: false, in: transaction)
    },
  ]

  private static func cyclesOpened(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CycleOpened>]
  ) throws {
    try transaction.run(
      """
      insert into cycle (cycle_id, year, rule_set_id)
      select * from unnest($1::text[], $2::bigint[], $3::text[])
      on conflict (cycle_id) do update set year = excluded.year, rule_set_id = excluded.rule_set_id
      """,
      [
        .texts(events.map(\.event.cycleID.text)), .integers(events.map { Int64($0.event.year) }),
        .texts(events.map(\.event.ruleSetID.text)),
      ])
  }

  private static func reportsAccepted(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportAccepted>]
  ) throws {
    try transaction.run(
      """
      insert into reviewed (cycle_id, subject_id) select * from unnest($1::text[], $2::text[])
      on conflict do nothing
      """,
      [
        .texts(events.map(\.event.cycleID.text)),
        .texts(events.map(\.event.subjectID.description)),
      ])
  }
}
