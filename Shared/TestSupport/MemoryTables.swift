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
  var gaps: [Lane: Gap] = [:]
  var answers: [IdempotencyKey: StoredAnswer] = [:]
}

/// The copy that one transaction works on.
final class MemoryScratch {
  var tables: MemoryTables
  let area: ServiceArea
  let now: Duration

  init(_ tables: MemoryTables, area: ServiceArea, now: Duration) {
    self.tables = tables
    self.area = area
    self.now = now
  }

  func nextNumber() -> Int64 {
    tables.lastNumber += 1
    return tables.lastNumber
  }
}
