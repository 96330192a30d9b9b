internal import EventRelay
internal import EventStream
internal import KafkaStream
internal import Logging
internal import Operations
internal import PostgresStore
internal import ReplayComposition
internal import ReviewEvents
internal import ServiceLifecycle
internal import ServiceRuntime
internal import UnixSignals

/// `serve`: puts a service together and runs it until it is told to stop.
struct Serving: Sendable {
  /// How long stopping in order may take; then everything is cancelled.
  static let gracefulStopMax: Duration = .seconds(25)
  /// How long a server may take to answer what is under way.
  static let serverStopMax: Duration = .seconds(10)
  /// How long cancelling may take; then the process ends.
  static let cancellationMax: Duration = .seconds(5)

  private let preparation: Preparation

  init(_ blueprint: Blueprint) throws { preparation = try Preparation(blueprint) }

  func run() async throws {
    let settings = preparation.settings
    let telemetry = TelemetrySystem.bootstrap(
      service: preparation.blueprint.name, instance: settings.instance, level: settings.logLevel)
    let log = Logger(label: "serve")
    let parts = try Parts(preparation)
    try await StartCheck(
      store: parts.store, migrations: parts.definition.migrations,
      processes: settings.postgres.processes, pool: settings.postgres.pool, log: log
    ).run()
    log.notice(
      "there are no access tokens yet: answers on loopback only",
      metadata: [
        "host": "\(settings.httpHost)", "port": .stringConvertible(settings.httpPort),
        "admin": .stringConvertible(settings.adminPort),
      ])
    // Before anything can look at the clock: the ladder or a receipt must not begin on another day.
    try await parts.adoptCalendar()
    let isClosed = try await parts.isBehindItsTopic()
    if isClosed {
      log.critical(
        "this database is older than what this service has published: it answers operators only, until `log recover`"
      )
    }
    let group = ServiceGroup(
      configuration: Self.configuration(
        services: isClosed
          ? parts.closedServices(metricsPage: telemetry.page, log: log)
          : parts.services(metricsPage: telemetry.page, log: log), log: log))
    try await group.run()
    log.notice("stopped")
  }

  /// Stops in reverse order: the last to start, HTTP, is the first to stop.
  private static func configuration(services: [NamedService], log: Logger)
    -> ServiceGroupConfiguration
  {
    var configuration = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
      logger: log)
    configuration.maximumGracefulShutdownDuration = gracefulStopMax
    configuration.maximumCancellationDuration = cancellationMax
    return configuration
  }
}

/// Everything a running service is made of.
struct Parts: Sendable {
  let preparation: Preparation
  let store: PostgresStore
  let definition: ServiceDefinition
  private let calendar = OffsetCalendar()
  private let board = HealthBoard()
  private let backlog: BacklogGate
  private let wakeUp = CoalescingSignal()
  private let environment: EngineEnvironment
  private let telemetry: EngineTelemetry
  private let broker: Broker
  private let replay: ReplayComposition

  private var settings: RuntimeSettings { preparation.settings }

  /// - Throws: what defining the service or starting the clients threw.
  init(_ preparation: Preparation) throws {
    let settings = preparation.settings
    let area = preparation.blueprint.area
    self.preparation = preparation
    store = PostgresStore(
      PostgresSettings(
        connectionString: settings.postgres.connectionString(owner: false),
        applicationName: settings.instance, poolSize: settings.postgres.pool),
      area: area, logger: Logger(label: "postgres"))
    let metered = MeteredStore(store)
    definition = try preparation.define(store: metered, calendar: calendar)
    backlog = BacklogGate(rowsMax: settings.outboxLimit)
    telemetry = EngineTelemetry(board: board, backlog: backlog, log: Logger(label: "engine"))
    var limits = EngineLimits()
    limits.backlogRowsMax = backlog.countedRowsMax
    environment = EngineEnvironment(
      area: area, store: metered, observer: WakingObserver(next: telemetry, wakeUp: wakeUp),
      calendar: calendar, brokerForgets: settings.kafka.isEmbedded, limits: limits)
    broker = try Broker(
      settings, topics: [area.topic] + definition.subscriptions.map(\.area.topic),
      board: board, log: Logger(label: "kafka"))
    replay = ReplayComposition(
      settings, service: definition.name, area: area,
      models: preparation.blueprint.readModels(preparation.rules),
      log: Logger(label: "operations"))
  }

  /// Sets the calendar to what the database says.
  func adoptCalendar() async throws {
    if let offset = try await StoredCalendar(store: store).load() { calendar.adopt(offset) }
  }

  /// Whether the database was restored to before what the topic tells.
  func isBehindItsTopic() async throws -> Bool {
    try await RestoreCheck(
      RecoveryDesk(replay.site, topic: replay.ownTopic, rows: definition.recoveredRows)
    ).run()
  }

  /// What of a service runs whose database is older than its topic: it takes no commands, hears of
  /// nothing, publishes nothing and sends nothing, but its log can be asked and recovered.
  func closedServices(
    metricsPage: @escaping @Sendable () -> String, log: Logger
  ) -> [NamedService] {
    board.note(
      "restored",
      "the database is older than what was published: run `log recover`, then start anew")
    return foundation(metricsPage, log)
      + [NamedService("sink", log, closing: { [broker] in await broker.close() })]
  }

