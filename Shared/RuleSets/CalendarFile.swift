internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// Reads one calendar file: every member known, every day in its year and there once, every mistake
/// with its line.
struct CalendarFile {
  /// The member that makes a file an addition to a calendar.
  static let marker = "adds"
  /// The years that a file can list.
  static let years = 2000...2100

  let reader: YAMLReader

  /// Whether `root` adds to a calendar.
  static func isAddition(_ root: Node) -> Bool {
    guard case .mapping(let mapping) = root else { return false }
    return mapping[Node(marker)] != nil
  }

  /// The calendar that stands alone, with its name.
  func calendar(_ root: Node) -> (ids: Set<ListCode>, calendar: WorkingCalendar) {
    let members = reader.members(
      of: root, "calendar", required: ["id", "title", "weekend", "everyYear", "years"],
      optional: ["unverified"])
    let id = reader.identifier(members["id"], "id") { try ListCode($0) }
    var calendar = WorkingCalendar()
    if let title = reader.text(members["title"], "title") { calendar.titles = [title] }
    if let weekend = members["weekend"] { readWeekend(weekend, into: &calendar) }
    calendar.everyYear = everyYear(members["everyYear"])
    readYears(members["years"], into: &calendar, listing: true)
    readUnverified(members["unverified"], into: &calendar)
    return (id.map { [$0] } ?? [], calendar)
  }

  /// Adds what a province has beside the calendar named `base`: never a whole year, only days.
  func add(
    _ root: Node, to calendar: inout WorkingCalendar, named base: ListCode?,
    ids: inout Set<ListCode>
  ) {
    let members = reader.members(
      of: root, "calendar", required: [Self.marker, "id", "title", "legalBasis", "years"],
      optional: ["unverified"])
    let named = reader.identifier(members[Self.marker], Self.marker) { try ListCode($0) }
    if let named, let base, named != base {
      reader.report("adds names no calendar that can be read: \(named)", at: members[Self.marker])
    }
    let id = reader.identifier(members["id"], "id") { try ListCode($0) }
    reader.unique(id, "id", at: members["id"], among: &ids)
    if let title = reader.text(members["title"], "title") { calendar.titles.append(title) }
    _ = RuleSetFile(reader: reader).legalBasis(members["legalBasis"])
    readYears(members["years"], into: &calendar, listing: false)
    readUnverified(members["unverified"], into: &calendar)
  }

  // MARK: What every year has

  private func readWeekend(_ node: Node, into calendar: inout WorkingCalendar) {
    let members = reader.members(of: node, "weekend", required: ["days", "source"])
    let days = reader.choices(members["days"], "weekend.days", Weekday.self)
    if days.count > WorkingCalendar.weekendMax {
      reader.report(
        "weekend.days are \(WorkingCalendar.weekendMax) at most", at: members["days"])
    }
    calendar.weekend = Set(days)
    calendar.weekendSource = reader.text(members["source"], "weekend.source") ?? ""
  }

  private func everyYear(_ node: Node?) -> [YearlyHoliday] {
    /// A day of the year, to find it twice.
    struct Place: Hashable {
      let month: Int
      let day: Int
    }
    var seen: Set<Place> = []
    return reader.list(node, "everyYear").compactMap { item in
      let members = reader.members(of: item, "everyYear", required: ["day", "name", "source"])
      let day = reader.dayOfYear(members["day"], "everyYear.day")
      let name = reader.text(members["name"], "everyYear.name")
      let source = reader.text(members["source"], "everyYear.source")
      guard let day, let name, let source else { return nil }
      reader.unique(
        Place(month: day.month, day: day.day), "everyYear.day", at: item, among: &seen)
      return YearlyHoliday(month: day.month, day: day.day, name: name, source: source)
    }
  }

  // MARK: Single years

  /// - Parameter listing: whether a year that stands here is known as a whole from now on.
  private func readYears(
    _ node: Node?, into calendar: inout WorkingCalendar, listing: Bool
  ) {
    var seen: Set<Int> = []
    for item in reader.list(node, "years") {
      let members = reader.members(
        of: item, "years", required: listing ? ["year", "holidays"] : ["year"],
        optional: listing ? ["workingDays"] : ["holidays", "workingDays"])
      let year = reader.integer(members["year"], "years.year", in: Self.years)
      reader.unique(year, "years.year", at: item, among: &seen)
      if !listing, members.count == 1 { reader.report("the year adds nothing", at: item) }
      guard let year else { continue }
      for day in days(members["holidays"], "holidays", of: year) {
        addHoliday(day.named, at: day.node, to: &calendar)
      }
      for day in days(members["workingDays"], "workingDays", of: year) {
        addSwappedIn(day.named, at: day.node, to: &calendar)
      }
      if listing { calendar.years.insert(year) }
      let count = calendar.everyYear.count + calendar.holidays.keys.count { $0.year == year }
      if count > WorkingCalendar.holidaysMax {
        reader.report("a year has \(WorkingCalendar.holidaysMax) holidays at most", at: item)
      }
    }
  }

  private func days(
    _ node: Node?, _ path: String, of year: Int
  ) -> [(named: NamedDay, node: Node)] {
    reader.list(node, path).compactMap { item in
      let members = reader.members(of: item, path, required: ["date", "name", "source"])
      let date = reader.day(members["date"], "\(path).date")
      let name = reader.text(members["name"], "\(path).name")
      let source = reader.text(members["source"], "\(path).source")
      guard let date, let name, let source else { return nil }
      guard date.year == year else {
        reader.report("\(path).date does not lie in \(year)", at: item)
        return nil
      }
      return (NamedDay(date: date, name: name, source: source), item)
    }
  }

  private func addHoliday(
    _ day: NamedDay, at node: Node, to calendar: inout WorkingCalendar
  ) {
    if let other = calendar.holiday(day.date) {
      reader.report("\(day.date) is a holiday already: \(other.name)", at: node)
    } else if let swapped = calendar.swappedIn[day.date] {
      reader.report("\(day.date) is worked on: \(swapped.name)", at: node)
    } else {
      calendar.holidays[day.date] = day
    }
  }

  private func addSwappedIn(
    _ day: NamedDay, at node: Node, to calendar: inout WorkingCalendar
  ) {
    if let holiday = calendar.holiday(day.date) {
      reader.report("\(day.date) is a holiday: \(holiday.name)", at: node)
    } else if calendar.isWorkingDay(day.date) {
      reader.report("\(day.date) is a working day already", at: node)
    } else {
      calendar.swappedIn[day.date] = day
    }
  }

  /// What nobody has confirmed of a day, whether it stands in the file or not.
  private func readUnverified(_ node: Node?, into calendar: inout WorkingCalendar) {
    for item in reader.list(node, "unverified") {
      let members = reader.members(of: item, "unverified", required: ["date", "note"])
      let date = reader.day(members["date"], "unverified.date")
      let note = reader.text(members["note"], "unverified.note")
      guard let date, let note else { continue }
      if calendar.unverified.updateValue(note, forKey: date) != nil {
        reader.report("unverified.date stands twice", at: item)
      }
    }
  }
}
