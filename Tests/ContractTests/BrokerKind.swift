import EventStream
import Foundation
import KafkaStream
import ReviewEvents
import TestSupport
import Testing

/// The brokers that keep the promises of ``RecordSource`` and ``RecordSink``.
enum BrokerKind: String, CaseIterable, CustomTestStringConvertible {
  case memory
  case embedded

  var testDescription: String { rawValue }

  /// Lends an empty broker, whose topics have four partitions, to `body`.
  func with(_ body: (Broker) async throws -> Void) async throws {
    switch self {
    case .memory:
      let broker = MemoryBroker(partitions: 4)
      try await body(
        Broker(
          sink: MemorySink(broker),
          join: { group, topics in broker.join(group.description, topics: topics) }))
    case .embedded:
      let process = try await EmbeddedBroker.start(partitions: 4)
      let sink = try KafkaSink(settings: process.settings)
      let broker = Broker(
        sink: sink,
        join: { [settings = process.settings] group, topics in
          try KafkaSource(settings: settings, group: group, topics: topics)
        })
      do { try await body(broker) } catch {
        await sink.close()
        process.end()
        throw error
      }
      await sink.close()
      process.end()
    }
  }
}

/// A broker, whatever it is made of.
struct Broker: Sendable {
  var sink: any RecordSink
  var join: @Sendable (ConsumerName, [Topic]) async throws -> any RecordSource
}

/// The development broker as a process of its own.
struct EmbeddedBroker {
  struct NotThere: Error, CustomStringConvertible {
    let description: String
  }

  let settings: KafkaSettings
  private let process: Process

  static func start(partitions: Int32) async throws -> EmbeddedBroker {
    guard let folder = ProcessInfo.processInfo.environment["REVIEW_TEST_BIN"], !folder.isEmpty
    else {
      throw NotThere(
        description: "REVIEW_TEST_BIN is not set: it names the folder of embedded-broker")
    }
    // Other tests run brokers beside this one: a port that is taken is no failure.
    for port in (29_200...29_299).shuffled().prefix(20) {
      guard let broker = try await launch(folder, port, partitions) else { continue }
      return broker
    }
    throw NotThere(description: "no port for an embedded broker was free")
  }

  private static func launch(
    _ folder: String, _ port: Int, _ partitions: Int32
  ) async throws -> EmbeddedBroker? {
    let ready = FileManager.default.temporaryDirectory.appending(
      path: "contract-broker-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: ready) }  // absent when it did not start
    let process = Process()
    process.executableURL = URL(filePath: folder).appending(path: "embedded-broker")
    process.arguments =
      ["--port", String(port), "--ready-file", ready.path()]
      + ServiceArea.allCases.flatMap { ["--topic", "\($0.topic.name):\(partitions)"] }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 {
      if FileManager.default.fileExists(atPath: ready.path()) {
        return EmbeddedBroker(
          settings: KafkaSettings(
            bootstrapServers: ["127.0.0.1:\(port)"], clientID: "contract-tests",
            isEmbedded: true, partitions: partitions), process: process)
      }
      guard process.isRunning else { return nil }
      try await Task.sleep(for: .milliseconds(20))
    }
    process.terminate()
    throw NotThere(description: "the embedded broker did not get ready within ten seconds")
  }

  func end() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
