import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// From where a query looks at organisations and members (contract 20).
enum QueryViewpoint {
  /// The day in question.
  static let asOf = Field.optional("asOf", .date, "Vào ngày nào, mặc định hôm nay")
  /// What was known.
  static let knownAt = Field.optional(
    "knownAt", .instant, "Theo những gì đã ghi nhận đến thời điểm nào, mặc định tất cả")

  /// The day in question, today unless said otherwise.
  static func day(of request: QueryRequest, _ calendar: any CalendarClock) throws -> LocalDate {
    try request.query.value("asOf", as: LocalDate.init) ?? calendar.today
  }

  /// The viewpoint of a query.
  static func of(_ request: QueryRequest, _ calendar: any CalendarClock) throws -> Viewpoint {
    Viewpoint(
      asOf: try day(of: request, calendar),
      knownAt: request.query.instant("knownAt") ?? Viewpoint.knownAtLast)
  }
}
