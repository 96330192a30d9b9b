import EventStream
import Foundation
import Logging
import ReviewEvents
import Testing

@testable import CaseTrackingService
@testable import PostgresStore

/// The server that the tests use is not there.
struct NoTestServer: Error, CustomStringConvertible {
  let description =
    "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
}

/// A database of its own on the test server, with the engine's and the service's tables.
struct CaseDatabase: Sendable {
  let store: PostgresStore
  private let server: PostgresSettings
  private let settings: PostgresSettings
  private let name: String

  /// Makes the database, lends it to `body` and drops it.
  static func with(
    migrations: [Migration] = CaseTracking.migrations,
    _ body: (CaseDatabase) async throws -> Void
  ) async throws {
    let database = try await CaseDatabase(migrations)
    do { try await body(database) } catch {
      try await database.drop()
      throw error
    }
    try await database.drop()
  }

  private init(_ migrations: [Migration]) async throws {
    guard let text = ProcessInfo.processInfo.environment["REVIEW_TEST_POSTGRES"], !text.isEmpty
    else { throw NoTestServer() }
    server = PostgresSettings(connectionString: text, applicationName: "test-setup")
    name = "test_case_\(UInt64.random(in: 0...UInt64.max))"
    settings = PostgresSettings(
      connectionString: "\(text) dbname=\(name)", applicationName: name, poolSize: 2)
    store = PostgresStore(
      settings, area: .case, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await outside("create database \(name)")
    try await migrate(migrations)
  }

  /// Brings the tables up to what `migrations` say.
  func migrate(_ migrations: [Migration]) async throws {
    _ = try await PostgresMigrator(
      owner: settings, service: migrations,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ).migrate(grantingTo: nil)
  }

  private func drop() async throws {
    await store.close()
    try await outside("drop database \(name) with (force)")
  }

  private func outside(_ sql: String) async throws {
    let connection = PostgresConnection(server, area: .case, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }
}
