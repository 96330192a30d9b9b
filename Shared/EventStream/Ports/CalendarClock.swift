public import ReviewEvents

/// The clock that deadlines, receipts, the ladder and `ce_time` go by (contract 19).
///
/// It can be set in the local profile; time-outs, leases and lag never use it.
public protocol CalendarClock: Sendable {
  /// The calendar's present moment.
  var now: Instant { get }
}
