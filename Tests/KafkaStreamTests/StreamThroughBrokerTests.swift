import EventStream
import Foundation
import ReviewEvents
import Synchronization
import Testing

@testable import KafkaStream

@Suite(.timeLimit(.minutes(2))) struct `Records through a broker` {
  @Test func `arrive in order per stream, each once, with their places`() async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    let sent = try Sample.records(streams: 100, each: 20)
    #expect(await sink.publishAll(sent) == Array(repeating: true, count: 2_000))
    #expect(sink.reachability == .reachable)

    let source = try broker.source()
    let records = try await source.records(2_000)
    let events = try records.map { try $0.content.get() }
    for (stream, events) in Dictionary(grouping: events, by: \.stream) {
      #expect(events.map(\.sequence) == Array(1...20), "\(stream)")
    }
    #expect(Set(events) == Set(sent.map(\.event)))
    let partitions = Dictionary(grouping: records, by: \.partition)
    #expect(partitions.count > 10)
    for (_, records) in partitions {
      #expect(records.map(\.offset) == (0..<Int64(records.count)).map { $0 })
    }
    let half = partitions.mapValues { Int64($0.count / 2) }
    #expect(
      await source.lag(behind: half) == partitions.mapValues { Int64($0.count - $0.count / 2) })
    await source.reportProgress(partitions.mapValues { Int64($0.count) })
    for (partition, records) in partitions {
      for stream in Set(records.compactMap { try? $0.content.get().stream }) {
        #expect(partition.partition == Murmur2.partition(of: stream.description, among: 16))
      }
    }
    await source.close()
    await #expect(throws: KafkaError.self) {
      try await source.poll(upTo: 1, within: .milliseconds(1))
    }
  }

  @Test func `that are not wanted are passed over, but for the first and the last`() async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    var events = try (1...20).map { try Sample.event("case/C1", Int64($0)) }
    events.insert(try Sample.event("repair/case", 1), at: 10)
    _ = await sink.publishAll(events.map { .init(event: $0, isRepublished: false) })
    let source = try KafkaSource(
      settings: broker.settings(), group: "a.repair", topics: [Sample.topic], only: .repair)
    var found: [ConsumedRecord] = []
    while found.last?.offset != 20 {
      found += try await source.next("more records") { polled in
        if case .records(let records, _) = polled { records } else { nil }
      }
    }
    #expect(try found.last?.content.get() == events[20])
    #expect(found.first?.offset == 0)
    #expect(try found.filter { $0.offset == 10 }.map { try $0.content.get() } == [events[10]])
    #expect(found.map(\.offset) == Set(found.map(\.offset)).sorted())
    #expect(found.count < events.count)
    await source.close()
  }

  @Test func `one that is no event is delivered as such, in its place`() async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    let good = try Sample.event("case/C1", 1)
    let bad = try Sample.event("case/C2", 1, correlation: "")
    _ = await sink.publishAll([good, bad, good].map { .init(event: $0, isRepublished: true) })
    let source = try broker.source()
    let records = try await source.records(3)
    #expect(
      records.map(\.content) == [
        .success(good), .failure(MalformedRecord(problem: "correlationid is malformed")),
        .success(good),
      ])
    await source.close()
  }

  @Test func `an offset that is not there is lost, and a new client reads on from elsewhere`()
    async throws
  {
    let broker = try await BrokerProcess.start([(.case, 2)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 50, each: 2))
    let source = try broker.source()
    let lost = try await source.next(from: .at(1_000), "a lost partition") { polled in
      if case .lost(let partition) = polled { partition } else { nil }
    }
    // Moving it ends this client, because librdkafka 2.0.2 cannot assign again safely.
    try await source.start([lost: .at(2)])
    let deadline = ContinuousClock.now + .seconds(10)
    await #expect(throws: KafkaError.self) {
      while ContinuousClock.now < deadline {
        _ = try await source.poll(upTo: 10, within: .milliseconds(50))
      }
    }
    await source.close()
    let anew = try broker.source()
    // The member that ended holds its place until its session is over, and an answer to joining that
    // got lost is waited for as long as a poll may take; together that can be more than 30 s.
    let next = try await anew.next(
      within: .seconds(90), from: .at(2), "the lost partition from 2 on"
    ) { polled in
      guard case .records(let records, _) = polled else { return ConsumedRecord?.none }
      return records.first { $0.partition == lost }
    }
    #expect(next.offset == 2)
    await anew.close()
  }

  @Test func `a queue that is full makes publishing slower, not fail`() async throws {
    let broker = try await BrokerProcess.start()
    var properties = broker.settings().producerProperties()
    properties["queue.buffering.max.messages"] = "10"
    let sink = try KafkaSink(properties: properties, observer: { _ in })
    let outcome = await sink.publish(try Sample.records(streams: 50, each: 10))
    #expect(outcome.acknowledged == Array(repeating: true, count: 500))
    #expect(outcome.refusal == nil)
  }

  @Test func `what follows a refused record is not sent before it`() async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    var records = try Sample.records(streams: 1, each: 5)
    records[2].event.payload = Array(repeating: 0x20, count: 2_000_000)
    let outcome = await sink.publish(records)
    #expect(outcome.acknowledged == [true, true, false, false, false])
    #expect(outcome.refusal == "Broker: Message size too large")
  }

  @Test func `a client at its end is made anew for the next batch`() async throws {
    let broker = try await BrokerProcess.start()
    let observations = Observations()
    let sink = try KafkaSink(settings: broker.settings(), observer: observations.observer)
    _ = await sink.publish(try Sample.records(streams: 5, each: 1))
    await sink.provokeFatalError()
    let refused = await sink.publish(try Sample.records(streams: 5, each: 1, from: 2))
    #expect(refused.acknowledged == Array(repeating: false, count: 5))
    #expect(refused.refusal != nil)
    #expect(
      observations.all.contains {
        if case .rebuilding(let error) = $0 { error.isFatal } else { false }
      })
    let outcome = await sink.publish(try Sample.records(streams: 5, each: 1, from: 2))
    #expect(outcome.acknowledged == Array(repeating: true, count: 5))
  }

  @Test func `a closed sink refuses, and says so`() async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    await sink.close()
    let outcome = await sink.publish(try Sample.records(streams: 2, each: 1))
    #expect(outcome.acknowledged == [false, false] && outcome.refusal != nil)
    #expect(await sink.clusterID(within: .seconds(1)) == nil)
  }

  @Test func `whoever stops asking loses the partitions and gets them again`() async throws {
    let broker = try await BrokerProcess.start()
    var properties = broker.settings().consumerProperties(group: "a.case")
    properties["max.poll.interval.ms"] = properties["session.timeout.ms"]
    let source = try KafkaSource(
      properties: properties, topics: [Sample.topic], observer: { _ in })
    let assigned: @Sendable (Polled) -> Bool? = { if case .assigned = $0 { true } else { nil } }
    _ = try await source.next("an assignment", assigned)
    try await Task.sleep(for: .seconds(8))
    _ = try await source.next("the revocation") { polled in
      if case .revoked = polled { true } else { nil }
    }
    _ = try await source.next("another assignment", assigned)
    await source.close()
  }

  @Test func `cancelling ends a wait for records`() async throws {
    let broker = try await BrokerProcess.start()
    let source = try broker.source()
    let started = ContinuousClock.now
    let waiting = Task { try await source.poll(upTo: 1, within: .seconds(60)) }
    waiting.cancel()
    guard case .nothing = try await waiting.value else { throw TookTooLong(description: "poll") }
    #expect(ContinuousClock.now - started < .seconds(2))
    await source.close()
  }
}

