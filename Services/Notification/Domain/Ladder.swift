public import ReviewEvents
public import ReviewRules

/// The moments at which somebody is reminded of one duty: pure dates, computed by range.
///
/// A rung stands for the day that lies so many days from the last compliant day, which is the day
/// in Việt Nam that contains the last millisecond before the due instant. Whoever asks late gets
/// everything that has become due meanwhile, never only what is due today.
public struct Ladder: Sendable, Hashable {
  /// Days relative to the last compliant day, in growing order.
  public let rungs: [Int]
  private let hour: Int
  private let dueBefore: Instant
  private let beganAt: Instant

  /// The ladder of a duty that is due before `dueBefore` and began, or began again, at `beganAt`.
  public init(_ rule: ReminderLadder, dueBefore: Instant, beganAt: Instant) {
    rungs = Set(rule.rungs).sorted()
    hour = rule.hour
    self.dueBefore = dueBefore
    self.beganAt = beganAt
  }

  /// The last day on which the duty can still be fulfilled in time.
  public var lastCompliantDay: LocalDate {
    LocalDate(Instant(milliseconds: dueBefore.milliseconds - 1))
  }

  /// When a rung is due.
  public func instant(of rung: Int) -> Instant {
    lastCompliantDay.adding(days: rung).at(hour: hour)
  }

  /// Whether anybody is ever reminded at this rung.
  ///
  /// Not at a rung from before the duty began: nobody can have missed it. And not, up to the last
  /// compliant day, at an hour when the duty is too late already: a reminder would ask for
  /// something that cannot be done any more, and the overdue notice follows anyway.
  public func isOwed(_ rung: Int) -> Bool {
    let instant = instant(of: rung)
    return instant >= beganAt && (rung > 0 || instant < dueBefore)
  }

  /// What has become due at `now` among the rungs above `passed`; `nil` for nothing.
  public func due(at now: Instant, above passed: Int?) -> DueRungs? {
    let due = owed(above: passed).filter { instant(of: $0) <= now }
    guard let newest = due.last else { return nil }
    return DueRungs(newest: newest, superseded: due.dropLast())
  }

  /// When the next rung above `passed` becomes due; `nil` when the ladder has ended.
  public func nextInstant(above passed: Int?) -> Instant? {
    owed(above: passed).first.map(instant)
  }

  private func owed(above passed: Int?) -> [Int] {
    rungs.filter { rung in isOwed(rung) && passed.map { rung > $0 } ?? true }
  }
}

/// Rungs of one duty that became due since somebody last looked (contract 23).
public struct DueRungs: Sendable, Hashable {
  /// The one that is sent.
  public let newest: Int
  /// The older ones, which are recorded and not sent.
  public let superseded: [Int]

  /// Puts the parts together.
  public init(newest: Int, superseded: [Int]) {
    self.newest = newest
    self.superseded = superseded
  }
}
