/// Every limit of the engine, by name.
public struct EngineLimits: Sendable {
  /// The most records applied in one transaction.
  public var batchRecordsMax = 500
  /// How long one question for records waits; the first record ends it.
  public var batchWait: Duration = .milliseconds(500)
  /// How long a reader rests whose source says at once that it is away.
  public var unreachablePause: Duration = .milliseconds(100)
  /// How often the handler of one event is tried before the event is parked.
  public var handlerAttemptsMax = 5
  /// The first pause between two tries; each further one is twice as long.
  public var handlerPause: Duration = .milliseconds(50)
  /// The longest pause between two tries of a handler.
  public var handlerPauseMax: Duration = .seconds(2)
  /// The first pause when the store or a source is away.
  public var outagePause: Duration = .milliseconds(100)
  /// The longest pause when the store or a source is away.
  public var outagePauseMax: Duration = .seconds(5)
  /// How long a writer is given to repair a gap before it is asked again.
  public var gapPatience: Duration = .seconds(60)
  /// How long a listener for wishes rests after each batch: hardly any record is a wish, and the
  /// position behind the others is worth no transaction each.
  public var wishesInterval: Duration = .milliseconds(200)
  /// How often a consumer behind the off-season guard looks whether an operator has acted.
  public var guardPollInterval: Duration = .seconds(1)
  /// How often the distance to the end of the topic is measured.
  public var lagInterval: Duration = .seconds(1)
  /// The most parked events looked at in one round of releasing.
  public var releaseEventsMax = 50_000
  /// The most rows of the outbox published at once.
  public var publishRowsMax = 500
  /// How often the outbox is looked at when nobody calls.
  public var relayPollInterval: Duration = .milliseconds(200)
  /// How often a relay that stands by tries to become the active one.
  public var relayLockInterval: Duration = .seconds(1)
  /// How often the backlog of the outbox is measured.
  public var backlogInterval: Duration = .seconds(1)
  /// The most waiting rows that are counted: one more than commands are still accepted with.
  public var backlogRowsMax = 100_001
  /// How long the relay waits to learn which cluster it talks to.
  public var clusterIDWait: Duration = .seconds(1)
  /// The most facts sent again at once.
  public var republishRecordsMax = 500
  /// The most facts sent again in a second, so that live facts keep their place.
  public var republishRecordsPerSecondMax = 5_000
  /// How often a reader looks whether what it waits for is visible.
  public var visibilityInterval: Duration = .milliseconds(20)

  /// The limits that hold unless settings say otherwise.
  public init() {}
}