@Suite(.timeLimit(.minutes(2))) struct `Topics` {
  @Test func `with the promised partitions are accepted`() async throws {
    let broker = try await BrokerProcess.start([(.case, 16), (.rating, 16)])
    let admin = try KafkaAdmin(settings: broker.settings())
    try await admin.ensureTopics([ServiceArea.case.topic, ServiceArea.rating.topic])
    await admin.close()
  }

  @Test func `with another partition count stop the start`() async throws {
    let broker = try await BrokerProcess.start([(.case, 16), (.rating, 4)])
    let admin = try KafkaAdmin(settings: broker.settings())
    await #expect(
      throws: UnusableTopics(
        problems: ["review.rating.v1 has 4 partitions and must have 16"])
    ) {
      try await admin.ensureTopics([ServiceArea.case.topic, ServiceArea.rating.topic])
    }
  }

  @Test func `that the embedded broker does not have are waited for, then refused`() async throws {
    let broker = try await BrokerProcess.start()
    let admin = try KafkaAdmin(settings: broker.settings())
    await #expect(throws: UnusableTopics(problems: ["review.intake.v1 does not exist"])) {
      try await admin.ensureTopics([ServiceArea.intake.topic], within: .seconds(6))
    }
  }

  @Test func `last as long as the broker says, or nobody knows how long`() async throws {
    func retention(_ time: String, _ size: String, _ policy: String) -> KafkaAdmin.Retention? {
      KafkaAdmin.retention([
        "retention.ms": time, "retention.bytes": size, "cleanup.policy": policy,
      ])
    }
    #expect(retention("-1", "-1", "delete") == .unlimited)
    #expect(retention("-1", "1048576", "delete") == .limitedBySize)
    #expect(retention("604800000", "-1", "delete") == .limited(.seconds(604_800)))
    #expect(retention("-1", "-1", "compact") == .limited(.zero))
    #expect(retention("-1", "-1", "compact,delete") == .limited(.zero))
    #expect(retention("", "-1", "delete") == nil)
    #expect(KafkaAdmin.retention(["retention.ms": "-1"]) == nil)
    let broker = try await BrokerProcess.start([(.case, 16)])
    let admin = try KafkaAdmin(settings: broker.settings())
    // The embedded broker knows no settings of topics: it may refuse, but it never seems to promise.
    let told = try? await admin.retention(of: [ServiceArea.case.topic], within: .seconds(2))
    #expect(told ?? [:] == [:])
    await admin.close()
  }

  @Test func `are not waited for without end when nobody answers`() async throws {
    let broker = try await BrokerProcess.start()
    broker.killNow()
    let admin = try KafkaAdmin(settings: broker.settings())
    let started = ContinuousClock.now
    await #expect(throws: KafkaError.self) {
      try await admin.ensureTopics([Sample.topic], within: .milliseconds(500))
    }
    #expect(ContinuousClock.now - started < .seconds(5))
  }
}

/// How Java clients choose a partition: Kafka's own variant of MurmurHash2, written down again so
/// that the library's setting is compared with something else than itself.
private enum Murmur2 {
  static func partition(of key: String, among count: Int32) -> Int32 {
    Int32(bitPattern: hash(Array(key.utf8)) & 0x7FFF_FFFF) % count
  }

  private static func hash(_ bytes: [UInt8]) -> UInt32 {
    let multiplier: UInt32 = 0x5BD1_E995
    var hash = 0x9747_B28C ^ UInt32(bytes.count)
    let wholeWords = bytes.count / 4 * 4
    for start in stride(from: 0, to: wholeWords, by: 4) {
      var word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32($1 * 8) }
      word &*= multiplier
      word ^= word >> 24
      word &*= multiplier
      hash = (hash &* multiplier) ^ word
    }
    let rest = bytes[wholeWords...]
    for (place, byte) in rest.enumerated() { hash ^= UInt32(byte) << UInt32(place * 8) }
    if !rest.isEmpty { hash &*= multiplier }
    hash ^= hash >> 13
    hash &*= multiplier
    return hash ^ (hash >> 15)
  }
}
