public import EventStream
public import Logging
public import ReviewEvents
public import ReviewRules

/// What a service is given to define itself.
public struct ServiceContext: Sendable {
  /// The area it writes.
  public let area: ServiceArea
  /// This instance's name, for example `intake-1`.
  public let instance: String
  /// Where transactions come from.
  public let store: any Store
  /// The clock of deadlines and receipts.
  public let calendar: any CalendarClock
  /// The rule sets that were loaded.
  public let rules: RuleBook
  /// For lines that operations should read; never data of a person.
  public let log: Logger
  /// The settings that only this service has.
  public let settings: SettingsReader

  /// Puts the parts together.
  public init(
    area: ServiceArea, instance: String, store: any Store, calendar: any CalendarClock,
    rules: RuleBook, log: Logger, settings: SettingsReader
  ) {
    self.area = area
    self.instance = instance
    self.store = store
    self.calendar = calendar
    self.rules = rules
    self.log = log
    self.settings = settings
  }
}
