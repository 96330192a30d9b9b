import EventStream
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// A working day that was counted to; members are named as on the wire.
private struct WorkingDayView: Encodable, Sendable {
  /// A day with its name.
  struct Day: Encodable, Sendable {
    var date: LocalDate
    var name: String
    var source: String
    /// What nobody has confirmed of it.
    var unverified: String?

    init(_ day: NamedDay, in calendar: WorkingCalendar) {
      date = day.date
      name = day.name
      source = day.source
      unverified = calendar.unverified[day.date]
    }
  }

  var from: LocalDate
  var days: Int
  var day: LocalDate
  var daysOff: [Day]
  var swappedIn: [Day]
  /// The years of which only the weekend and the days of every year are known.
  var unlistedYears: [Int]
  var calendars: [String]

  init(_ count: Int, after from: LocalDate, in calendar: WorkingCalendar) {
    let last = calendar.workingDay(count, after: from)
    self.from = from
    days = count
    day = last
    // The counting itself bounds how many days lie between.
    let between = (1...(last.daysSince1970 - from.daysSince1970)).map { from.adding(days: $0) }
    daysOff = between.compactMap(calendar.dayOff).map { Day($0, in: calendar) }
    swappedIn = between.compactMap { calendar.swappedIn[$0] }.map { Day($0, in: calendar) }
    unlistedYears = (from.year...last.year).filter { !calendar.lists($0) }
    calendars = calendar.titles
  }
}

extension HTTPRoute {
  /// Shows the n-th working day after a day, and every day off in between with its name.
  static func showWorkingDays(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/calendar/working-days", summary: "Tính ngày làm việc thứ n sau một ngày",
      parameters: [
        .required("from", .date, "Ngày bắt đầu, không được tính"),
        .required("days", .integer(1...Int64(WorkingCalendar.daysMax)), "Số ngày làm việc"),
      ]
    ) { request in
      let from = try request.query.require("from") { text in try LocalDate(text) }
      let days = try request.query.require("days") { text in
        guard let days = Int(text) else { throw MalformedIdentifier() }
        return days
      }
      return QueryAnswer(WorkingDayView(days, after: from, in: context.rules.workingCalendar))
    }
  }
}
