package import ReviewEvents

/// What is to be done with the events of a batch: pure, so that every rule can be tested alone.
package struct BatchPlan {
  /// An event and where it stood.
  package struct Item {
    var event: EventEnvelope
    var partition: TopicPartition
    var offset: Int64
    /// The payload, if it was decoded before.
    var payload: DecodedPayload?

    package init(event: EventEnvelope, partition: TopicPartition, offset: Int64) {
      self.init(event: event, partition: partition, offset: offset, payload: nil)
    }

    init(
      event: EventEnvelope, partition: TopicPartition, offset: Int64, payload: DecodedPayload?
    ) {
      self.event = event
      self.partition = partition
      self.offset = offset
      self.payload = payload
    }
  }

  /// How events that are next in their stream are answered.
  package enum Treatment: Equatable {
    /// By their handlers.
    case handle
    /// Not at all: the one event's handler failed often enough.
    case park(reason: String, attempts: Int)
  }

  /// Events of one type that one call of their handler answers.
  struct Group {
    var type: EventType
    var events: [(any ReviewEvent, EventEnvelope)]
  }

  private(set) var groups: [Group] = []
  /// The fences that moved.
  package private(set) var fences: [StreamID: Int64] = [:]
  private(set) var parking: [ParkedEvent] = []
  /// Gaps that the batch itself did not close, in order of stream.
  private(set) var gaps: [StreamGap] = []
  /// Where the first gap was noticed.
  private(set) var firstEarly: EventEnvelope?
  private(set) var report = BatchReport()

  private let subscription: Subscription
  private let treatment: Treatment
  /// Ids of events that an operator took out of their streams for good.
  private let discarded: Set<String>
  private var known: [StreamID: Int64]
  private var parkedStreams: Set<StreamID>
  private var highestEarly: [StreamID: Int64] = [:]
  /// The last group that holds an event of a stream.
  private var lastGroup: [StreamID: Int] = [:]
  /// The groups of a type, in order.
  private var groupsOfType: [EventType: [Int]] = [:]

  /// Sorts `items`, which keep the order of their streams.
  package init(
    _ items: [Item], for subscription: Subscription, fences: [StreamID: Int64],
    parkedStreams: Set<StreamID>, treatment: Treatment = .handle, discarded: Set<String> = []
  ) {
    self.subscription = subscription
    self.treatment = treatment
    self.discarded = discarded
    known = fences
    self.parkedStreams = parkedStreams
    for item in items { place(item) }
    gaps = highestEarly.sorted { $0.key < $1.key }.compactMap { stream, highest in
      let fence = known[stream] ?? 0
      return highest > fence ? StreamGap(stream: stream, from: fence + 1, through: highest) : nil
    }
  }

  private mutating func place(_ item: Item) {
    let event = item.event
    let fence = known[event.stream] ?? 0
    report.newestTime = max(report.newestTime ?? event.time, event.time)
    guard event.sequence > fence else {
      report.repeated += 1
      return
    }
    // Before the check for gaps: behind a parked event everything waits, and the gap, if there is
    // one, is found when the stream is released.
    guard !parkedStreams.contains(event.stream) else { return park(item, .behind) }
    guard event.sequence == fence + 1 else {
      // Dropped: the writer is asked for everything from the fence on, this event included.
      report.early += 1
      highestEarly[event.stream] = max(highestEarly[event.stream] ?? 0, event.sequence)
      firstEarly = firstEarly ?? event
      return
    }
    if case .park(let reason, let attempts) = treatment {
      return park(item, .failed(reason), attempts: attempts)
    }
    if subscription.ignored.contains(event.type)
      || !discarded.isEmpty && discarded.contains(event.id)
    {
      report.ignored += 1
    } else if let problem = route(item) {
      return park(item, .undecodable(problem))
    } else {
      report.handled += 1
    }
    known[event.stream] = event.sequence
    fences[event.stream] = event.sequence
  }

  private mutating func park(_ item: Item, _ cause: ParkedEvent.Cause, attempts: Int = 0) {
    report.parked += 1
    parkedStreams.insert(item.event.stream)
    parking.append(
      ParkedEvent(
        event: item.event, partition: item.partition, offset: item.offset, cause: cause,
        attempts: attempts))
  }

  /// Decodes an event, unless that was done before, and puts it into a group.
  /// - Returns: why it cannot be read, if so.
  private mutating func route(_ item: Item) -> UndecodableEvent.Problem? {
    guard let payload = item.payload ?? subscription.decodePayload(of: item.event) else {
      return .unknownType
    }
    switch payload.result {
    case .success(let event):
      group(event, item.event)
      return nil
    case .failure(let error): return error.problem
    }
  }

  /// Puts an event into the earliest group of its type that does not stand before an event of its
  /// own stream.
  ///
  /// Streams may overtake each other (contract 2), events of one stream never.
  private mutating func group(_ event: any ReviewEvent, _ envelope: EventEnvelope) {
    let last = lastGroup[envelope.stream] ?? 0
    let candidates = groupsOfType[envelope.type] ?? []
    let index: Int
    if let found = candidates.first(where: { $0 >= last }) {
      index = found
    } else {
      index = groups.count
      groups.append(Group(type: envelope.type, events: []))
      groupsOfType[envelope.type, default: []].append(index)
    }
    groups[index].events.append((event, envelope))
    lastGroup[envelope.stream] = index
  }
}
