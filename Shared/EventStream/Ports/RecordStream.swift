public import ReviewEvents

/// A record as it came from a topic, its envelope read from headers and body.
public struct ConsumedRecord: Sendable {
  /// Where it stood.
  public var partition: TopicPartition
  /// Where it stood.
  public var offset: Int64
  /// The event, or why the record is none.
  public var content: Result<EventEnvelope, MalformedRecord>
  /// The event's payload, if it was decoded before its turn came.
  var payload: DecodedPayload?
  /// Puts the parts together.
  public init(
    partition: TopicPartition, offset: Int64, content: Result<EventEnvelope, MalformedRecord>
  ) {
    self.partition = partition
    self.offset = offset
    self.content = content
  }
}

/// A record without the headers that make it an event of this system; never data of a person.
public struct MalformedRecord: Error, Sendable, Hashable {
  /// Which header is missing or malformed.
  public let problem: String
  /// Puts the parts together.
  public init(problem: String) { self.problem = problem }
}

/// What a consumer got when it asked for more.
public enum Polled: Sendable {
  /// Records in partition order, all of them of partitions assigned to this consumer, and the
  /// cluster they came from (`nil` while unknown).
  case records([ConsumedRecord], clusterID: String?)
  /// The group gave these partitions to this consumer; ``RecordSource/start(_:)`` must follow.
  case assigned([TopicPartition])
  /// The group took every partition away; nothing of theirs may be applied any more.
  case revoked
  /// The offset asked for is not there (retention passed, or the topic began anew).
  case lost(TopicPartition)
  /// The broker cannot be reached; a reason without addresses. Asking again goes on.
  case unreachable(String)
  /// Nothing came in time.
  case nothing
}

/// Where reading starts in a partition.
public enum StartOffset: Hashable, Sendable {
  /// At the oldest record.
  case oldest
  /// At exactly this offset; ``Polled/lost(_:)`` when it is not there.
  case at(Int64)
}

/// A member of a consumer group, pulled by the engine: rebalances are answered only between
/// batches.
public protocol RecordSource: Sendable {
  /// Waits for something to do, at most `within`.
  func poll(upTo count: Int, within: Duration) async throws -> Polled
  /// Reads up to `count` records that have arrived already, for the next poll to return; meant for
  /// the time while what the last poll returned is applied.
  ///
  /// Never waits, and answers no rebalance: until the next poll the assignment stays as it is.
  /// Each record is given to `prepare`, which looks at nothing else.
  func readAhead(
    upTo count: Int, preparing prepare: @Sendable (inout ConsumedRecord) -> Void) async
  /// Answers an assignment, or moves partitions that are assigned already.
  ///
  /// A source may also move by coming to its end: the next poll throws, and a new source is started
  /// from the stored positions. So whoever moves a partition stores the new position first.
  func start(_ starts: [TopicPartition: StartOffset]) async throws
  /// Tells the broker how far the group is, for tools only; a refusal is no failure.
  func reportProgress(_ next: [TopicPartition: Int64]) async
  /// How many records lie between `next` and the end of each partition, as far as known.
  func lag(behind next: [TopicPartition: Int64]) async -> [TopicPartition: Int64]
  /// The cluster this member reads from; `nil` while unknown.
  func clusterID(within: Duration) async -> String?
  /// Leaves the group.
  func close() async
}

extension RecordSource {
  /// Nothing, unless the adapter can.
  public func readAhead(
    upTo count: Int, preparing prepare: @Sendable (inout ConsumedRecord) -> Void
  ) async {}
  /// Unknown, unless the adapter knows better.
  public func clusterID(within: Duration) async -> String? { nil }
}

/// A record to publish: its topic, key and headers follow from the event.
public struct OutgoingRecord: Sendable {
  /// The event.
  public var event: EventEnvelope
  /// Whether it was published before; a header says so (contract 11).
  public var isRepublished: Bool
  /// Puts the parts together.
  public init(event: EventEnvelope, isRepublished: Bool) {
    self.event = event
    self.isRepublished = isRepublished
  }
}

/// What became of a batch.
public struct PublishOutcome: Sendable {
  /// For each record, in order, whether the broker acknowledged it.
  public var acknowledged: [Bool]
  /// The first refusal, without addresses.
  public var refusal: String?
  /// Puts the parts together.
  public init(acknowledged: [Bool], refusal: String?) {
    self.acknowledged = acknowledged
    self.refusal = refusal
  }
}

/// Publishes batches; returns only when every record has its answer.
public protocol RecordSink: Sendable {
  /// Publishes `records` in order. Cancelling withdraws what is unsent and still accounts for all.
  func publish(_ records: [OutgoingRecord]) async -> PublishOutcome
  /// The cluster that would be published to; `nil` while the broker cannot be reached.
  func clusterID(within: Duration) async -> String?
}
