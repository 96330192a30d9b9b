package import EventStream
import Foundation
internal import Logging
package import PostgresStore

/// A database of its own with an owner that migrates and a run role that works, neither of which may
/// do more than in a real installation (contract 13).
package struct OwnedDatabase: Sendable {
  private let server: PostgresSettings
  private let name = "owned_\(UInt64.random(in: 0...UInt64.max))"

  /// The role that the service runs as.
  package var role: String { "\(name)_run" }
  private var ownerRole: String { "\(name)_owner" }

  /// Connects as the role that migrates.
  package var owner: PostgresSettings { settings(of: ownerRole) }
  /// Connects as the role that the service runs as.
  package var run: PostgresSettings { settings(of: role) }

  /// Makes the database, lends it to `body` and drops it.
  package static func with(_ body: (OwnedDatabase) async throws -> Void) async throws {
    let database = OwnedDatabase(server: try TestServer.settings())
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
  package func asOwner(_ sql: String) async throws { try await script(sql, as: owner) }

  private func script(_ sql: String, as settings: PostgresSettings) async throws {
    try await PostgresScript.run(sql, as: settings)
  }

  /// The first column of every row, as the owner sees it.
  package func texts(_ sql: String) async throws -> [String?] {
    try await PostgresScript.rows(sql, as: owner).map { $0.optionalText(0) }
  }

  /// Migrates as the owner.
  /// - Returns: the numbers of the migrations that ran.
  @discardableResult
  package func migrate(_ migrations: [Migration], _ models: [ReadModel]) async throws -> [Int] {
    try await PostgresMigrator(
      owner: owner, service: migrations, readModels: models, logger: .silent
    ).migrate(grantingTo: role)
  }
}
