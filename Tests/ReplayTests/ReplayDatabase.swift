import EventStream
import Foundation
import Logging
import ReviewEvents

@testable import PostgresStore

/// A database of its own with an owner that migrates and a run role that works, neither of which may
/// do more than in a real installation (contract 13).
struct ReplayDatabase: Sendable {
  private let server: PostgresSettings
  private let name = "replay_\(UInt64.random(in: 0...UInt64.max))"

  var role: String { "\(name)_run" }
  private var ownerRole: String { "\(name)_owner" }

  /// Connects as the role that migrates.
  var owner: PostgresSettings { settings(of: ownerRole) }
  /// Connects as the role that the service runs as.
  var run: PostgresSettings { settings(of: role) }

  /// Makes the database, lends it to `body` and drops it.
  static func with(_ body: (ReplayDatabase) async throws -> Void) async throws {
    let database = ReplayDatabase(server: try TestServer.settings())
    try await database.create()
    do { try await body(database) } catch {
      try await database.drop()
      throw error
    }
    try await database.drop()
  }

  private init(server: PostgresSettings) { self.server = server }

  private func settings(of role: String) -> PostgresSettings {
    var settings = PostgresSettings(
      connectionString: "\(server.connectionString) dbname=\(name) user=\(role) password=\(role)",
      applicationName: "test-\(name)", poolSize: 4)
    settings.connectPatience = server.connectPatience
    return settings
  }

  private func create() async throws {
    for role in [ownerRole, role] {
      try await script("create role \(role) login password '\(role)'", as: server)
    }
    try await script("create database \(name) owner \(ownerRole)", as: server)
  }

  private func drop() async throws {
    try await script("drop database \(name) with (force)", as: server)
    for role in [role, ownerRole] { try await script("drop role \(role)", as: server) }
  }

  /// Runs statements as the owner, outside any transaction.
  func asOwner(_ sql: String) async throws { try await script(sql, as: owner) }

  private func script(_ sql: String, as settings: PostgresSettings) async throws {
    let connection = PostgresConnection(settings, area: .case, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }

  /// The first column of every row, as the owner sees it.
  func texts(_ sql: String) async throws -> [String?] {
    let connection = PostgresConnection(owner, area: .case, threadName: "look")
    let texts = try await connection.withLink { link in
      try link.ask(sql).rows.map { $0.optionalText(0) }
    }
    await connection.close()
    return texts
  }

  @discardableResult
  func migrate(_ migrations: [Migration], _ models: [ReadModel]) async throws -> [Int] {
    try await PostgresMigrator(
      owner: owner, service: migrations, readModels: models, logger: .silent
    ).migrate(grantingTo: role)
  }
}

/// The server that the tests use.
enum TestServer {
  struct Missing: Error, CustomStringConvertible {
    let description =
      "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
  }

  static func settings() throws -> PostgresSettings {
    guard let text = ProcessInfo.processInfo.environment["REVIEW_TEST_POSTGRES"], !text.isEmpty
    else { throw Missing() }
    var settings = PostgresSettings(connectionString: text, applicationName: "test-setup")
    // Many suites make their databases at the same moment.
    settings.connectPatience = .seconds(20)
    settings.statementTimeout = .seconds(100)
    settings.answerPatience = .seconds(110)
    return settings
  }
}

extension Logger {
  /// Says nothing.
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
