import EventStream
import Foundation
import Logging
import ReviewEvents
import Testing

@testable import IntakeService
@testable import PostgresStore

/// The server that the tests use is not there.
struct NoTestServer: Error, CustomStringConvertible {
  let description =
    "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
}

/// A database of its own on the test server, with the engine's and the service's tables.
struct IntakeDatabase: Sendable {
  let store: PostgresStore
  private let server: PostgresSettings
  private let own: PostgresSettings
  private let name: String

  /// Makes the database, lends it to `body` and drops it.
  static func with(_ body: (IntakeDatabase) async throws -> Void) async throws {
    let database = try await IntakeDatabase()
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
    name = "test_intake_\(UInt64.random(in: 0...UInt64.max))"
    let settings = PostgresSettings(
      connectionString: "\(text) dbname=\(name)", applicationName: name, poolSize: 3)
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    own = settings
    store = PostgresStore(settings, area: .intake, logger: silent)
    try await outside("create database \(name)")
    _ = try await PostgresMigrator(owner: settings, service: Intake.migrations, logger: silent)
      .migrate(grantingTo: nil)
  }

  /// Runs statements as a migration does.
  func script(_ sql: String) async throws {
    let connection = PostgresConnection(own, area: .intake, threadName: "script")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }

  private func drop() async throws {
    await store.close()
    try await outside("drop database \(name) with (force)")
  }

  private func outside(_ sql: String) async throws {
    let connection = PostgresConnection(server, area: .intake, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }
}
