public import ReviewEvents

/// Is told what the engine does; turns it into metrics, logs and health.
///
/// Called outside transactions, after the fact, and must return quickly.
public protocol EngineObserver: Sendable {
  /// Takes note of `event`.
  func observe(_ event: EngineEvent)
}

/// Everything that can happen to a reader or a publisher.
///
/// No case carries data of a person.
public enum EngineEvent: Sendable, Equatable {
  // MARK: Reading

  /// A consumer that never read this partition begins at its oldest record.
  case firstStart(ConsumerName, TopicPartition)
  /// A batch was committed.
  case applied(ConsumerName, BatchReport, took: Duration)
  /// A batch was left alone because another member of the group moved the position.
  case abandoned(ConsumerName, TopicPartition)
  /// Events of a stream are missing; `asked` says whether the writer was asked to repair it now.
  case gap(ConsumerName, StreamGap, asked: Bool)
  /// A record is no event of this system and was passed over.
  case malformed(ConsumerName, TopicPartition, offset: Int64, MalformedRecord)
  /// An event was parked, and its stream with it.
  case parked(ConsumerName, eventID: String, ParkedEvent.Cause)
  /// A handler failed and is tried again.
  case handlerFailed(ConsumerName, eventID: String, attempt: Int, reason: String)
  /// Parked events of a stream were applied.
  case released(ConsumerName, StreamID, events: Int)
  /// Releasing a stream failed; it stays parked.
  case releaseFailed(ConsumerName, StreamID, reason: String)
  /// How far behind a consumer is.
  case lag(ConsumerName, Lag)
  /// The broker cannot be reached from a consumer.
  case sourceUnreachable(ConsumerName, reason: String)
  /// The source failed and is built anew.
  case sourceFailed(ConsumerName, reason: String, retryAfter: Duration)
  /// A consumer gave up its position and reads a partition from the oldest record.
  case startedOver(ConsumerName, TopicPartition, because: String)
  /// A consumer stopped because the broker is not the one it knows.
  case guardTripped(OffSeasonGuard)
  /// An operator let a stopped consumer start over; it reads again.
  case guardLifted(ConsumerName)
  /// A wish to send facts again arrived and was queued.
  case republicationAsked(ConsumerName, by: ServiceArea, stream: StreamID?)

  // MARK: Publishing

  /// This process publishes from now on.
  case relayActive
  /// Another process publishes; this one stands by.
  case relayStandsBy
  /// This process stopped publishing and tries again.
  case relayStopped(reason: String)
  /// Facts were published and left the outbox.
  case published(rows: Int, took: Duration)
  /// The broker did not take some rows; they stay in the outbox.
  case publishRefused(rows: Int, reason: String)
  /// Facts were sent again.
  case resent(records: Int)
  /// A republication is complete.
  case republished(stream: StreamID?)
  /// How much waits in the outbox.
  case backlog(Backlog)
  /// The broker cannot be reached from the relay.
  case sinkUnreachable
  /// The relay publishes to another cluster than before and sends the whole log again.
  case publishedClusterChanged
  /// The relay does not publish because the cluster is not the one it knows.
  case publicationGuardTripped(PublicationGuard)

  // MARK: Both

  /// The store is away; whoever needs it waits.
  case storeAway(String, String, retryAfter: Duration)
}

/// What became of the records of one batch.
public struct BatchReport: Sendable, Equatable {
  /// Events whose handlers ran.
  public var handled = 0
  /// Events of types that are not needed.
  public var ignored = 0
  /// Events that were applied before.
  public var repeated = 0
  /// Events dropped because earlier ones of their stream are missing.
  public var early = 0
  /// Events parked.
  public var parked = 0
  /// Records that are no events.
  public var malformed = 0
  /// The time of the newest event, by the calendar.
  public var newestTime: Instant?

  /// A report of nothing.
  public init() {}

  /// All records of the batch.
  public var records: Int { handled + ignored + repeated + early + parked + malformed }
}

/// A stretch of a stream that a reader did not get.
public struct StreamGap: Sendable, Hashable {
  /// The stream.
  public var stream: StreamID
  /// The first missing sequence.
  public var from: Int64
  /// The highest sequence that is known to exist and was not applied.
  public var through: Int64
  /// Puts the parts together.
  public init(stream: StreamID, from: Int64, through: Int64) {
    self.stream = stream
    self.from = from
    self.through = through
  }
}

/// How far behind a consumer is (real time; the calendar may have been set).
public struct Lag: Sendable, Equatable {
  /// Records between the position and the end; `nil` while unknown.
  public var recordsBehind: Int64?
  /// Time since the consumer last was at the end of everything assigned to it.
  public var sinceCaughtUp: Duration
  /// Puts the parts together.
  public init(recordsBehind: Int64?, sinceCaughtUp: Duration) {
    self.recordsBehind = recordsBehind
    self.sinceCaughtUp = sinceCaughtUp
  }
}

/// A consumer found a broker that does not hold what its position says (contract 10).
///
/// Reading stops until an operator has decided; the service goes on.
public struct OffSeasonGuard: Error, Sendable, Equatable, CustomStringConvertible {
  /// Who stopped.
  public var consumer: ConsumerName
  /// Where.
  public var partition: TopicPartition
  /// The position that was found wrong; the consumer reads again once it is another one.
  public var position: ReadPosition?
  /// What the position promised.
  public var expected: String
  /// What was there instead.
  public var found: String
  /// Puts the parts together.
  public init(
    consumer: ConsumerName, partition: TopicPartition, position: ReadPosition?,
    expected: String, found: String
  ) {
    self.consumer = consumer
    self.partition = partition
    self.position = position
    self.expected = expected
    self.found = found
  }

  /// The executable whose consumer it is: names are `<service>.<area>`.
  private var service: Substring { consumer.description.prefix { $0 != "." } }

  /// What happened and what to do.
  public var description: String {
    "\(consumer) stopped reading \(partition): expected \(expected), found \(found). "
      + "Check that this is the right broker; then run `\(service) consumer start-over --consumer "
      + "\(consumer) --operator NAME --reason TEXT`: within seconds it reads from the oldest record, "
      + "drops what it has, and asks the writer for what is missing."
  }
}

/// The relay found another cluster than the one it published to.
///
/// Nothing is lost: the outbox keeps what waits.
public struct PublicationGuard: Error, Sendable, Equatable, CustomStringConvertible {
  /// Whose relay stopped.
  public var area: ServiceArea
  /// The cluster that was published to.
  public var expected: String
  /// The cluster that answers.
  public var found: String
  /// Puts the parts together.
  public init(area: ServiceArea, expected: String, found: String) {
    self.area = area
    self.expected = expected
    self.found = found
  }

  /// What happened and what to do.
  public var description: String {
    "the relay of \(area.rawValue) does not publish: it knows cluster \(expected), found \(found). "
      + "Check that this is the right broker; then run this service's `republish --accept-cluster "
      + "\(found) --operator NAME --reason TEXT`, which accepts the cluster and sends the whole log "
      + "to it."
  }
}
