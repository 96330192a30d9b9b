import EventStream
import IntakeDomain
import Logging
import ReviewEvents

/// Lets open reports follow changes of the organisation on the day on which they take effect.
///
/// A change of today or an earlier day does so at once; one that was recorded ahead waits for its
/// day. Looking at a day again changes nothing: what has followed is where it should be.
struct OrganisationDayWorker: Sendable {
  let store: any Store
  let calendar: any CalendarClock
  let log: Logger
  let pace: any Pace

  /// How many subjects one transaction looks at.
  static let batchMax = 1_000
  /// How long it rests when nothing is due; a moved calendar is noticed after this.
  static let interval = Duration.milliseconds(500)
  /// How long it rests when the store is away.
  static let outagePause = Duration.seconds(1)

  /// What one round found.
  enum Round: Sendable {
    /// Every day up to the present one is evaluated.
    case done
    /// There may be more.
    case more
  }

  /// Loops until cancelled.
  func run() async throws {
    while !Task.isCancelled {
      do {
        while try await round() == .more {}
        try await pace.pause(for: Self.interval)
      } catch is StoreError {
        // What the database said may name rows; that it waits is enough.
        log.warning("Following changes of the organisation waits for the store.")
        try await pace.pause(for: Self.outagePause)
      }
    }
  }

  /// Evaluates the present day for at most `limit` subjects.
  ///
  /// The tree is held, so a second instance waits and then finds the work done, and nothing that a
  /// command records for this day is missed.
  func round(limit: Int = batchMax) async throws -> Round {
    let now = calendar.now
    let today = LocalDate(now)
    return try await store.commit { transaction in
      guard Self.isWaiting(try OrganisationDayTable.read(transaction), on: today) else {
        return .done
      }
      try Guards.holdTree(transaction)
      let read = try OrganisationDayTable.read(transaction)
      guard Self.isWaiting(read, on: today) else { return .done }
      var day = read.begun(on: today)
      let subjects = try OrganisationDayTable.subjects(of: day, limit: limit, transaction)
      let loaded = try OrganisationStreams.load(subjects, transaction)
      _ = try OpenDutyReports.follow(
        subjects, in: loaded.history, on: today, origin: Self.origin(of: today, at: now),
        transaction)
      if subjects.count < limit {
        day = OrganisationDay(evaluatedThrough: today)
      } else {
        day.afterSubject = subjects.last
      }
      try OrganisationDayTable.save(day, transaction)
      return subjects.count < limit ? .done : .more
    }
  }

  private static func isWaiting(_ day: OrganisationDay, on today: LocalDate) -> Bool {
    day.evaluatedThrough.map { $0 < today } ?? true
  }

  private static func origin(of day: LocalDate, at now: Instant) -> EventOrigin {
    let cause = "organisation-day/\(day)"
    return EventOrigin(
      time: now, actor: ActorContext(actor: .service(.intake)),
      trace: TraceContext(correlationID: cause, causationID: cause))
  }
}
