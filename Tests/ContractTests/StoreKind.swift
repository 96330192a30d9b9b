import EventStream
import Foundation
import Logging
import ReviewEvents
import TestSupport
import Testing

@testable import PostgresStore

/// The stores that keep the promises of ``Store``.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
  case memory
  case postgres

  var testDescription: String { rawValue }

  /// Lends an empty store of intake to `body`.
  func with(_ body: (any Store) async throws -> Void) async throws {
    switch self {
    case .memory: try await body(MemoryStore(area: .intake))
    case .postgres: try await Database.with(area: .intake, body)
    }
  }
}

/// A database of its own on the test server.
enum Database {
  struct NoServer: Error, CustomStringConvertible {
    let description =
      "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
  }

  static func with(
    area: ServiceArea, _ body: (any Store) async throws -> Void
  ) async throws {
    guard let server = ProcessInfo.processInfo.environment["REVIEW_TEST_POSTGRES"],
      !server.isEmpty
    else { throw NoServer() }
    let name = "contract_\(UInt64.random(in: 0...UInt64.max))"
    try await script("create database \(name)", server)
    let settings = PostgresSettings(
      connectionString: "\(server) dbname=\(name)", applicationName: name, poolSize: 3)
    let store = PostgresStore(settings, area: area, logger: silent)
    do {
      _ = try await PostgresMigrator(owner: settings, service: [], logger: silent)
        .migrate(grantingTo: nil)
      try await body(store)
    } catch {
      await store.close()
      try await script("drop database \(name) with (force)", server)
      throw error
    }
    await store.close()
    try await script("drop database \(name) with (force)", server)
  }

  private static func script(_ sql: String, _ server: String) async throws {
    let connection = PostgresConnection(
      PostgresSettings(connectionString: server, applicationName: "contract-tests"),
      area: .intake, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }

  private static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
