package import EventStream
internal import ReviewEvents

/// Statements outside any transaction of a store, for whoever sets databases up and takes them down.
package enum PostgresScript {
  /// Runs statements on a connection of their own.
  package static func run(_ sql: String, as settings: PostgresSettings) async throws {
    let connection = PostgresConnection(settings, area: .case, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }

  /// Runs one statement on a connection of its own.
  package static func rows(_ sql: String, as settings: PostgresSettings) async throws -> [SQLRow] {
    let connection = PostgresConnection(settings, area: .case, threadName: "look")
    let rows = try await connection.withLink { link in try link.ask(sql).rows }
    await connection.close()
    return rows
  }
}
