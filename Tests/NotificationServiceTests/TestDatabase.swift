import EventStream
import Foundation
import Logging
import ReviewEvents
import ServiceRuntime

@testable import NotificationService
@testable import PostgresStore

/// A database of its own on the test server, with every migration applied.
enum TestDatabase {
  struct Missing: Error, CustomStringConvertible {
    let description =
      "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
  }

  /// Makes a database, lends a store on it to `body`, and drops it.
  static func with(_ body: (PostgresStore, PostgresSettings) async throws -> Void) async throws {
    guard let text = ProcessInfo.processInfo.environment["REVIEW_TEST_POSTGRES"], !text.isEmpty
    else { throw Missing() }
    let server = PostgresSettings(connectionString: text, applicationName: "test-setup")
    let name = "test_\(UInt64.random(in: 0...UInt64.max))"
    try await script("create database \(name)", server)
    let settings = PostgresSettings(
      connectionString: "\(text) dbname=\(name)", applicationName: "test-\(name)", poolSize: 4)
    let store = PostgresStore(settings, area: .notification, logger: .silent)
    let result: Result<Void, any Error>
    do {
      _ = try await PostgresMigrator(
        owner: settings, service: Notification.migrations, logger: .silent
      ).migrate(grantingTo: nil)
      try await body(store, settings)
      result = .success(())
    } catch { result = .failure(error) }
    await store.close()
    try await script("drop database \(name) with (force)", server)
    try result.get()
  }

  private static func script(_ sql: String, _ settings: PostgresSettings) async throws {
    let connection = PostgresConnection(settings, area: .notification, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }
}

extension Logger {
  /// Says nothing.
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
