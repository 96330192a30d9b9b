internal import EventStream
internal import RatingDomain
internal import RatingReadModels
internal import ReviewEvents
internal import ReviewRules
public import ServiceRuntime

/// The rating service: self-rating, appraisal and decision in four levels, under quotas.
public enum RatingService {
  /// The service as data.
  public static func define(_ context: ServiceContext) throws -> ServiceDefinition {
    let ratings = Ratings(
      store: context.store, rules: context.rules, calendar: context.calendar)
    return ServiceDefinition(
      area: .rating, name: "rating", title: "Xếp loại chất lượng",
      description: "Tự xếp loại, thẩm định và quyết định mức xếp loại chất lượng.",
      migrations: [
        Migration(100, "rating", sql: PackageResources._100_rating_sql),
        Migration(101, "rating-group", sql: PackageResources._101_rating_group_sql),
        Migration(102, "organisation", sql: PackageResources._102_organisation_sql),
        Migration(103, "reopened", sql: PackageResources._103_reopened_sql),
      ],
      subscriptions: [IntakeProjection.subscription, CaseProjection.subscription],
      routes: [
        .recordSelfRatings(ratings), .appraiseRatings(ratings), .decideRatings(ratings),
        .showRating(ratings), .showStatistics(ratings), .showQuota(ratings),
      ])
  }
}

/// What the handlers work with.
struct Ratings: Sendable {
  let store: any Store
  let rules: RuleBook
  let calendar: any CalendarClock
}
