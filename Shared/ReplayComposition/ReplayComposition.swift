package import EventStream
internal import KafkaStream
package import Logging
package import Operations
package import PostgresStore
internal import Replay
package import ReviewEvents
package import ServiceRuntime

/// Puts together what replay of one service needs (contract 12).
///
/// This target depends on neither a mail transport nor a relay nor anything that plans mails:
/// whatever runs here cannot send.
package struct ReplayComposition: Sendable {
  /// How many connections it opens at most: its own pool of two, the one for long statements, a lock
  /// of each with its spare, two of the shadows.
  package static let connectionsMax = 8
  /// How long one statement on a whole year may take.
  private static let patience: Duration = .seconds(3_600)

  /// What the operations need.
  package let site: ReplaySite
  /// The service's database, for whoever shares the composition.
  package let store: any Store
  /// The same, for what only PostgreSQL keeps.
  package let postgres: PostgresStore
  /// The service's database, for statements that go through a whole year of its log.
  package let patientStore: any Store
  /// The topic that the service itself publishes to.
  package let ownTopic: any OwnTopic
  private let shadows: PostgresShadow
  private let closePatient: @Sendable () async -> Void

  /// Connects as the service's run role when it is first used.
  package init(
    _ settings: RuntimeSettings, service: String, area: ServiceArea, models: [ReadModel],
    log: Logger
  ) {
    let connection = PostgresSettings(
      connectionString: settings.postgres.connectionString(owner: false),
      applicationName: "\(settings.instance) operations", poolSize: 2)
    let postgres = PostgresStore(connection, area: area, logger: log)
    let patient = PostgresStore(Self.patient(connection), area: area, logger: log)
    let shadows = PostgresShadow(connection, area: area, logger: log)
    let client = LogClient(addresses: settings.logs)
    self.postgres = postgres
    self.shadows = shadows
    store = postgres
    patientStore = patient
    closePatient = { await patient.close() }
    let topics = TopicFeeds(
      settings: KafkaSettings(settings, clientID: "\(settings.instance)-replay"))
    ownTopic = topics.own(area)
    site = ReplaySite(
      service: service, area: area, models: models, store: postgres, shadows: shadows,
      logFeeds: LogFeeds(client: client),
      topicFeeds: topics,
      writers: client,
      safety: Self.safety(settings))
  }

  /// Without readable keys nobody can approve, which the refusal says; the service itself serves on.
  private static func safety(_ settings: RuntimeSettings) -> OperationSafety {
    var safety = OperationSafety()
    switch settings.approval {
    case .onePerson: break
    case .twoPersons:
      let known = settings.operatorKeys.flatMap { try? OperatorKeys($0) }
      safety.approvers = known ?? OperatorKeys()
    }
    return safety
  }

  /// A year of a large province is millions of rows, which one statement reads and one writes.
  private static func patient(_ settings: PostgresSettings) -> PostgresSettings {
    var settings = settings
    settings.statementTimeout = patience
    settings.answerPatience = patience + .seconds(10)
    settings.poolSize = 1
    return settings
  }

  /// Ends every connection.
  package func close() async {
    await closePatient()
    await shadows.close()
    await postgres.close()
  }
}
