public import ReviewEvents

/// The stable name a consumer is known by in positions, fences and metrics.
///
/// Renaming one means reading every topic again, so it is never derived from a type name.
public struct ConsumerName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible
{
  /// The name: `<service>.<area>`.
  public let description: String
  /// A name written in the source.
  public init(stringLiteral text: String) { description = text }
}

/// What may happen when operations replays a stream through a subscription.
public enum ReplayPolicy: String, Sendable {
  /// Only writes its own tables: replay is always safe.
  case projection
  /// Decides something new: replay runs it against a counting sink only.
  case reaction
}

/// An event with its payload decoded.
public struct Received<Event: ReviewEvent>: Sendable {
  /// The payload.
  public let event: Event
  /// Everything around it.
  public let envelope: EventEnvelope
  /// Puts the parts together.
  public init(event: Event, envelope: EventEnvelope) {
    self.event = event
    self.envelope = envelope
  }
}

/// A payload that was decoded before its event's turn came, or why it cannot be.
struct DecodedPayload: Sendable {
  let result: Result<any ReviewEvent, UndecodableEvent>
}

/// One event type and the function that answers a run of its events.
public struct Route: Sendable {
  /// The type it answers.
  public let type: EventType
  let decode: @Sendable (EventEnvelope) throws(UndecodableEvent) -> any ReviewEvent
  /// Learns and performs.
  let apply: @Sendable (borrowing AnyTransaction, [(any ReviewEvent, EventEnvelope)]) throws -> Void
  /// Only learns, and counts what would have been performed.
  let replay:
    @Sendable (borrowing AnyTransaction, [(any ReviewEvent, EventEnvelope)]) throws
      -> HeldBackEffects
  /// Whether it can have effects beyond its own tables.
  let hasEffects: Bool

  /// Answers events of one type.
  ///
  /// The function gets several at once, so that it can use one statement for many rows: in order
  /// within each stream, never an empty list.
  public static func on<Event: ReviewEvent>(
    _ event: Event.Type,
    _ apply: @escaping @Sendable (borrowing AnyTransaction, [Received<Event>]) throws -> Void
  ) -> Route {
    Route(
      type: Event.type, decode: decoder(of: event),
      apply: { transaction, events in
        try apply(transaction, received(events))
      },
      replay: { transaction, events in
        try apply(transaction, received(events))
        return HeldBackEffects()
      }, hasEffects: false)
  }

  /// Answers events of one type by learning from them and by effects that follow.
  ///
  /// Replay calls `learn` alone: what would be performed is counted under `effect` and cannot come
  /// about, because `perform` is never reached (contract 12).
  /// - Parameters:
  ///   - learn: writes tables of the read model and says what is to be performed.
  ///   - effect: what an effect is called for people.
  ///   - perform: carries the effects out, in the same transaction.
  public static func on<Event: ReviewEvent, Effect>(
    _ event: Event.Type,
    learn: @escaping @Sendable (borrowing AnyTransaction, [Received<Event>]) throws -> [Effect],
    effect: @escaping @Sendable (Effect) -> EffectName,
    perform: @escaping @Sendable (borrowing AnyTransaction, [Effect]) throws -> Void
  ) -> Route {
    Route(
      type: Event.type, decode: decoder(of: event),
      apply: { transaction, events in
        let effects = try learn(transaction, received(events))
        if !effects.isEmpty { try perform(transaction, effects) }
      },
      replay: { transaction, events in
        var heldBack = HeldBackEffects()
        for one in try learn(transaction, received(events)) { heldBack.add(effect(one)) }
        return heldBack
      }, hasEffects: true)
  }

  private static func decoder<Event: ReviewEvent>(
    of event: Event.Type
  ) -> @Sendable (EventEnvelope) throws(UndecodableEvent) -> any ReviewEvent {
    { envelope throws(UndecodableEvent) in try EventCodec.decode(Event.self, from: envelope) }
  }

  private static func received<Event: ReviewEvent>(
    _ events: [(any ReviewEvent, EventEnvelope)]
  ) -> [Received<Event>] {
    events.map { event, envelope in
      guard let event = event as? Event else {
        preconditionFailure("routed \(envelope.type) to \(Event.self)")
      }
      return Received(event: event, envelope: envelope)
    }
  }
}

/// What a service wants to know of one topic: data, so that engine, replay and documents read the
/// same thing.
public struct Subscription: Sendable {
  /// The consumer's stable name, which is also its Kafka group.
  public let consumer: ConsumerName
  /// The area whose topic is read.
  public let area: ServiceArea
  /// What replay may do with it.
  public let replay: ReplayPolicy
  let routes: [EventType: Route]
  /// Types that are known and not needed.
  ///
  /// Every other type parks its stream (contract 7).
  public let ignored: Set<EventType>

  /// Puts the parts together.
  public init(
    _ consumer: ConsumerName, area: ServiceArea, replay: ReplayPolicy, routes: [Route],
    ignored: Set<EventType>
  ) {
    self.consumer = consumer
    self.area = area
    self.replay = replay
    self.routes = Dictionary(uniqueKeysWithValues: routes.map { ($0.type, $0) })
    self.ignored = ignored
    precondition(
      ignored.isDisjoint(with: self.routes.keys), "a type is either handled or ignored")
    precondition(
      replay == .reaction || routes.allSatisfy { !$0.hasEffects }, "a projection has no effects")
  }

  /// The types whose events lead to effects beyond the subscription's own tables.
  public var typesWithEffects: Set<EventType> {
    Set(routes.values.filter(\.hasEffects).map(\.type))
  }

  /// The payload of `event`; `nil` when no route asks for it.
  ///
  /// It depends on the event alone, so it can be decoded long before.
  func decodePayload(of event: EventEnvelope) -> DecodedPayload? {
    guard let route = routes[event.type] else { return nil }
    return DecodedPayload(
      result: Result { () throws(UndecodableEvent) in try route.decode(event) })
  }

  /// The types it answers.
  public var handled: Set<EventType> { Set(routes.keys) }
}
