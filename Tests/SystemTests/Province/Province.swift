import AsyncHTTPClient
import Foundation
import NIOCore
import Testing

/// A whole province on this machine: PostgreSQL, broker, mail sink and the services, in a folder
/// and on ports of its own.
struct Province: Sendable {
  let state: URL
  let ports: Ports
  let instances: [Service: Int]
  let client: Client
  let environment: [String: String]

  /// The province that the suite around a test has brought up.
  @TaskLocal static var current: Province?

  /// Brings a province up, lends it to `body` and removes it, whatever happened.
  ///
  /// With `brokerForgets` false the services take the broker for a cluster that keeps what it has,
  /// so that losing it is an incident and not every day's end.
  static func with<Value>(
    instances: [Service: Int] = [:], settings: [String: String] = [:], brokerForgets: Bool = true,
    _ body: (Province) async throws -> Value
  ) async throws -> Value {
    let http = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: Client.configuration)
    let province: Province
    do {
      province = try await Province(instances, settings, brokerForgets, Client(http: http))
    } catch {
      try await http.shutdown()
      throw error
    }
    let outcome: Result<Value, any Error>
    do {
      if !brokerForgets { try await province.brokerOfOurs("start", "broker") }
      try await province.stack("up")
      outcome = .success(try await body(province))
    } catch {
      await province.showLogs(because: error)
      outcome = .failure(error)
    }
    try await province.remove()
    try await http.shutdown()
    return try outcome.get()
  }

  private init(
    _ instances: [Service: Int], _ settings: [String: String], _ brokerForgets: Bool,
    _ client: Client
  ) async throws {
    guard let bin = ProcessInfo.processInfo.environment["REVIEW_TEST_BIN"], !bin.isEmpty else {
      throw Trouble(
        "REVIEW_TEST_BIN is not set: run the tests through deploy/local/with-test-servers")
    }
    self.instances = instances
    self.client = client
    ports = try await Ports.free(instances: instances)
    state = FileManager.default.temporaryDirectory.appending(
      path: "kiemdiem-system-\(ports.base)-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    var environment = Self.environment(state, ports, instances, bin).merging(settings) { $1 }
    if !brokerForgets { environment[Self.otherCluster] = "127.0.0.1:\(ports.broker)" }
    self.environment = environment
    try await startGuardian()
  }

  private static func environment(
    _ state: URL, _ ports: Ports, _ instances: [Service: Int], _ bin: String
  ) -> [String: String] {
    // Whatever the caller's environment says of a running stack is not about this one.
    var environment = ProcessInfo.processInfo.environment.filter { name, _ in
      !name.hasPrefix("REVIEW_") && !name.hasPrefix("KAFKA_") && !name.hasPrefix("PG")
    }
    environment["REVIEW_STATE"] = state.path
    environment["REVIEW_BIN"] = bin
    environment["REVIEW_POSTGRES_PORT"] = String(ports.postgres)
    environment["REVIEW_POSTGRES_POOL"] = "4"
    environment["REVIEW_BROKER_PORT"] = String(ports.broker)
    environment["REVIEW_SMTP_PORT"] = String(ports.smtp)
    environment["REVIEW_POSTGRES_PROXY_PORT"] = String(ports.postgresProxy)
    environment["REVIEW_BROKER_PROXY_PORT"] = String(ports.brokerProxy)
    environment["REVIEW_SMTP_PROXY_PORT"] = String(ports.smtpProxy)
    environment["REVIEW_INSTANCE_PORT_STEP"] = String(Ports.instanceStep)
    for service in Service.allCases {
      let name = "REVIEW_\(service.setting)"
      environment["\(name)_HTTP_PORT"] = String(ports.http(service))
      environment["\(name)_ADMIN_PORT"] = String(ports.admin(service))
      environment["REVIEW_INSTANCES_\(service.setting)"] = String(instances[service] ?? 1)
    }
    return environment
  }

  // MARK: The stack

  /// The setting that says which cluster to use instead of the stack's own broker.
  private static let otherCluster = "KAFKA_BOOTSTRAP_SERVERS"

  /// Runs a command of the stack, for example `kill`, `intake-1`.
  func stack(_ arguments: String...) async throws { try await script("stack", arguments) }

  /// The same for the broker of a province whose services take it for a cluster of others.
  func brokerOfOurs(_ arguments: String...) async throws {
    try await script(
      "stack", arguments, in: environment.filter { $0.key != Self.otherCluster })
  }

  /// Runs one of the local stack's scripts.
  func script(
    _ name: String, _ arguments: [String], in environment: [String: String]? = nil
  ) async throws {
    let output = state.appending(path: "stack.log")
    let code = try await Command(
      arguments: [Project.scripts.appending(path: name).path] + arguments,
      environment: environment ?? self.environment, output: output
    ).run()
    guard code == 0 else {
      throw Trouble("\(name) \(arguments.joined(separator: " ")) failed:\n\(Self.tail(output))")
    }
  }

  /// Runs a script of the local stack, for example `backup`.
  /// - Returns: the exit code and everything that was printed.
  func runScript(
    _ name: String, _ arguments: String...
  ) async throws -> (code: Int32, text: String) {
    let output = state.appending(path: "script-\(UUID().uuidString).log")
    let code = try await Command(
      arguments: [Project.scripts.appending(path: name).path] + arguments,
      environment: environment, output: output
    ).run()
    return (code, try String(contentsOf: output, encoding: .utf8))
  }

  /// Plays a year against this province.
  /// - Returns: the exit code and everything that was printed.
  func rehearse(
    _ options: [String] = [], scale: String = "small"
  ) async throws -> (code: Int32, text: String) {
    let output = state.appending(path: "rehearsal.log")
    let code = try await Command(
      arguments: [
        Project.scripts.appending(path: "rehearse").path, "--scale", scale,
      ] + options, environment: environment, output: output
    ).run()
    return (code, try String(contentsOf: output, encoding: .utf8))
  }

  /// The names of all instances, `intake-1` and so on.
  var allInstances: [(service: Service, number: Int)] {
    Service.allCases.flatMap { service in
      (1...(instances[service] ?? 1)).map { (service, $0) }
    }
  }

  /// Runs SQL as the superuser and gives back its rows, columns separated by tabulators.
  func query(_ sql: String) async throws -> [String] {
    let output = state.appending(path: "query-\(UUID().uuidString)")
    let script = output.appendingPathExtension("sql")
    try Data("\(sql)\n;\n".utf8).write(to: script)
    defer {
      // Their folder goes anyway.
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: script)
    }
    let password = try String(
      contentsOf: state.appending(path: "secrets/postgres"), encoding: .utf8)
    let code = try await Command(
      arguments: [
        "/usr/bin/psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
        "--field-separator=\t", "--set=ON_ERROR_STOP=1", "--file=\(script.path)",
      ],
      environment: [
        "PGHOST": "127.0.0.1", "PGPORT": String(ports.postgres), "PGUSER": "postgres",
        "PGPASSWORD": password.filter { !$0.isWhitespace }, "PGDATABASE": "postgres",
      ], output: output
    ).run()
    let text = try String(contentsOf: output, encoding: .utf8)
    guard code == 0 else { throw Trouble("psql failed: \(text)") }
    return text.split(separator: "\n").map(String.init)
  }

  // MARK: The end

  /// Removes the stack when this process is gone without having done so.
  private func startGuardian() async throws {
    let script = """
      setsid bash -c 'tail --pid=\(ProcessInfo.processInfo.processIdentifier) -f /dev/null
      [[ ! -d \(state.path) ]] || \(Project.scripts.path)/stack reset' \
      </dev/null >/dev/null 2>&1 &
      echo $! >'\(state.path)/guardian'
      """
    _ = try await Command(
      arguments: ["/bin/bash", "-c", script], environment: environment,
      output: URL(filePath: "/dev/null")
    ).run()
  }

  private func remove() async throws {
    // A command that a cancelled test had begun holds the stack's lock until it ends.
    let province = self
    try await Task {
      try await eventually("the stack to stop", within: .seconds(90)) {
        do {
          try await province.stack("down")
          return true
        } catch is Trouble { return false }
      }
    }.value
    let pid = try String(contentsOf: state.appending(path: "guardian"), encoding: .utf8)
    try await Task { try await province.stack("reset") }.value
    // Only now, so that what a kill leaves half removed is removed by the guardian.
    if let pid = Int32(pid.filter(\.isNumber)) { kill(-pid, SIGTERM) }
    if FileManager.default.fileExists(atPath: state.path) {
      try FileManager.default.removeItem(at: state)
    }
  }

  /// Records what happened with the ends of the logs; where `REVIEW_TEST_LOGS` names a folder, all
  /// of them and the databases are kept there.
  private func showLogs(because error: any Error) async {
    var text = "\(error)"
    let folder = state.appending(path: "log")
    if let keep = ProcessInfo.processInfo.environment["REVIEW_TEST_LOGS"] {
      let place = URL(filePath: keep).appending(path: state.lastPathComponent)
      do {
        try FileManager.default.copyItem(at: folder, to: place)
        try await script("backup", [place.appending(path: "databases").path])
      } catch { text += "\n\(error)" }
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
      text += "\n--- \(name)\n\(Self.tail(folder.appending(path: name), lines: 3))"
    }
    Issue.record(Comment(rawValue: text))
  }

  private static func tail(_ file: URL, lines: Int = 40) -> String {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return "" }
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}

/// Waits until `condition` holds.
/// - Throws: ``Trouble`` when it does not within `limit`.
func eventually(
  _ what: String, within limit: Duration = .seconds(60),
  _ condition: @Sendable () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard .now < deadline else { throw Trouble("gave up waiting for \(what) after \(limit)") }
    try await Task.sleep(for: .milliseconds(50))
  }
}
