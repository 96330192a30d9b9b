public import EventStream
internal import OrganisationTerms
public import ReviewEvents

/// A case of which intake received answers.
public struct AnsweredCase: Sendable {
  /// The case.
  public let caseID: CaseID
  /// The fact that brought the answers.
  public let cause: EventEnvelope
}

/// What is heard of intake.
///
/// A reaction and no projection, because answers make cases explained.
public enum IntakeSubscription {
  /// The subscription; `explain` decides whether answered cases are explained now.
  public static func explaining(
    _ explain: @escaping @Sendable (borrowing AnyTransaction, [AnsweredCase]) throws -> Void
  ) -> Subscription {
    let own: [Route] = [
      .on(CycleOpened.self) { try IntakeFacts.learn($1, in: $0) },
      whenReportSubmitted(explain), whenSupplementSubmitted(explain),
    ]
    return Subscription(
      "case-tracking.intake", area: .intake, replay: .reaction,
      routes: OrganisationTerms.routes + own,
      ignored: OrganisationTerms.ignored.union([
        ReportHandedOver.type,
        CycleReopened.type, DocumentRegistered.type, PlanAdopted.type, RuleSetApproved.type,
        ReportWaived.type, ReportLocked.type, ReportReopened.type, ExtensionRequested.type,
        ExtensionGranted.type, ExtensionRefused.type,
        CycleLaunched.type, CycleClosed.type, ReportRequested.type, ReportDrafted.type,
        ReportReturned.type, ReportAccepted.type, SupplementRequested.type,
        SupplementCancelled.type, IntakeRepublishRequested.type,
      ]))
  }

  private static let explained: EffectName = "fact case-explained"

  /// A report may answer the matters of cases, and it is the mark before which letters are answered
  /// in the report (contract 25).
  private static func whenReportSubmitted(
    _ explain: @escaping @Sendable (borrowing AnyTransaction, [AnsweredCase]) throws -> Void
  ) -> Route {
    .on(
      ReportSubmitted.self,
      learn: { transaction, reports in
        try IntakeFacts.learn(reports, in: transaction)
        return try ReceivedAnswers.learn(
          reports.map {
            Submission(
              reportID: $0.event.reportID, answers: $0.event.answers, envelope: $0.envelope)
          }, in: transaction)
      }, effect: { _ in explained }, perform: explain)
  }

  /// A supplement answers the matters of a case that came after the report's receipt.
  private static func whenSupplementSubmitted(
    _ explain: @escaping @Sendable (borrowing AnyTransaction, [AnsweredCase]) throws -> Void
  ) -> Route {
    .on(
      SupplementSubmitted.self,
      learn: { transaction, supplements in
        try ReceivedAnswers.learn(
          supplements.map {
            Submission(
              reportID: $0.event.reportID, answers: $0.event.answers, envelope: $0.envelope)
          }, in: transaction)
      }, effect: { _ in explained }, perform: explain)
  }
}
