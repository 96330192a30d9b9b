internal import EventStream
internal import ReviewEvents

/// Everything a ``MemoryStore`` keeps.
struct MemoryTables: Sendable {
  struct Waiting: Sendable {
    var row: OutboxRow
    var since: Duration
  }

  struct Gap: Sendable {
    var missing: Int64
    var askedAt: Duration
  }

  struct Place: Hashable, Sendable {
    var consumer: ConsumerName
    var partition: TopicPartition
  }

  struct Lane: Hashable, Sendable {
    var consumer: ConsumerName
    var stream: StreamID
  }

  var log: [LoggedEvent] = []
  var histories: [StreamID: [EventEnvelope]] = [:]
  var outbox: [Waiting] = []
  var lastNumber: Int64 = 0
  var publishedCluster: String?
  var republications: [RepublicationRequest] = []
  var positions: [Place: ReadPosition] = [:]
  var fences: [Lane: Int64] = [:]
  var parked: [Lane: [ParkedEvent]] = [:]
  /// Ids of parked events that an operator discarded.
  var discarded: [ConsumerName: Set<String>] = [:]
  var gaps: [Lane: Gap] = [:]
  var answers: [IdempotencyKey: StoredAnswer] = [:]
  var own: (any OwnTables)?

  init(own: (any OwnTables)? = nil) { self.own = own }
}

/// The copy that one transaction works on.
final class MemoryScratch {
  var tables: MemoryTables
  let area: ServiceArea
  let now: Duration
  /// Whether another append holds numbers and is not visible yet.
  let isAppendUnderWay: Bool
  private var drawn: ArraySlice<Int64>

  init(
    _ tables: MemoryTables, area: ServiceArea, now: Duration, drawn: [Int64],
    isAppendUnderWay: Bool
  ) {
    self.tables = tables
    self.area = area
    self.now = now
    self.drawn = drawn[...]
    self.isAppendUnderWay = isAppendUnderWay
  }

  func nextNumber() -> Int64 {
    if let number = drawn.popFirst() { return number }
    tables.lastNumber += 1
    return tables.lastNumber
  }

  /// Adds a fact to log and outbox, where its number belongs.
  func add(_ event: EventEnvelope) {
    let number = nextNumber()
    tables.histories[event.stream, default: []].append(event)
    let place = tables.log.lastIndex { $0.position < number }.map { $0 + 1 } ?? 0
    tables.log.insert(LoggedEvent(position: number, event: event), at: place)
    let turn = tables.outbox.lastIndex { $0.row.id < number }.map { $0 + 1 } ?? 0
    tables.outbox.insert(
      MemoryTables.Waiting(row: OutboxRow(id: number, event: event), since: now), at: turn)
  }
}
