package import EventStream

/// Keeps the calendar of this process at what its database says, so that setting it through one
/// instance sets it in all of them.
package struct CalendarFollower: Sendable {
  /// How often the database is asked.
  package static let interval: Duration = .milliseconds(100)

  let calendar: OffsetCalendar
  let store: any CalendarStore
  let pace: any Pace

  package init(calendar: OffsetCalendar, store: any CalendarStore, pace: any Pace = RealPace()) {
    self.calendar = calendar
    self.store = store
    self.pace = pace
  }

  /// Follows until cancelled; a database that is away leaves the calendar as it is.
  package func run() async throws {
    while !Task.isCancelled {
      do {
        if let offset = try await store.load() { calendar.adopt(offset) }
      } catch { try Task.checkCancellation() }
      try await pace.pause(for: Self.interval)
    }
  }
}
