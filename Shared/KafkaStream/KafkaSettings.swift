internal import CRdKafka
private import FoundationEssentials

/// Where the broker is and how to speak to it.
public struct KafkaSettings: Sendable {
  /// A value of an additional property.
  public enum Value: Sendable, CustomStringConvertible, CustomReflectable {
    /// The value itself.
    case text(String)
    /// The path of a file that holds the value, for secrets; one closing line break is dropped.
    case file(String)

    /// Never the value: it may be a secret.
    public var description: String { "(not shown)" }
    /// Never the value: it may be a secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
  }

  /// `host:port` of some brokers of the cluster.
  public var bootstrapServers: [String]
  /// How this process is known in the broker's logs and quotas.
  public var clientID: String
  /// Whether the broker is the development broker of this project, which keeps everything in
  /// memory and checks no sequence.
  public var isEmbedded: Bool
  /// Partitions of each topic, fixed for the topic's life.
  public var partitions: Int32
  /// Copies of each partition.
  public var replication: Int32
  /// Further properties of librdkafka, for the way to the broker only: see ``additionalPrefixes``.
  public var additional: [String: Value]

  /// Puts the parts together; ``problems()`` says whether they hold.
  public init(
    bootstrapServers: [String], clientID: String, isEmbedded: Bool, partitions: Int32 = 16,
    replication: Int32 = 1, additional: [String: Value] = [:]
  ) {
    self.bootstrapServers = bootstrapServers
    self.clientID = clientID
    self.isEmbedded = isEmbedded
    self.partitions = partitions
    self.replication = replication
    self.additional = additional
  }

  /// What an additional property may begin with.
  ///
  /// What decides order, acknowledgement and rebalancing belongs to the clients and cannot be set
  /// from outside.
  public static let additionalPrefixes = [
    "security.protocol", "ssl.", "sasl.", "enable.ssl.certificate.verification",
    "enable.sasl.oauthbearer.unsecure.jwt", "broker.address.", "client.dns.lookup", "socket.",
    "reconnect.backoff.",
  ]
  /// The most partitions of a topic.
  public static let partitionsMax: Int32 = 1_000
  /// The most copies of a partition.
  public static let replicationMax: Int32 = 9
  /// The largest file a property may be read from, in bytes.
  public static let fileBytesMax = 65_536

  /// Everything that is wrong, all at once and without any value; empty when the settings hold.
  public func problems() -> [String] {
    var problems: [String] = []
    if bootstrapServers.isEmpty { problems.append("bootstrap servers: none is named") }
    for (index, server) in bootstrapServers.enumerated() where !Self.isServer(server) {
      problems.append("bootstrap servers: number \(index + 1) is not host:port")
    }
    let isName = clientID.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    if !isName || !(1...100).contains(clientID.utf8.count) {
      problems.append("client id: must be 1 to 100 characters of A-Z a-z 0-9 . _ -")
    }
    if !(1...Self.partitionsMax).contains(partitions) {
      problems.append("partitions: must be from 1 to \(Self.partitionsMax)")
    }
    if !(1...Self.replicationMax).contains(replication) {
      problems.append("replication: must be from 1 to \(Self.replicationMax)")
    }
    return problems + additionalProblems()
  }

  /// Checks the settings.
  /// - Throws: ``InvalidKafkaSettings`` with every problem.
  public func validate() throws(InvalidKafkaSettings) {
    let problems = problems()
    guard problems.isEmpty else { throw InvalidKafkaSettings(problems: problems) }
  }

  private static func isServer(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return false }
    return !text.contains { $0.isWhitespace || $0 == "," || $0 == "/" }
  }

  private func additionalProblems() -> [String] {
    let configuration = unsafe rd_kafka_conf_new()
    defer { unsafe rd_kafka_conf_destroy(configuration) }
    return additional.sorted { $0.key < $1.key }.compactMap { name, value in
      guard Self.additionalPrefixes.contains(where: name.hasPrefix) else {
        return "\(name): cannot be set from outside"
      }
      guard let text = Self.read(value) else { return "\(name): its file cannot be read" }
      // The library's own message would repeat the value.
      return switch unsafe rd_kafka_conf_set(configuration, name, text, nil, 0) {
      case RD_KAFKA_CONF_OK: nil
      case RD_KAFKA_CONF_UNKNOWN: "\(name): there is no such property"
      default: "\(name): the value is not allowed"
      }
    }
  }

  private static func read(_ value: Value) -> String? {
    switch value {
    case .text(let text): return text
    case .file(let path):
      guard let text = try? String(contentsOfFile: path, encoding: .utf8),
        text.utf8.count <= fileBytesMax
      else { return nil }  // the caller reports it
      return text.last?.isNewline == true ? String(text.dropLast()) : text
    }
  }
}

