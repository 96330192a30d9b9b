public import EventStream
public import Replay
public import ReviewEvents

/// Everything that replay needs of one service, and nothing that could send (contract 12).
public struct ReplaySite: Sendable {
  /// The executable's name.
  public let service: String
  /// The area it writes.
  public let area: ServiceArea
  /// What can be rebuilt.
  public let models: [ReadModel]
  /// The service's database; replay reads facts and fences of it.
  public let store: any Store
  /// Where shadows are built.
  public let shadows: any ShadowSite
  /// The other services' facts, from their logs.
  public let logFeeds: any ReplayFeeds
  /// The other services' facts, from their topics.
  public let topicFeeds: any ReplayFeeds
  /// Questions to the logs of all services.
  public let writers: any WriterLogs
  /// What protects a running province from an operator's slip.
  public let safety: OperationSafety

  /// Puts the parts together.
  public init(
    service: String, area: ServiceArea, models: [ReadModel], store: any Store,
    shadows: any ShadowSite, logFeeds: any ReplayFeeds, topicFeeds: any ReplayFeeds,
    writers: any WriterLogs, safety: OperationSafety
  ) {
    self.service = service
    self.area = area
    self.models = models
    self.store = store
    self.shadows = shadows
    self.logFeeds = logFeeds
    self.topicFeeds = topicFeeds
    self.writers = writers
    self.safety = safety
  }

  /// The read model that a call names, or that holds the subscription it names.
  /// - Throws: ``OperationRefusal`` when there is none.
  func model(_ input: OperationInput) throws(OperationRefusal) -> ReadModel {
    let name = input.text("read-model")
    let subscription = input.text("subscription")
    let found = models.filter { model in
      (name == nil || model.name.description == name)
        && (subscription == nil
          || model.subscriptions.contains { $0.consumer.description == subscription })
    }
    guard name != nil || subscription != nil || models.count == 1, let model = found.first else {
      let known = models.map(\.name.description).joined(separator: ", ")
      throw OperationRefusal("unknown-read-model", "name one read model of this service: \(known)")
    }
    return model
  }

  static let modelParameters: [OperationParameter] = [
    .optional("read-model", .text, "the read model, such as rating.facts"),
    .optional("subscription", .text, "or a subscription of it, such as rating.intake"),
  ]
}

/// Questions to the logs of all services; never more than reading.
public protocol WriterLogs: Sendable {
  /// Counts the facts of a scope in the log of `area`.
  func census(of area: ServiceArea, _ scope: EventScope) async throws -> EventCensus
  /// How far the streams of `area` behind `after` are, in order of name.
  func heads(of area: ServiceArea, after: String, limit: Int) async throws
    -> [(stream: String, sequence: Int64)]
}
