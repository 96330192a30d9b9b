internal import EventStream
internal import Logging
internal import PostgresStore
internal import ServiceRuntime

/// `migrate`: brings the tables up to date, as their owner.
struct Migrating: Sendable {
  private let preparation: Preparation

  init(_ blueprint: Blueprint) throws { preparation = try Preparation(blueprint) }

  func run() async throws {
    let settings = preparation.settings
    _ = TelemetrySystem.bootstrap(
      service: preparation.blueprint.name, instance: settings.instance, level: settings.logLevel)
    let log = Logger(label: "migrate")
    let definition = try preparation.define(store: NoStore(), calendar: OffsetCalendar())
    let migrator = PostgresMigrator(
      owner: PostgresSettings(
        connectionString: settings.postgres.connectionString(owner: true),
        applicationName: "\(settings.instance) migrate", poolSize: 1),
      service: definition.migrations,
      readModels: preparation.blueprint.readModels(preparation.rules), logger: log)
    let numbers = try await migrator.migrate(grantingTo: settings.postgres.user)
    log.notice("migrations are complete", metadata: ["ran": .stringConvertible(numbers.count)])
  }
}
