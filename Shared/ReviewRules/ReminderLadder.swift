/// When people are reminded of a duty.
public struct ReminderLadder: Sendable, Hashable {
  /// Days relative to the last day on which the duty can be fulfilled, in growing order:
  /// negative before, 0 on that day, positive after.
  public var rungs: [Int]
  /// The hour in Việt Nam at which a rung is due, 0–23.
  public var hour: Int

  /// Puts the parts together.
  public init(rungs: [Int], hour: Int) {
    self.rungs = rungs
    self.hour = hour
  }
}
