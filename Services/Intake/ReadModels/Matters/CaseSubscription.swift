public import EventStream
internal import ReviewEvents

/// What intake needs to know of suggested reviews: which matters a report has to answer.
public enum CaseSubscription {
  /// The subscription; what follows for reports is carried out by `duties`.
  public static func performing(_ duties: SupplementDuties) -> Subscription {
    Subscription(
      "intake.case", area: .case, replay: .reaction,
      routes: [
        whenCaseIssued(duties), whenCaseWithdrawn(duties), whenCaseExplained(duties),
      ],
      ignored: [
        CaseProposed.type, CaseApproved.type, CaseAcknowledged.type,
        ConferenceHeld.type, CaseConcluded.type, RemediationPlanned.type,
        RemediationProgressed.type, RemediationVerified.type, CaseClosed.type,
        CaseCarriedOver.type, CaseRepublishRequested.type,
      ])
  }

  private static let requested: EffectName = "fact supplement-requested"
  private static let cancelled: EffectName = "fact supplement-cancelled"

  /// Keeps the matters of an issued case; where the report is in already, a supplement is asked
  /// for (contract 25).
  private static func whenCaseIssued(_ duties: SupplementDuties) -> Route {
    .on(
      CaseIssued.self,
      learn: { transaction, received in
        try MatterRows.issue(received.map(\.event), transaction)
        return received
      }, effect: { _ in requested }, perform: duties.request)
  }

  /// Lets go of the matters of a withdrawn case, and of the supplement it asked for.
  ///
  /// A case that was never issued asked nobody.
  private static func whenCaseWithdrawn(_ duties: SupplementDuties) -> Route {
    .on(
      CaseWithdrawn.self,
      learn: { transaction, received in
        try MatterRows.withdraw(received.map(\.event.caseID), transaction)
        return received.filter(\.event.wasIssued).map {
          SettledCase(caseID: $0.event.caseID, cause: $0.envelope)
        }
      }, effect: { _ in cancelled }, perform: duties.cancel)
  }

  /// Ends a supplement whose matters were explained directly to the authority: what has an answer
  /// is not owed a second time (contract 25).
  ///
  /// A supplement that was handed in here is what led to the explanation, and stays as it is.
  private static func whenCaseExplained(_ duties: SupplementDuties) -> Route {
    .on(
      CaseExplained.self,
      learn: { _, received in
        received.map { SettledCase(caseID: $0.event.caseID, cause: $0.envelope) }
      }, effect: { _ in cancelled }, perform: duties.cancel)
  }
}