/// Settings that cannot be used.
public struct InvalidKafkaSettings: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, all of it, without any value.
  public let problems: [String]

  /// The problems in one line.
  public var description: String { problems.joined(separator: "; ") }
}

// MARK: What the clients make of it

extension KafkaSettings {
  /// How much a consumer fetches ahead, in records of all its partitions together.
  ///
  /// Librdkafka 2.0.2 stops fetching for a whole second when it holds this much (later versions
  /// have `fetch.queue.backoff.ms`), so this and the next are also the most that can be read in a
  /// second: 2,000 records ahead meant 2,400 records a second.
  static let prefetchRecords = 50_000
  /// How much a consumer fetches ahead, in KiB of all its partitions together.
  static let prefetchKibibytes = 32_768

  /// The properties every client has.
  func commonProperties() -> [String: String] {
    var properties = additional.compactMapValues(Self.read)
    properties["bootstrap.servers"] = bootstrapServers.joined(separator: ",")
    properties["client.id"] = clientID
    properties["socket.keepalive.enable"] = properties["socket.keepalive.enable"] ?? "true"
    if isEmbedded {
      // It comes and goes with the local stack, so that looking for it costs nothing.
      properties["topic.metadata.refresh.interval.ms"] = "1000"
      properties["reconnect.backoff.max.ms"] = properties["reconnect.backoff.max.ms"] ?? "500"
    }
    return properties
  }

  /// How long the embedded broker keeps an empty fetch, and so how long a record may lie there.
  static let fetchWait = Duration.milliseconds(10)
  /// The same for a consumer that nobody waits for: it wakes four times a second, not a hundred
  /// times.
  static let lateFetchWait = Duration.milliseconds(250)

  func consumerProperties(group: String, mayBeLate: Bool = false) -> [String: String] {
    var properties = commonProperties()
    properties["group.id"] = group
    properties["enable.auto.commit"] = "false"
    properties["enable.auto.offset.store"] = "false"
    // An offset that is not there is the engine's business and never silently another one.
    properties["auto.offset.reset"] = "error"
    // Eager: 2.0.2 has faults in every other assignor.
    properties["partition.assignment.strategy"] = "range"
    properties["heartbeat.interval.ms"] = "1000"
    properties["session.timeout.ms"] = isEmbedded ? "6000" : "15000"
    // Also how long an answer to joining the group is waited for. After the embedded broker stood
    // still, members were away for as long as this: it seems to forget the answers that it owes.
    properties["max.poll.interval.ms"] = isEmbedded ? "20000" : "60000"
    properties["isolation.level"] = "read_committed"
    properties["queued.min.messages"] = String(Self.prefetchRecords)
    properties["queued.max.messages.kbytes"] = String(Self.prefetchKibibytes)
    if isEmbedded {
      // It answers an empty fetch only when this is over, even if records arrive before.
      let wait = mayBeLate ? Self.lateFetchWait : Self.fetchWait
      properties["fetch.wait.max.ms"] = String(wait.wholeMilliseconds)
    }
    return properties
  }

  /// The properties of a client that reads without being a member of a group.
  ///
  /// The library wants a group's name nevertheless; one that nobody else has keeps whatever would
  /// be noted under it away from the members of a real group.
  func readerProperties() -> [String: String] {
    let number = UInt64.random(in: .min ... .max)
    var properties = consumerProperties(group: "\(clientID).reader.\(String(number, radix: 16))")
    // The only word that a partition ends behind a record that is no event: a transaction's marker,
    // or one that was compacted away.
    properties["enable.partition.eof"] = "true"
    return properties
  }

  func producerProperties() -> [String: String] {
    var properties = commonProperties()
    properties["enable.idempotence"] = "true"
    properties["acks"] = "all"
    // A broker that is away makes publishing wait, not fail.
    properties["message.timeout.ms"] = "0"
    properties["linger.ms"] = isEmbedded ? "0" : "1"
    properties["compression.type"] = "lz4"
    properties["partitioner"] = "murmur2_random"
    if isEmbedded {
      // It checks no sequence, so only one batch at a time keeps the order after a lost answer;
      // and two batches that together pass 5 MiB make the older one vanish.
      properties["max.in.flight"] = "1"
      properties["batch.size"] = "262144"
    }
    return properties
  }
}
