public import EventStream
public import ReviewEvents
import Synchronization

/// A calendar that stands still until a test moves it.
public final class ManualCalendar: CalendarClock {
  private let moment: Mutex<Instant>

  /// A calendar at `now`; without one, somewhere in December 2021.
  public init(_ now: Instant = Instant(milliseconds: 1_639_000_000_000)) { moment = Mutex(now) }

  /// The calendar's present moment.
  public var now: Instant { moment.withLock { $0 } }

  /// Sets the calendar.
  public func set(to now: Instant) { moment.withLock { $0 = now } }

  /// Moves the calendar on.
  public func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}
