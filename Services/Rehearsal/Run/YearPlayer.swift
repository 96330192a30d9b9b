import Foundation
import RehearsalModel

/// Plays the days of a year one after the other.
struct YearPlayer {
  let year: PlannedYear
  /// The cycle that comes after it, into which unfinished remediation is carried over.
  let next: CycleOpening
  let api: API
  let connections: Int
  let watch: PhaseWatch

  private var stage: Stage { Stage(api: api) }
  private var calendar: YearCalendar { YearCalendar(year: year.scenario.year) }
  private var cycleID: String { String(year.scenario.year) }

  /// - Parameter importing: whether the organisation still has to be registered.
  func play(importing: Bool) async throws {
    try await stage.setClock(calendar.moment(calendar.launchDay, hour: 9))
    if importing {
      try await watch.measure("Nhập tổ chức, đảng viên, địa chỉ") {
        try await ProvinceSetUp(tree: year.tree, api: api).importTree()
        try await stage.rest()
      }
    }
    try await watch.measure("Mở kỳ kiểm điểm và giao báo cáo") {
      let opening = CycleOpening(year.scenario, in: year.tree, api: api)
      try await opening.open()
      try await opening.launch()
      try await stage.rest()
    }
    for day in calendar.stops {
      try await watch.measure("Nhắc việc (thư điện tử)") {
        let morning = calendar.moment(day, hour: 8, minute: 5)
        if day > calendar.launchDay {
          try await stage.setClock(morning)
          try await stage.mailSent(through: morning)
        }
        try await stage.setClock(calendar.moment(day, hour: 10))
      }
      try await play(day)
      try await watch.measure("Nhắc việc (thư điện tử)") {
        try await stage.mailSent(through: calendar.moment(day, hour: 10))
      }
    }
  }

  private func play(_ day: Int) async throws {
    let cases = CasePlayer(
      cases: year.cases, api: api, calendar: calendar, cycleID: cycleID, connections: connections)
    let reports = ReportPlayer(
      year: year, api: api, calendar: calendar, cycleID: cycleID, connections: connections)
    try await watch.measure("Gợi ý kiểm điểm và khắc phục") {
      try await cases.play(day)
      try await stage.rest()
    }
    try await watch.measure("Báo cáo kiểm điểm") {
      try await reports.play(day)
      try await stage.rest()
    }
    if day == calendar.conclusionDay {
      try await watch.measure("Gợi ý kiểm điểm và khắc phục") {
        try await next.open()
        try await stage.rest()
        try await cases.conclude()
        try await stage.rest()
      }
    }
    if day == calendar.ratingDay {
      try await watch.measure("Xếp loại") {
        try await RatingPlayer(
          ratings: year.ratings, api: api, cycleID: cycleID, connections: connections
        ).play()
        try await stage.rest()
      }
    }
  }
}
