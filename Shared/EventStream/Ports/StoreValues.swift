public import ReviewEvents

/// Facts to append to one stream.
public struct StreamAppend: Sendable {
  /// The stream.
  public var stream: StreamID
  /// The stream's last sequence as the caller knows it; 0 for a new stream.
  public var expected: Int64
  /// The facts, which get the sequences after `expected`.
  public var events: [any ReviewEvent]
  /// When, by whom, and why.
  public var origin: EventOrigin

  /// Puts the parts together.
  public init(
    stream: StreamID, expected: Int64, events: [any ReviewEvent], origin: EventOrigin
  ) {
    self.stream = stream
    self.expected = expected
    self.events = events
    self.origin = origin
  }

  /// The envelopes as they will stand in the log.
  public func envelopes(area: ServiceArea) -> [EventEnvelope] {
    events.enumerated().map { index, event in
      EventEnvelope(
        stream: stream, sequence: expected + Int64(index) + 1, type: type(of: event).type,
        dataVersion: type(of: event).version, area: area, time: origin.time, actor: origin.actor,
        trace: origin.trace, payload: EventCodec.encode(event))
    }
  }
}

/// When, by whom and why facts came to be.
public struct EventOrigin: Hashable, Sendable {
  /// By the calendar clock.
  public var time: Instant
  /// Who acted, and for whom.
  public var actor: ActorContext
  /// The chain of causes.
  public var trace: TraceContext

  /// Puts the parts together.
  public init(time: Instant, actor: ActorContext, trace: TraceContext) {
    self.time = time
    self.actor = actor
    self.trace = trace
  }

  /// The origin of what `area` itself does because of `event`: at the event's time, so that a
  /// replay comes to the same result.
  public init(reactingTo event: EventEnvelope, in area: ServiceArea) {
    self.init(
      time: event.time, actor: ActorContext(actor: .service(area)),
      trace: TraceContext(causedBy: event))
  }
}

/// A fact with its place in the log.
public struct LoggedEvent: Hashable, Sendable {
  /// Grows with every append; gaps are normal.
  public var position: Int64
  /// The fact.
  public var event: EventEnvelope
  /// Puts the parts together.
  public init(position: Int64, event: EventEnvelope) {
    self.position = position
    self.event = event
  }
}

/// A fact that waits to be published.
public struct OutboxRow: Hashable, Sendable {
  /// Names the row; grows with every append.
  public var id: Int64
  /// The fact.
  public var event: EventEnvelope
  /// Puts the parts together.
  public init(id: Int64, event: EventEnvelope) {
    self.id = id
    self.event = event
  }
}

/// What a relay has to do next.
public struct RelayWork: Hashable, Sendable {
  /// The oldest facts that wait to be published.
  public var rows: [OutboxRow]
  /// Whether anything waits to be sent again.
  public var isRepublicationWaiting: Bool
  /// Puts the parts together.
  public init(rows: [OutboxRow], isRepublicationWaiting: Bool) {
    self.rows = rows
    self.isRepublicationWaiting = isRepublicationWaiting
  }
}

/// How much waits to be published.
public struct Backlog: Hashable, Sendable {
  /// Rows in the outbox, as far as they were counted.
  public var rows: Int
  /// Whether counting stopped at its limit: there may be more.
  public var isAtLeast: Bool
  /// Age of the oldest row, by the real clock.
  public var oldestAge: Duration
  /// Puts the parts together.
  public init(rows: Int, isAtLeast: Bool = false, oldestAge: Duration) {
    self.rows = rows
    self.isAtLeast = isAtLeast
    self.oldestAge = oldestAge
  }
}

/// A wish to send facts again.
public struct RepublicationRequest: Hashable, Sendable {
  /// Names a request that is stored; 0 before.
  public var id: Int64
  /// The stream; `nil` for the whole log.
  public var stream: StreamID?
  /// The first sequence of the stream, or the position of the log to go on after.
  public var from: Int64
  /// Puts the parts together.
  public init(id: Int64 = 0, stream: StreamID?, from: Int64) {
    self.id = id
    self.stream = stream
    self.from = from
  }
}

/// How far a republication has come.
public enum RepublicationProgress: Hashable, Sendable {
  /// The next call goes on from here.
  case reached(Int64)
  /// Everything was sent.
  case finished
}

/// A partition of a topic.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The topic.
  public var topic: Topic
  /// The partition, from 0.
  public var partition: Int32
  /// Puts the parts together.
  public init(topic: Topic, partition: Int32) {
    self.topic = topic
    self.partition = partition
  }
  /// `review.intake.v1/3`.
  public var description: String { "\(topic)/\(partition)" }
  /// A handful of topics share a hash; to look the topic's name up would cost more than that.
  public func hash(into hasher: inout Hasher) { hasher.combine(partition) }
  /// Orders by topic, then partition.
  public static func < (left: Self, right: Self) -> Bool {
    (left.topic.name, left.partition) < (right.topic.name, right.partition)
  }
}

