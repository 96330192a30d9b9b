import EventStream
public import ReviewEvents
public import ServiceRuntime

/// Suggested reviews: from an advisory body's proposal to the last shortcoming remedied.
public enum CaseTracking {
  /// The area it writes.
  public static let area = ServiceArea.case
  /// The executable's name.
  public static let name = "case-tracking"

  /// The service as data.
  public static func define(_ context: ServiceContext) throws -> ServiceDefinition {
    ServiceDefinition(
      area: area, name: name, title: "Gợi ý kiểm điểm",
      description: """
        Suggested reviews and their matters: proposed, approved, issued, answered, concluded, \
        remedied; counted by the level that manages the subject.
        """,
      migrations: migrations,
      subscriptions: [intake], routes: HTTPRoute.caseTracking(context))
  }

  /// The service's own tables.
  static let migrations = [
    Migration(100, "case-tracking", sql: PackageResources._100_case_tracking_sql)
  ]

  /// What is heard of intake.
  ///
  /// A reaction and no projection, because answers make cases explained.
  static let intake = Subscription(
    "case-tracking.intake", area: .intake, replay: .reaction,
    routes: [
      .on(CycleOpened.self) { try IntakeFacts.learn($1, in: $0) },
      .on(UnitRegistered.self) { try IntakeFacts.learn($1, in: $0) },
      .on(PersonRegistered.self) { try IntakeFacts.learn($1, in: $0) },
      WhenReportSubmitted.route, WhenSupplementSubmitted.route,
    ],
    ignored: [
      CycleLaunched.type, CycleClosed.type, ReportRequested.type, ReportDrafted.type,
      ReportReturned.type, ReportAccepted.type, SupplementRequested.type,
      SupplementCancelled.type, IntakeRepublishRequested.type,
    ])
}
