public import ReviewEvents

/// What every part of the engine needs of the service it works for.
public struct EngineEnvironment: Sendable {
  /// The service's own area: the log it writes.
  public var area: ServiceArea
  /// The service's database.
  public var store: any Store
  /// Who is told what happens.
  public var observer: any EngineObserver
  /// The calendar, for the time of what the engine itself records.
  public var calendar: any CalendarClock
  /// The clock that waits go by.
  public var pace: any Pace
  /// Whether the broker is one that loses everything when it stops, so that starting over is
  /// normal; otherwise a broker that is not the expected one stops reading and publishing.
  public var brokerForgets: Bool
  /// The limits.
  public var limits: EngineLimits

  /// Puts the parts together.
  public init(
    area: ServiceArea, store: any Store, observer: any EngineObserver,
    calendar: any CalendarClock, brokerForgets: Bool, pace: any Pace = RealPace(),
    limits: EngineLimits = EngineLimits()
  ) {
    self.area = area
    self.store = store
    self.observer = observer
    self.calendar = calendar
    self.brokerForgets = brokerForgets
    self.pace = pace
    self.limits = limits
  }

  /// Runs `work` until the store answers: an absent store is no event's fault, so nothing is given
  /// up and nothing is skipped while it is away.
  func patiently<Value: Sendable>(
    _ who: String, _ work: () async throws -> Value
  ) async throws -> Value {
    var backOff = BackOff(first: limits.outagePause, longest: limits.outagePauseMax)
    while true {
      do { return try await work() } catch  where Failure(error).isOutage {
        let pause = backOff.advance()
        observer.observe(.storeAway(who, Failure(error).description, retryAfter: pause))
        try await pace.pause(for: pause)
      }
    }
  }
}
