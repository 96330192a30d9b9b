import ArgumentParser
import Foundation

/// The command line of the development broker.
@main
struct EmbeddedBroker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embedded-broker",
    abstract: "Serves the Kafka protocol on loopback, for development, demonstration and tests.",
    discussion: """
      Everything is kept in memory, committed offsets too, and is gone when the process ends. \
      Nothing that matters may depend on it: the services republish from their event log. SIGUSR1 \
      has it answer the next requests of each kind with errors, as a cluster in trouble does.
      """)

  @Option(help: "Port of the first broker; further brokers take the ports above it.")
  var port: UInt16

  @Option(
    name: .customLong("topic"),
    help: ArgumentHelp("Topic to create, with its partitions.", valueName: "name:partitions"))
  var topics: [TopicOption] = []

  @Option(help: "How many brokers the cluster has.")
  var brokers: UInt16 = 1

  @Option(help: "Port that clients are told instead of --port; a proxy forwards from there.")
  var advertisedPort: UInt16?

  @Option(help: "File that holds the address while the broker serves.")
  var readyFile: String?

  func validate() throws {
    guard port > 0 else {
      throw ValidationError("--port 0 would be another port at each start; name one.")
    }
    guard (1...MockCluster.brokersMax).contains(brokers) else {
      throw ValidationError("--brokers must be from 1 to \(MockCluster.brokersMax).")
    }
    for first in [port, advertisedPort ?? port] where UInt16.max - first < brokers - 1 {
      throw ValidationError("Port \(first) leaves no room for \(brokers) brokers.")
    }
    guard advertisedPort != 0 else { throw ValidationError("--advertised-port 0 is no port.") }
    guard Set(topics.map(\.name)).count == topics.count else {
      throw ValidationError("A topic is named twice.")
    }
  }

  func run() throws {
    // Blocked before librdkafka starts its threads, so that they inherit it and the signals can
    // only arrive where they are waited for.
    let signals = AwaitedSignals()
    let cluster = try MockCluster(port: port, advertised: advertisedPort, brokers: brokers)
    for topic in topics {
      try cluster.create(topic)
    }
    cluster.open()
    if let readyFile {
      try Data("\(cluster.address)\n".utf8).write(
        to: URL(fileURLWithPath: readyFile), options: .atomic)
    }
    try FileHandle.standardOutput.write(
      contentsOf: Data("embedded broker ready at \(cluster.address)\n".utf8))
    while signals.next() == SIGUSR1 { cluster.answerNextRequestsWithErrors() }
    if let readyFile {
      // Failing to remove it is harmless: whoever reads it connects before trusting it.
      try? FileManager.default.removeItem(atPath: readyFile)
    }
  }
}
