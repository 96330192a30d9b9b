public import EventStream
internal import ReviewEvents

/// What rating learns from case-tracking: which cases still wait for a conclusion.
public enum CaseProjection {
  /// The subscription: it only learns.
  public static let subscription = Subscription(
    "rating.case", area: .case, replay: .projection,
    routes: [
      .on(CaseIssued.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .case,
          isOpen: true, in: transaction)
      },
      .on(CaseConcluded.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .case,
          isOpen: false, in: transaction)
      },
      .on(CaseWithdrawn.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .case,
          isOpen: false, in: transaction)
      },
    ],
    ignored: [
      CaseProposed.type, CaseApproved.type, CaseAcknowledged.type, CaseExplained.type,
      ConferenceHeld.type, RemediationPlanned.type, RemediationProgressed.type,
      RemediationVerified.type, CaseClosed.type, CaseCarriedOver.type,
      CaseRepublishRequested.type,
    ])
}
