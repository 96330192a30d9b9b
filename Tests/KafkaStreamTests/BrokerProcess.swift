import EventStream
import Foundation
import KafkaStream
import ReviewEvents
import Synchronization

/// Why a broker could not be had.
struct NoBroker: Error, CustomStringConvertible {
  let description: String
}

/// A development broker of its own for one test, ended with it.
final class BrokerProcess: @unchecked Sendable {
  // `@unchecked`: a test starts, stops and ends its broker from one task; only the immutable
  // address is read elsewhere.
  let address: String
  private let port: Int
  private let topics: [(ServiceArea, Int)]
  private var process: Process

  /// The first of the ports that tests take theirs from.
  private static let ports = 29_110...29_199
  /// The ports of the brokers of this process, also of those that were killed: a client of one must
  /// not meet another test's broker in its place.
  private static let held = Mutex<Set<Int>>([])

  private init(address: String, port: Int, topics: [(ServiceArea, Int)], process: Process) {
    self.address = address
    self.port = port
    self.topics = topics
    self.process = process
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    Self.held.withLock { _ = $0.remove(port) }
  }

  /// Starts a broker on a free port with these topics and partition counts.
  static func start(_ topics: [(ServiceArea, Int)] = [(.case, 16)]) async throws -> BrokerProcess {
    for port in ports.shuffled() {
      guard held.withLock({ $0.insert(port).inserted }) else { continue }
      guard let process = try await launch(port: port, topics) else {
        held.withLock { _ = $0.remove(port) }
        continue
      }
      return BrokerProcess(
        address: "127.0.0.1:\(port)", port: port, topics: topics, process: process)
    }
    throw NoBroker(description: "no port of \(ports) is free")
  }

  func settings(partitions: Int32 = 16) -> KafkaSettings {
    KafkaSettings(
      bootstrapServers: [address], clientID: "kafka-stream-tests", isEmbedded: true,
      partitions: partitions)
  }

  /// A member of this broker's one group.
  func source() throws -> KafkaSource {
    try KafkaSource(settings: settings(), group: "a.case", topics: [Sample.topic])
  }

  /// Ends the broker without warning: everything it held is gone.
  func killNow() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Makes it as deaf as a broker behind a dead network.
  ///
  /// Returns when every thread stands still: until then it would answer.
  func pause() {
    kill(process.processIdentifier, SIGSTOP)
    let deadline = ContinuousClock.now + .seconds(5)
    while !isStopped, .now < deadline { usleep(1_000) }
  }

  private var isStopped: Bool {
    let threads = URL(filePath: "/proc/\(process.processIdentifier)/task")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: threads.path)) ?? []
    return !names.isEmpty
      && names.allSatisfy { name in
        let status = try? String(
          contentsOf: threads.appending(path: "\(name)/status"), encoding: .utf8)
        return status?.contains("State:\tT") == true
      }
  }

  func resume() { kill(process.processIdentifier, SIGCONT) }

  /// Has it answer the next requests of each kind with errors.
  func disturb() { kill(process.processIdentifier, SIGUSR1) }

  /// Starts it again on the same port, with nothing in it.
  func startAgain() async throws {
    guard let process = try await Self.launch(port: port, topics) else {
      throw NoBroker(description: "port \(port) was taken in the meantime")
    }
    self.process = process
  }

  /// Answers `nil` when the port is taken.
  private static func launch(port: Int, _ topics: [(ServiceArea, Int)]) async throws -> Process? {
    guard let folder = ProcessInfo.processInfo.environment["REVIEW_TEST_BIN"] else {
      throw NoBroker(description: "REVIEW_TEST_BIN must name the folder of embedded-broker")
    }
    let ready = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let process = Process()
    process.executableURL = URL(filePath: folder).appending(path: "embedded-broker")
    process.arguments =
      ["--port", String(port), "--ready-file", ready.path]
      + topics.flatMap { ["--topic", "\($0.0.topic.name):\($0.1)"] }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = ContinuousClock.now + .seconds(20)
    while !FileManager.default.fileExists(atPath: ready.path) {
      if !process.isRunning { return nil }
      guard .now < deadline else {
        kill(process.processIdentifier, SIGKILL)
        throw NoBroker(description: "the broker did not get ready")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    try FileManager.default.removeItem(at: ready)
    return process
  }
}