/// Where a consumer stands in a partition (contract 10).
public struct ReadPosition: Hashable, Sendable {
  /// The offset of the next record.
  public var nextOffset: Int64
  /// The cluster the offset belongs to.
  public var clusterID: String
  /// `ce_id` of the record before; the record at `nextOffset - 1` must carry it.
  public var lastEventID: String
  /// Puts the parts together.
  public init(nextOffset: Int64, clusterID: String, lastEventID: String) {
    self.nextOffset = nextOffset
    self.clusterID = clusterID
    self.lastEventID = lastEventID
  }
}

/// An event that waits for an operator or a newer build, and those of its stream behind it.
public struct ParkedEvent: Hashable, Sendable {
  /// Why the first one of a stream is here; the others wait for it.
  public enum Cause: Hashable, Sendable {
    /// This build cannot read it.
    case undecodable(UndecodableEvent.Problem)
    /// Its handler failed each time; a safe description without data.
    case failed(String)
    /// An earlier event of its stream is parked.
    case behind
  }

  /// The event, as it came.
  public var event: EventEnvelope
  /// Where it came from.
  public var partition: TopicPartition
  /// Where it came from.
  public var offset: Int64
  /// Why it is here.
  public var cause: Cause
  /// How often its handler was tried.
  public var attempts: Int
  /// Puts the parts together.
  public init(
    event: EventEnvelope, partition: TopicPartition, offset: Int64, cause: Cause, attempts: Int
  ) {
    self.event = event
    self.partition = partition
    self.offset = offset
    self.cause = cause
    self.attempts = attempts
  }
}

/// How much is parked.
public struct ParkedTotals: Hashable, Sendable {
  /// Streams with at least one parked event.
  public var streams: Int
  /// Parked events.
  public var events: Int
  /// Puts the parts together.
  public init(streams: Int, events: Int) {
    self.streams = streams
    self.events = events
  }
}

/// What makes a repeated request recognisable (contract 16).
public struct IdempotencyKey: Hashable, Sendable {
  /// Who asked.
  public var actor: String
  /// Method and path.
  public var route: String
  /// The client's key.
  public var key: String
  /// Puts the parts together.
  public init(actor: String, route: String, key: String) {
    self.actor = actor
    self.route = route
    self.key = key
  }
}

/// What was answered to a request.
public struct StoredAnswer: Hashable, Sendable {
  /// The hash of the request that was answered.
  public var requestHash: String
  /// The HTTP status.
  public var status: Int
  /// `Location`, `ETag` and the like.
  public var headers: [String: String]
  /// The body.
  public var body: [UInt8]
  /// Puts the parts together.
  public init(requestHash: String, status: Int, headers: [String: String], body: [UInt8]) {
    self.requestHash = requestHash
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Why the store could not do what it was asked to.
public enum StoreError: Error, Sendable, Equatable {
  /// Somebody else appended to the stream in between: load again and decide again.
  case staleStream(StreamID)
  /// A twin of this request is still running.
  case keyInUse
  /// All connections are busy and enough callers wait already.
  case busy
  /// The database cannot be reached or went away; nothing was kept, or nobody knows.
  case unavailable(String)
  /// The database refused the statement.
  case refused(sqlState: String, message: String)
  /// This adapter has no tables.
  case noTables
  /// A row did not have the promised shape.
  case malformedRow(String)
}

/// What a consumer has to know before it applies a batch.
public struct ReadingState: Sendable, Equatable {
  /// Where it stands; a partition before its first record is missing.
  public var positions: [TopicPartition: ReadPosition]
  /// The last applied sequence of each stream; missing means none.
  public var fences: [StreamID: Int64]
  /// Which streams are parked.
  public var parkedStreams: Set<StreamID>
  /// Puts the parts together.
  public init(
    positions: [TopicPartition: ReadPosition], fences: [StreamID: Int64],
    parkedStreams: Set<StreamID>
  ) {
    self.positions = positions
    self.fences = fences
    self.parkedStreams = parkedStreams
  }
}

/// How far a service's facts have come, counted over streams.
///
/// A consumer has heard everything of an area when what it heard equals what that area told. Unlike
/// the distance to the end of a topic this needs no broker and misses no partition.
public struct StreamProgress: Hashable, Sendable, Codable {
  /// Facts in this service's log.
  public var told: Int64
  /// Facts that each consumer has behind it, by the consumer's name.
  public var heard: [String: Int64]
  /// Puts the parts together.
  public init(told: Int64, heard: [String: Int64]) {
    self.told = told
    self.heard = heard
  }
}