  /// What operators need, and what it rests on.
  private func foundation(
    _ metricsPage: @escaping @Sendable () -> String, _ log: Logger
  ) -> [NamedService] {
    [
      NamedService(
        "admin", log, serving: admin(metricsPage).server(port: settings.adminPort),
        stopWithin: Serving.serverStopMax),
      NamedService("store", log, closing: { [store] in await store.close() }),
      NamedService("operations", log, closing: { [replay] in await replay.close() }),
      NamedService("calendar", log) { [calendar, store] in
        try await CalendarFollower(calendar: calendar, store: StoredCalendar(store: store)).run()
      },
      NamedService("health", log) { [self] in try await watch().run() },
    ]
  }

  /// In the order in which they start; they stop in the reverse order.
  func services(metricsPage: @escaping @Sendable () -> String, log: Logger) -> [NamedService] {
    var services = foundation(metricsPage, log)
    services += [
      NamedService("upkeep", log) { [store] in try await Upkeep(store: store, log: log).run() },
      NamedService("sink", log, closing: { [broker] in await broker.close() }),
      NamedService("relay", log) { [environment, broker, wakeUp] in
        try await broker.whenTopicsAreRight()
        try await Relay(broker.sink, wakeUp: wakeUp, in: environment).run()
      },
    ]
    services += definition.subscriptions.map { subscription in
      NamedService("consumer \(subscription.consumer)", log) { [environment, broker] in
        try await broker.whenTopicsAreRight()
        try await Consumer(subscription, in: environment) {
          try broker.source(subscription.consumer, [subscription.area.topic])
        }.run()
      }
    }
    services.append(repairListener(log))
    services += definition.workers.map { worker in
      NamedService("worker \(worker.name)", log) { [board, catchingUp] in
        try await catchingUp.wait()
        try await StandingWorker(worker, board: board, log: Logger(label: "worker")).run()
      }
    }
    services.append(
      NamedService(
        "http", log,
        serving: CaughtUpServer(
          catchingUp: catchingUp,
          server: http().server(host: settings.httpHost, port: settings.httpPort)),
        stopWithin: Serving.serverStopMax))
    return services
  }

  /// After a recovery, what was told since the backup comes first.
  private var catchingUp: CatchingUp {
    CatchingUp(replay.site, definition.subscriptions) { [board] reason in
      if let reason { board.note("restored", reason) } else { board.clear("restored") }
    }
  }

  private func repairListener(_ log: Logger) -> NamedService {
    let name = ConsumerName(stringLiteral: "\(definition.name).repair")
    let area = definition.area
    return NamedService("consumer \(name)", log) { [environment, broker] in
      try await broker.whenTopicsAreRight()
      try await RepairListener(name, in: environment) {
        // A gap has waited a minute before anybody asks for its repair.
        try broker.source(
          name, RepairListener.topics(for: area), only: RepairListener.streams, mayBeLate: true)
      }.run()
    }
  }

  private func http() -> ServiceHTTP {
    var http = ServiceHTTP(
      definition: definition, store: environment.store, calendar: calendar,
      log: Logger(label: "http"))
    http.backlog = backlog
    http.wakeRelay = { [wakeUp] in wakeUp.signal() }
    http.limits.requestsMax = settings.requestsMax
    return http
  }

  private func admin(_ metricsPage: @escaping @Sendable () -> String) -> AdminHTTP {
    var admin = AdminHTTP(
      service: definition.name, instance: settings.instance, store: store, calendar: calendar,
      calendarStore: StoredCalendar(store: store), mayMoveCalendar: settings.profile == .local,
      board: board, backlog: backlog, log: Logger(label: "admin"), metricsPage: metricsPage,
      pendingMigrations: { [store, definition] in
        try await store.pendingMigrations(definition.migrations)
      })
    admin.consumers = definition.subscriptions.map(\.consumer.description)
    admin.queries = OperationsHTTP.queries(environment.store)
    admin.actions = OperationsHTTP.actions(
      OperationDesk(
        OperationList.all(
          replay, definition, in: environment, settings),
        store: replay.store))
    return admin
  }

  private func watch() -> HealthWatch {
    var outside = HealthWatch.Outside()
    outside.brokerTrouble = { [broker] in broker.trouble }
    outside.pool = { [store] in
      let use = store.use
      return (use.open, use.lent, use.waiting)
    }
    return HealthWatch(
      store: store, board: board, backlog: backlog, telemetry: telemetry, outside: outside)
  }
}

/// A server that opens once everything is heard that was told before a recovery.
private struct CaughtUpServer: Service {
  let catchingUp: CatchingUp
  let server: any Service

  func run() async throws {
    try await cancelWhenGracefulShutdown { try await catchingUp.wait() }
    try await server.run()
  }
}

/// Wakes the relay after a batch too: reactions record facts of their own.
struct WakingObserver: EngineObserver {
  let next: EngineTelemetry
  let wakeUp: CoalescingSignal

  func observe(_ event: EngineEvent) {
    if case .applied(_, let report, _) = event, report.handled > 0 { wakeUp.signal() }
    next.observe(event)
  }
}

/// The calendar's offset in the service's database.
struct StoredCalendar: CalendarStore {
  let store: PostgresStore

  func load() async throws -> CalendarOffset? {
    try await store.calendar().map {
      .init(version: $0.version, milliseconds: $0.offsetMilliseconds)
    }
  }

  func save(_ offset: CalendarOffset) async throws -> CalendarOffset {
    let kept = try await store.setCalendar(
      CalendarSetting(version: offset.version, offsetMilliseconds: offset.milliseconds))
    return CalendarOffset(version: kept.version, milliseconds: kept.offsetMilliseconds)
  }
}
