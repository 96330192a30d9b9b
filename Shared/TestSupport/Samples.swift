public import EventStream
public import ReviewEvents

/// Short ways to make events in tests.
public enum Samples {
  /// An origin that matters to no one.
  public static let origin = EventOrigin(
    time: Instant(milliseconds: 1_639_000_000_000),
    actor: ActorContext(actor: .service(.intake)),
    trace: TraceContext(correlationID: "test", causationID: "test"))

  /// `event` at a place in a stream, as a topic holds it.
  public static func envelope<Event: ReviewEvent>(
    _ event: Event, in stream: StreamID, at sequence: Int64, area: ServiceArea = .intake,
    origin: EventOrigin = origin
  ) -> EventEnvelope {
    EventEnvelope(
      stream: stream, sequence: sequence, type: Event.type, dataVersion: Event.version, area: area,
      time: origin.time, actor: origin.actor, trace: origin.trace,
      payload: EventCodec.encode(event))
  }

  /// An identifier written in a test.
  public static func id<Entity>(_ text: String) -> Identifier<Entity> {
    do { return try Identifier(text) } catch { preconditionFailure("\(text) is no identifier") }
  }

  /// A stream written in a test.
  public static func stream(_ text: String) -> StreamID {
    do { return try StreamID(text) } catch { preconditionFailure("\(text) is no stream") }
  }
}
