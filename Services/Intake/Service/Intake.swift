import EventStream
import IntakeReadModels
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
      subscriptions: [cases(context)], routes: routes(context),
      workers: [organisationDay(context)])
  }

  /// Intake's own tables.
  static let migrations = [
    Migration(100, "intake", sql: PackageResources._100_intake_sql),
    Migration(101, "organisation", sql: PackageResources._101_organisation_sql),
    Migration(102, "approvals", sql: PackageResources._102_approvals_sql),
    Migration(103, "plans", sql: PackageResources._103_plans_sql),
    Migration(104, "extensions", sql: PackageResources._104_extensions_sql),
    Migration(105, "standing", sql: PackageResources._105_standing_sql),
  ]

  /// What becomes of open reports on the days on which recorded changes take effect.
  static func organisationDay(_ context: ServiceContext) -> Worker {
    let worker = OrganisationDayWorker(
      store: context.store, calendar: context.calendar, log: context.log, pace: RealPace())
    return Worker("organisation-day") { try await worker.run() }
  }

  /// What intake hears of suggested reviews, and what follows for reports.
  static func cases(_ context: ServiceContext) -> Subscription {
    let rules = context.rules
    return CaseSubscription.performing(
      SupplementDuties(
        request: { try WhenCaseIssued.requestSupplements($1, rules: rules, $0) },
        cancel: { try WhenCaseSettled.cancelSupplements($1, $0) }))
  }
}
