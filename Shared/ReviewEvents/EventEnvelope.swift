/// One recorded fact with everything a reader needs to place it (contracts 1 and 4).
///
/// The same value stands in `event_log`, in `outbox` and on the wire.
public struct EventEnvelope: Hashable, Sendable {
  /// The aggregate the fact belongs to.
  public var stream: StreamID
  /// The fact's place in its stream, from 1.
  public var sequence: Int64
  /// What happened.
  public var type: EventType
  /// The version of the payload's shape, from 1.
  public var dataVersion: Int
  /// The area that wrote it.
  public var area: ServiceArea
  /// When it happened, by the calendar clock.
  public var time: Instant
  /// Who did it, and for whom.
  public var actor: ActorContext
  /// Where it belongs in a chain of causes.
  public var trace: TraceContext
  /// The payload's JSON, exactly as first written.
  public var payload: [UInt8]

  /// Puts the parts together.
  public init(
    stream: StreamID, sequence: Int64, type: EventType, dataVersion: Int, area: ServiceArea,
    time: Instant, actor: ActorContext, trace: TraceContext, payload: [UInt8]
  ) {
    self.stream = stream
    self.sequence = sequence
    self.type = type
    self.dataVersion = dataVersion
    self.area = area
    self.time = time
    self.actor = actor
    self.trace = trace
    self.payload = payload
  }

  /// The event's id, which derives from its place and so is the same wherever it is sent again.
  public var id: String { "\(stream)@\(sequence)" }

  /// Appends the event's id.
  package func appendID(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: stream.description.utf8)
    bytes.append(UInt8(ascii: "@"))
    bytes.append(contentsOf: String(sequence).utf8)
  }
}

/// Correlation, cause and trace of an event.
public struct TraceContext: Hashable, Sendable {
  /// The longest value of each part, in bytes.
  public static let lengthMax = 200

  /// The same for everything that one request from outside led to.
  public var correlationID: String
  /// The id of the event, or of the request, that led to this one directly.
  public var causationID: String
  /// W3C trace context, if the request carried a valid one.
  public var traceparent: String?

  /// Puts the parts together.
  public init(correlationID: String, causationID: String, traceparent: String? = nil) {
    self.correlationID = correlationID
    self.causationID = causationID
    self.traceparent = traceparent
  }

  /// The context of whatever `event` leads to.
  public init(causedBy event: EventEnvelope) {
    self.init(
      correlationID: event.trace.correlationID, causationID: event.id,
      traceparent: event.trace.traceparent)
  }
}
