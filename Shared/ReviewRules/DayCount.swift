/// Which days a rule set counts where it says how many days somebody has.
public enum DayCount: String, Sendable, Hashable, CaseIterable {
  /// Every day of the calendar.
  case calendar = "CALENDAR"
  /// Working days only.
  case working = "WORKING"
}
