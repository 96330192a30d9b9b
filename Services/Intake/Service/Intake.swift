import EventStream
import ReviewEvents
public import ServiceRuntime

/// The intake of self-review reports: cycles, organisations, members and reports.
public enum Intake {
  /// The service as data.
  public static func define(_ context: ServiceContext) throws -> ServiceDefinition {
    ServiceDefinition(
      area: .intake, name: "intake", title: "Tiếp nhận báo cáo kiểm điểm",
      description: "Kỳ kiểm điểm, tổ chức, đảng viên, báo cáo tự kiểm điểm và giấy biên nhận.",
      migrations: migrations,
      subscriptions: [cases(context)], routes: routes(context))
  }

  /// Intake's own tables.
  static let migrations = [Migration(100, "intake", sql: PackageResources._100_intake_sql)]

  /// What intake needs to know of suggested reviews: which matters a report has to answer.
  static func cases(_ context: ServiceContext) -> Subscription {
    Subscription(
      "intake.case", area: .case, replay: .reaction,
      routes: [.whenCaseIssued(context.rules), .whenCaseWithdrawn(), .whenCaseExplained()],
      ignored: [
        CaseProposed.type, CaseApproved.type, CaseAcknowledged.type,
        ConferenceHeld.type, CaseConcluded.type, RemediationPlanned.type,
        RemediationProgressed.type, RemediationVerified.type, CaseClosed.type,
        CaseCarriedOver.type, CaseRepublishRequested.type,
      ])
  }
}
