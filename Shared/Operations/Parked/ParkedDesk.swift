public import EventStream
internal import ReviewEvents

/// What operators need to deal with parked events: the store and the live subscriptions, whose
/// routes apply what is sent on.
public struct ParkedDesk: Sendable {
  /// The service, its rules and what was approved.
  let site: ReplaySite
  /// Where the parked events are, and what they change.
  let store: any Store
  private let releases: [ConsumerName: ParkedRelease]

  var safety: OperationSafety { site.safety }

  /// A desk for the live `subscriptions`, whose events are applied in `environment`.
  public init(
    _ site: ReplaySite, _ subscriptions: [Subscription], in environment: EngineEnvironment
  ) {
    self.site = site
    store = environment.store
    releases = Dictionary(
      uniqueKeysWithValues: subscriptions.map {
        ($0.consumer, ParkedRelease($0, in: environment))
      })
  }

  /// The release of a consumer's events.
  /// - Throws: ``OperationRefusal`` for a consumer that this service does not have.
  func release(_ consumer: ConsumerName) throws(OperationRefusal) -> ParkedRelease {
    guard let release = releases[consumer] else {
      let known = releases.keys.map(\.description).sorted().joined(separator: ", ")
      throw OperationRefusal("unknown-consumer", "name one consumer of this service: \(known)")
    }
    return release
  }

  /// The consumer and the stream that a call names.
  func place(_ input: OperationInput) throws(OperationRefusal) -> (ParkedRelease, StreamID) {
    guard let stream = input.stream("stream"), let consumer = input.text("consumer") else {
      throw OperationRefusal("place-missing", "name a consumer and a stream")
    }
    return (try release(ConsumerName(stringLiteral: consumer)), stream)
  }

  static let place: [OperationParameter] = [
    .required("consumer", .text, "the consumer, such as rating.intake"),
    .required("stream", .stream, "the parked stream"),
  ]

  /// Does `work`, and says it in words when the consumer's tables are being exchanged.
  func refusingWhileHeld<Value: Sendable>(
    _ consumer: ConsumerName, _ work: () async throws -> Value
  ) async throws -> Value {
    do { return try await work() } catch StoreError.busy {
      throw OperationRefusal(
        "consumer-held",
        "\(consumer) is held while its tables are exchanged, or the database is busy: try again")
    }
  }
}
