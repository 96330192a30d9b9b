internal import EventStream
internal import KafkaStream
internal import Logging
internal import ReplayComposition
internal import ReviewEvents
internal import ServiceRuntime
internal import Synchronization

/// The clients of one process towards the broker.
final class Broker: Sendable {
  /// How long to wait between two looks at the topics while the broker is away.
  static let topicsPause: Duration = .seconds(1)
  /// How long one look at the topics may take.
  static let topicsPatience: Duration = .seconds(10)

  let sink: KafkaSink
  private let settings: KafkaSettings
  private let topics: [Topic]
  private let board: HealthBoard
  private let log: Logger
  private let areTopicsRight = Mutex(false)

  init(_ settings: RuntimeSettings, topics: [Topic], board: HealthBoard, log: Logger) throws {
    self.settings = try Self.kafka(settings)
    self.topics = Set(topics).sorted { $0.name < $1.name }
    self.board = board
    self.log = log
    sink = try KafkaSink(settings: self.settings, observer: Self.observer(log))
  }

  /// The settings as the clients take them.
  /// - Throws: ``SettingsProblems``.
  static func kafka(_ settings: RuntimeSettings) throws -> KafkaSettings {
    let kafka = KafkaSettings(settings, clientID: settings.instance)
    let problems = kafka.problems()
    guard problems.isEmpty else {
      throw SettingsProblems(problems.map { .init(name: "REVIEW_KAFKA_*", reason: $0) })
    }
    return kafka
  }

  /// A new member of a consumer's group.
  func source(
    _ consumer: ConsumerName, _ topics: [Topic], only kind: StreamKind? = nil,
    mayBeLate: Bool = false
  ) throws -> KafkaSource {
    try KafkaSource(
      settings: settings, group: consumer, topics: topics, only: kind, mayBeLate: mayBeLate,
      observer: Self.observer(log))
  }

  /// Why the broker cannot be reached, as far as publishing knows.
  var trouble: String? {
    guard case .unreachable(let reason) = sink.reachability else { return nil }
    return reason
  }

  /// Returns once all topics exist with the right number of partitions; a broker that is away is
  /// waited for, because the service can serve without it (contract 17).
  /// - Throws: ``UnusableTopics``, which ends the service (contract 1).
  func whenTopicsAreRight() async throws {
    while !areTopicsRight.withLock({ $0 }) {
      do {
        let admin = try KafkaAdmin(settings: settings)
        let result: Result<Void, any Error>
        do {
          result = .success(try await admin.ensureTopics(topics, within: Self.topicsPatience))
        } catch { result = .failure(error) }
        await admin.close()
        try result.get()
        areTopicsRight.withLock { $0 = true }
        board.clear("topics")
      } catch let unusable as UnusableTopics {
        log.critical("unusable topics", metadata: ["problems": "\(unusable)"])
        throw unusable
      } catch {
        try Task.checkCancellation()
        board.note("topics", "the broker cannot be reached: the topics are not checked yet")
        try await Task.sleep(for: Self.topicsPause)
      }
    }
  }

  func close() async { await sink.close() }

  private static func observer(_ log: Logger) -> KafkaObserver {
    { observation in
      switch observation {
      case .progressRefused(let error, let partitions):
        log.info(
          "progress not noted by the broker",
          metadata: ["error": "\(error)", "partitions": .stringConvertible(partitions)])
      case .clientError(let error):
        log.info("client error", metadata: ["error": "\(error)"])
      case .rebuilding(let error):
        log.warning("client made anew", metadata: ["error": "\(error)"])
      case .lateReport: log.info("late report")
      }
    }
  }
}
