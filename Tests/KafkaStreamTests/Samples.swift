import EventStream
import KafkaStream
import ReviewEvents
import Synchronization

/// Events and helpers of these tests.
enum Sample {
  static let topic = ServiceArea.case.topic

  static func event(
    _ stream: String = "case/C1", _ sequence: Int64 = 1, correlation: String = "request-1",
    payload: [UInt8] = Array("{}".utf8)
  ) throws -> EventEnvelope {
    EventEnvelope(
      stream: try StreamID(stream), sequence: sequence, type: "review.case.case-proposed",
      dataVersion: 2, area: .case, time: try Instant("2021-12-09T17:00:00.123Z"),
      actor: try ActorContext("person/P1;on-behalf-of=unit/U1"),
      trace: TraceContext(
        correlationID: correlation, causationID: "case/C0@7",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
      payload: payload)
  }

  /// `count` events of each of `streams` streams, in the order in which a relay would send them.
  static func records(streams: Int, each count: Int, from first: Int = 1) throws -> [OutgoingRecord]
  {
    try (first..<first + count).flatMap { sequence in
      try (0..<streams).map { stream in
        OutgoingRecord(event: try event("case/C\(stream)", Int64(sequence)), isRepublished: false)
      }
    }
  }
}

struct TookTooLong: Error, CustomStringConvertible {
  let description: String
}

extension KafkaSource {
  /// The next result that `pick` wants, answering assignments from the oldest record on.
  func next<Value: Sendable>(
    within: Duration = .seconds(30), from start: StartOffset = .oldest,
    _ what: String, _ pick: @Sendable (Polled) -> Value?
  ) async throws -> Value {
    let deadline = ContinuousClock.now + within
    while ContinuousClock.now < deadline {
      let polled = try poll(upTo: 1_000, within: .milliseconds(200))
      if case .assigned(let partitions) = polled {
        try self.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, start) }))
      }
      if let value = pick(polled) { return value }
    }
    throw TookTooLong(description: what)
  }

  /// Reads until `count` records came.
  func records(_ count: Int, within: Duration = .seconds(30)) async throws -> [ConsumedRecord] {
    var records: [ConsumedRecord] = []
    let deadline = ContinuousClock.now + within
    while records.count < count {
      records += try await next(within: deadline - .now, "\(count) records") { polled in
        if case .records(let records, _) = polled { records } else { nil }
      }
    }
    return records
  }
}

extension KafkaSink {
  /// Publishes any number of records, batch by batch.
  func publishAll(_ records: [OutgoingRecord]) async -> [Bool] {
    var acknowledged: [Bool] = []
    for first in stride(from: 0, to: records.count, by: Self.batchRecordsMax) {
      let batch = Array(records[first..<min(records.count, first + Self.batchRecordsMax)])
      acknowledged += publish(batch).acknowledged
    }
    return acknowledged
  }
}

/// Keeps what a client observed.
final class Observations: Sendable {
  private let seen = Mutex<[KafkaObservation]>([])
  var all: [KafkaObservation] { seen.withLock { $0 } }
  var observer: KafkaObserver { { [self] observation in seen.withLock { $0.append(observation) } } }
}

/// Waits for a condition, at most `within`.
func eventually(
  _ what: String, within: Duration = .seconds(20), _ condition: () async -> Bool
) async throws {
  let deadline = ContinuousClock.now + within
  while !(await condition()) {
    guard ContinuousClock.now < deadline else { throw TookTooLong(description: what) }
    try await Task.sleep(for: .milliseconds(10))
  }
}
