import EventStream
import Foundation
import Logging
import RatingReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime
import TestSupport

@testable import PostgresStore
@testable import RatingService

/// The server that the tests use is not there.
struct NoTestServer: Error, CustomStringConvertible {
  let description =
    "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
}

/// A database of its own on the test server, with the engine's and the service's tables.
struct RatingDatabase: Sendable {
  let store: PostgresStore
  let definition: ServiceDefinition
  let calendar: ManualCalendar
  private let server: PostgresSettings
  private let settings: PostgresSettings
  private let name: String

  /// Makes the database, lends it to `body` and drops it.
  static func with(_ body: (RatingDatabase) async throws -> Void) async throws {
    let database = try await RatingDatabase()
    do { try await body(database) } catch {
      try await database.drop()
      throw error
    }
    try await database.drop()
  }

  private init() async throws {
    guard let text = ProcessInfo.processInfo.environment["REVIEW_TEST_POSTGRES"], !text.isEmpty
    else { throw NoTestServer() }
    server = PostgresSettings(connectionString: text, applicationName: "test-setup")
    name = "test_rating_\(UInt64.random(in: 0...UInt64.max))"
    settings = PostgresSettings(
      connectionString: "\(text) dbname=\(name)", applicationName: name, poolSize: 4)
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    store = PostgresStore(settings, area: .rating, logger: silent)
    calendar = ManualCalendar(moment("2021-12-28T08:00"))
    definition = try RatingService.define(
      ServiceContext(
        area: .rating, instance: "rating-1", store: store, calendar: calendar,
        rules: RuleBook([Province.rules]), log: silent, settings: SettingsReader(values: [:])))
    try await outside("create database \(name)")
    _ = try await PostgresMigrator(
      owner: settings, service: definition.migrations,
      readModels: RatingReadModels.all(rules: RuleBook([Province.rules])), logger: silent
    ).migrate(grantingTo: nil)
  }

  /// Where read models of this database are built anew.
  func shadows() -> PostgresShadow {
    PostgresShadow(
      settings, area: .rating, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func drop() async throws {
    await store.close()
    try await outside("drop database \(name) with (force)")
  }

  private func outside(_ sql: String) async throws {
    let connection = PostgresConnection(server, area: .rating, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }
}
