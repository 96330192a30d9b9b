package import EventStream
package import Hummingbird
package import Logging
internal import ReviewEvents
package import ServiceLifecycle

/// What operations reads and sets, on a port of its own that only this machine reaches.
package struct AdminHTTP: Sendable {
  package var service: String
  package var instance: String
  package var store: any Store
  package var calendar: OffsetCalendar
  package var calendarStore: any CalendarStore
  /// Whether the calendar may be set at all (profile `local`).
  package var mayMoveCalendar: Bool
  package var board: HealthBoard
  package var backlog: BacklogGate
  /// The page of metrics.
  package var metricsPage: @Sendable () -> String
  /// The numbers of the migrations that have not run.
  package var pendingMigrations: @Sendable () async throws -> [Int]
  package var log: Logger
  /// Whoever reads other areas, so that one which has heard nothing yet is named with 0.
  package var consumers: [String] = []
  /// Further questions that the port answers.
  package var queries: [HTTPRoute] = []
  /// What operators can do through the port.
  package var actions: [AdminAction] = []

  package init(
    service: String, instance: String, store: any Store, calendar: OffsetCalendar,
    calendarStore: any CalendarStore, mayMoveCalendar: Bool, board: HealthBoard,
    backlog: BacklogGate, log: Logger, metricsPage: @escaping @Sendable () -> String,
    pendingMigrations: @escaping @Sendable () async throws -> [Int]
  ) {
    self.service = service
    self.instance = instance
    self.store = store
    self.calendar = calendar
    self.calendarStore = calendarStore
    self.mayMoveCalendar = mayMoveCalendar
    self.board = board
    self.backlog = backlog
    self.log = log
    self.metricsPage = metricsPage
    self.pendingMigrations = pendingMigrations
  }

  /// The server as a part of the process.
  package func server(port: Int) -> any Service { application(port: port) }

  /// The server, bound to this machine only.
  package func application(port: Int) -> Application<AdminResponder> {
    Application(
      responder: AdminResponder(self),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      logger: log)
  }

  // MARK: Health

  /// What stands in the way of serving; empty when ready.
  func obstacles() async -> [String] {
    do {
      let pending = try await pendingMigrations()
      guard !pending.isEmpty else { return [] }
      return ["migrations have not run: \(pending.map(String.init).joined(separator: ", "))"]
    } catch { return ["PostgreSQL does not answer"] }
  }

  /// Everything operations wants to know at a glance.
  func report() async -> StatusReport {
    let obstacles = await obstacles()
    // Its absence is told by the obstacles.
    let figures = try? await StoredFigures.read(store, countingUpTo: backlog.countedRowsMax)
    let reasons = obstacles + board.reasons.filter { !obstacles.contains($0) }
    let seen = figures?.backlog ?? backlog.backlog
    return StatusReport(
      service: service, instance: instance,
      state: obstacles.isEmpty ? (reasons.isEmpty ? .ok : .degraded) : .unready,
      reasons: reasons,
      outbox: seen.map { .init($0) },
      lag: Dictionary(
        uniqueKeysWithValues: board.lags.compactMap { name, lag in
          lag.recordsBehind.map { (name.description, $0) }
        }),
      parked: figures.map { .init(streams: $0.parked.streams, events: $0.parked.events) },
      gaps: figures?.gaps, calendar: .init(version: calendar.version, now: calendar.now),
      publishedCluster: figures?.publishedCluster)
  }

  // MARK: The calendar

  /// How far two settings of one version may lie apart: the second instance is told a little later.
  private static let sameCalendarMilliseconds: Int64 = 60_000

  static let clockShape: JSONShape = .object([
    .required("version", .integer(1...Int64.max)), .required("instant", .instant),
  ])

  private struct ClockSetting: Decodable {
    let version: Int64
    let instant: Instant
  }

  /// Sets the calendar of this service (contract 19).
  ///
  /// The same version again changes nothing, so that every instance can be told; the same version
  /// with another instant is somebody else's, and refused.
  func setClock(_ body: [UInt8]) async throws -> StatusReport.Calendar {
    let checked = try Self.clockShape.checked(body)
    guard mayMoveCalendar else { throw Problem(.clockFixed) }
    let setting = try JSONText.decode(ClockSetting.self, from: checked)
    let wanted = calendar.offset(to: setting.instant, version: setting.version)
    let kept = try await calendarStore.save(wanted)
    let apart = abs(kept.milliseconds - wanted.milliseconds)
    guard kept.version == setting.version, apart <= Self.sameCalendarMilliseconds else {
      throw Problem(
        .clockVersionStale, detail: "Phiên bản hiện tại là \(kept.version).", field: "version")
    }
    calendar.adopt(kept)
    log.notice("calendar set", metadata: ["version": .stringConvertible(kept.version)])
    return StatusReport.Calendar(version: calendar.version, now: calendar.now)
  }
}
