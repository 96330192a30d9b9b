public import EventStream
internal import NotificationDomain
internal import ReviewEvents

extension Reactions {
  /// What notification hears from intake.
  public var intake: Subscription {
    Subscription(
      "notification.intake", area: .intake, replay: .reaction,
      routes: [
        route(CycleOpened.self) { try cyclesOpened($0, $1) },
        .on(CycleClosed.self) { try cyclesClosed($0, $1) },
        .on(CycleReopened.self) { try cyclesReopened($0, $1) },
        .on(ReportRequested.self) { try reportsRequested($0, $1) },
        route(ReportSubmitted.self) { try reportsSubmitted($0, $1) },
        route(ReportReturned.self) { try reportsReturned($0, $1) },
        .on(ReportWaived.self) { try reportsWaived($0, $1) },
        route(ExtensionGranted.self) { try extensionsGranted($0, $1) },
        route(ExtensionRefused.self) { try extensionsRefused($0, $1) },
        .on(ReportLocked.self) { try reportsLocked($0, $1) },
        .on(ReportReopened.self) { try reportsReopened($0, $1) },
        route(SupplementRequested.self) { try supplementsRequested($0, $1) },
        .on(SupplementSubmitted.self) { transaction, events in
          try supplementsEnded(
            events.map { ($0.envelope.stream, $0.event.caseID) }, .fulfilled, in: transaction)
        },
        .on(SupplementCancelled.self) { transaction, events in
          try supplementsEnded(
            events.map { ($0.envelope.stream, $0.event.caseID) }, .cancelled, in: transaction)
        },
      ],
      ignored: [
        UnitFounded.type, UnitRenamed.type, UnitMoved.type, UnitInherited.type,
        UnitEnded.type, PersonJoined.type, PersonTransferred.type, PersonLeft.type,
        PostsAssigned.type, ReportHandedOver.type,
        DocumentRegistered.type, PlanAdopted.type, RuleSetApproved.type,
        ExtensionRequested.type,
        CycleLaunched.type, UnitRegistered.type, PersonRegistered.type, ReportDrafted.type,
        ReportAccepted.type, IntakeRepublishRequested.type,
      ])
  }

  /// What notification hears from case-tracking.
  public var cases: Subscription {
    Subscription(
      "notification.case", area: .case, replay: .reaction,
      routes: [
        route(CaseIssued.self) { try casesIssued($0, $1) },
        .on(CaseAcknowledged.self) { try casesAcknowledged($0, $1) },
        .on(CaseWithdrawn.self) { try casesWithdrawn($0, $1) },
      ],
      ignored: [
        CaseProposed.type, CaseApproved.type, CaseExplained.type, ConferenceHeld.type,
        CaseConcluded.type, RemediationPlanned.type, RemediationProgressed.type,
        RemediationVerified.type, CaseClosed.type, CaseCarriedOver.type,
        CaseRepublishRequested.type,
      ])
  }
}
