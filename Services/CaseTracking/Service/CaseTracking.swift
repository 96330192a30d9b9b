import CaseTrackingReadModels
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
    Migration(100, "case-tracking", sql: PackageResources._100_case_tracking_sql),
    Migration(101, "received-answer", sql: PackageResources._101_received_answer_sql),
    Migration(102, "organisation", sql: PackageResources._102_organisation_sql),
  ]

  /// What is heard of intake, and what follows for cases.
  static let intake = IntakeSubscription.explaining {
    try WhenCaseAnswered.explain($1, in: $0)
  }
}
