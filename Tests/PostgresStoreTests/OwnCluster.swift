import EventStream
import Foundation
import ReviewEvents
import Testing

@testable import PostgresStore

/// A small PostgreSQL server of the test's own, which it may stop and freeze.
final class OwnCluster: Sendable {
  private let folder: String
  private let programs: String

  /// Makes a cluster, starts it, lends it and removes it.
  static func with(_ body: (OwnCluster) async throws -> Void) async throws {
    let cluster = try await OwnCluster()
    do { try await body(cluster) } catch {
      try await cluster.remove()
      throw error
    }
    try await cluster.remove()
  }

  private init() async throws {
    folder = "/tmp/review-\(UInt32.random(in: 0...UInt32.max))"
    programs = try await run("pg_config", ["--bindir"]).trimmingCharacters(
      in: .whitespacesAndNewlines)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    if getuid() == 0 { try await run("chown", ["postgres", folder]) }
    try await server(
      "initdb", "-D", "\(folder)/data", "-U", "postgres", "-A", "trust", "--no-sync")
    try await start()
  }

  var settings: PostgresSettings {
    PostgresSettings(
      connectionString: "host=\(folder) user=postgres dbname=postgres",
      applicationName: "test-own-cluster", poolSize: 3)
  }

  /// Starts the server as a child and not by `pg_ctl`: Foundation takes a program for running as
  /// long as anything it left behind runs.
  func start() async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = asPostgres([
      "\(programs)/postgres", "-D", "\(folder)/data", "-c", "listen_addresses=", "-k", folder,
      "-c", "fsync=off", "-c", "max_connections=20", "-c", "logging_collector=on",
    ])
    process.standardError = FileHandle.nullDevice
    try process.run()
    let connection = PostgresConnection(settings, area: .intake, threadName: "start")
    try await waitUntil {
      do { try await connection.withLink { try $0.script("select 1") } } catch is StoreError {
        return false
      }
      return true
    }
    await connection.close()
  }

  func stop() async throws {
    try await server("pg_ctl", "-D", "\(folder)/data", "-m", "immediate", "-w", "stop")
  }

  /// Freezes or thaws every process of the server: it keeps its sockets and answers nothing.
  func signalAll(_ name: String) async throws {
    let processes = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
    let parent = String(processes.prefix { $0 != "\n" })
    let children = try await run("ps", ["-o", "pid=", "--ppid", parent])
    let all = [parent] + children.split(whereSeparator: \.isWhitespace).map(String.init)
    try await run("kill", ["-\(name)"] + all)
  }

  private func remove() async throws {
    // A test that failed may have left it stopped, which is what is wanted.
    _ = try? await stop()
    try FileManager.default.removeItem(atPath: folder)
  }

  private func server(_ program: String, _ arguments: String...) async throws {
    let command = asPostgres(["\(programs)/\(program)"] + arguments)
    try await run(command[0], Array(command.dropFirst()))
  }

  /// PostgreSQL refuses to run as root.
  private func asPostgres(_ command: [String]) -> [String] {
    getuid() == 0 ? ["runuser", "-u", "postgres", "--"] + command : command
  }
}
