public import EventStream
public import ReviewEvents

/// A service as data: what it migrates, hears, answers and does by itself.
public struct ServiceDefinition: Sendable {
  /// The area it writes.
  public let area: ServiceArea
  /// The executable's name, for example `case-tracking`.
  public let name: String
  /// Its title in the OpenAPI document.
  public let title: String
  /// What it is for, in the OpenAPI document.
  public let description: String
  /// Its own migrations; the engine's come before them.
  public let migrations: [Migration]
  /// What it hears of the others.
  public let subscriptions: [Subscription]
  /// What it answers.
  public let routes: [HTTPRoute]
  /// What it does by itself.
  public let workers: [Worker]
  /// What it keeps of its own deeds beside its read models, for `log recover`.
  public let recoveredRows: RecoveredRows?

  /// Puts the parts together.
  public init(
    area: ServiceArea, name: String, title: String, description: String,
    migrations: [Migration], subscriptions: [Subscription] = [], routes: [HTTPRoute],
    workers: [Worker] = [], recoveredRows: RecoveredRows? = nil
  ) {
    self.area = area
    self.name = name
    self.title = title
    self.description = description
    self.migrations = migrations
    self.subscriptions = subscriptions
    self.routes = routes
    self.workers = workers
    self.recoveredRows = recoveredRows
  }
}

/// Work that a service does by itself for as long as it runs.
public struct Worker: Sendable {
  /// The worker's stable name, in logs and metrics.
  public let name: String
  /// Loops until its task is cancelled, which is the graceful stop.
  ///
  /// It then returns or throws `CancellationError`. Any other error is logged and the worker starts
  /// again after a pause.
  public let run: @Sendable () async throws -> Void

  /// Puts the parts together.
  public init(_ name: String, run: @escaping @Sendable () async throws -> Void) {
    self.name = name
    self.run = run
  }
}
