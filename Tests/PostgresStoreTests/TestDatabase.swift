import EventStream
import Foundation
import Logging
import ReviewEvents
import Synchronization
import Testing

@testable import PostgresStore

/// A database of its own on the test server, with every migration applied.
struct TestDatabase: Sendable {
  /// Connects as the owner of the tables.
  let settings: PostgresSettings
  private let server: PostgresSettings
  private let name: String

  /// Makes the database, lends it to `body` and drops it.
  static func with(
    migrated: Bool = true, _ change: (inout PostgresSettings) -> Void = { _ in },
    _ body: (TestDatabase) async throws -> Void
  ) async throws {
    let database = try await TestDatabase(change)
    do {
      if migrated { try await database.migrate() }
      try await body(database)
    } catch {
      try await database.drop()
      throw error
    }
    try await database.drop()
  }

  private init(_ change: (inout PostgresSettings) -> Void) async throws {
    var server = PostgresSettings(
      connectionString: try TestServer.connectionString(), applicationName: "test-setup")
    // Many suites make their databases at the same moment.
    server.connectPatience = .seconds(20)
    self.server = server
    name = "test_\(UInt64.random(in: 0...UInt64.max))"
    var settings = PostgresSettings(
      connectionString: "\(server.connectionString) dbname=\(name)",
      applicationName: "test-\(name)", poolSize: 4)
    settings.connectPatience = server.connectPatience
    change(&settings)
    self.settings = settings
    try await outside("create database \(name)")
  }

  private func drop() async throws { try await outside("drop database \(name) with (force)") }

  /// Runs one statement as superuser in another database, outside any transaction.
  func outside(_ sql: String) async throws { try await script(sql, server) }

  /// Runs one statement as superuser in this database, outside any transaction.
  func inside(_ sql: String) async throws { try await script(sql, settings) }

  private func script(_ sql: String, _ settings: PostgresSettings) async throws {
    let connection = PostgresConnection(settings, area: .intake, threadName: "setup")
    try await connection.withLink { link in try link.script(sql) }
    await connection.close()
  }

  @discardableResult
  func migrate(_ service: [Migration] = [], grantingTo role: String? = nil) async throws -> [Int] {
    try await PostgresMigrator(owner: settings, service: service, logger: .silent)
      .migrate(grantingTo: role)
  }

  /// Lends a store to `body` and closes it.
  func withStore(
    _ change: (inout PostgresSettings) -> Void = { _ in },
    _ body: (PostgresStore) async throws -> Void
  ) async throws {
    var settings = settings
    change(&settings)
    let store = PostgresStore(settings, area: .intake, logger: .silent)
    do { try await body(store) } catch {
      await store.close()
      throw error
    }
    await store.close()
  }

  /// Waits until `sql`, which yields one truth value, is true.
  func eventually(_ sql: SQL) async throws {
    try await withStore { store in
      try await waitUntil {
        try await store.commit { try $0.rows(sql, [])[0].boolean(0) }
      }
    }
  }
}

/// The server that the tests use.
enum TestServer {
  struct Missing: Error, CustomStringConvertible {
    let description =
      "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
  }

  static func connectionString() throws -> String {
    guard let text = ProcessInfo.processInfo.environment["REVIEW_TEST_POSTGRES"], !text.isEmpty
    else { throw Missing() }
    return text
  }
}

extension Logger {
  /// Says nothing.
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

struct NeverHappened: Error {}

/// Waits for a condition, at most twenty seconds.
func waitUntil(_ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(20)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// A gate between two threads: a body of a transaction cannot await, so it blocks its own thread.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let state = Mutex(false)
  /// For tasks, which must not block.
  var isOpen: Bool { state.withLock { $0 } }
  func open() {
    state.withLock { $0 = true }
    semaphore.signal()
  }
  /// For bodies of transactions: whether it was opened within twenty seconds.
  func pass() -> Bool { semaphore.wait(timeout: .now() + 20) == .success }
}

/// A number that several tasks count up.
final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  @discardableResult
  func increase() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}

/// Runs a program and returns what it wrote.
@discardableResult
func run(_ program: String, _ arguments: [String]) async throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [program] + arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  let status = try await withCheckedThrowingContinuation { continuation in
    process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
    do { try process.run() } catch { continuation.resume(throwing: error) }
  }
  struct Failed: Error { let arguments: [String] }
  guard status == 0 else { throw Failed(arguments: [program] + arguments) }
  return String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
}
