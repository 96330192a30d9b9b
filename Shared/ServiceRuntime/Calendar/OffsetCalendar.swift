internal import EventStream
internal import FoundationEssentials
package import ReviewEvents
import Synchronization

/// How far the calendar clock is from the real one (contract 19).
package struct CalendarOffset: Sendable, Hashable {
  /// Only grows; 0 before the calendar was set for the first time.
  package var version: Int64
  /// What is added to the real clock.
  package var milliseconds: Int64

  package init(version: Int64, milliseconds: Int64) {
    self.version = version
    self.milliseconds = milliseconds
  }
}

/// Where the calendar's offset is kept, one for all instances of a service.
package protocol CalendarStore: Sendable {
  /// The offset, or `nil` when the calendar was never set.
  func load() async throws -> CalendarOffset?
  /// Keeps `offset` unless a version as high is there already.
  /// - Returns: what is kept now.
  func save(_ offset: CalendarOffset) async throws -> CalendarOffset
}

/// The calendar clock: the real one and an offset.
package final class OffsetCalendar: CalendarClock {
  private let state = Mutex(CalendarOffset(version: 0, milliseconds: 0))
  private let real: @Sendable () -> Instant

  package init(real: @escaping @Sendable () -> Instant = OffsetCalendar.realNow) {
    self.real = real
  }

  /// The real clock.
  @Sendable package static func realNow() -> Instant {
    Instant(milliseconds: Int64((Date.now.timeIntervalSince1970 * 1_000).rounded(.down)))
  }

  package var now: Instant {
    Instant(milliseconds: real().milliseconds + state.withLock { $0.milliseconds })
  }

  /// The version that is in force.
  package var version: Int64 { state.withLock { $0.version } }

  /// Takes over an offset unless a newer one is in force.
  package func adopt(_ offset: CalendarOffset) {
    state.withLock { state in
      if offset.version > state.version { state = offset }
    }
  }

  /// The offset with which the calendar would show `instant` now.
  package func offset(to instant: Instant, version: Int64) -> CalendarOffset {
    CalendarOffset(
      version: version, milliseconds: instant.milliseconds - real().milliseconds)
  }
}
