import EventStream
import Foundation
import ReviewEvents
import Testing

@testable import KafkaStream

@Suite(.timeLimit(.minutes(2))) struct `A reader of a topic` {
  @Test func `reads every record once, those of each partition in its order`() async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    let sent = try Sample.records(streams: 100, each: 20)
    _ = await sink.publishAll(sent)
    let reader = try broker.reader()
    let ranges = try await reader.fix(within: .seconds(10))
    #expect(ranges.count == 16 && ranges.values.map(\.count).reduce(0, +) == 2_000)
    let records = try await reader.rest()
    #expect(Set(try records.map { try $0.content.get() }) == Set(sent.map(\.event)))
    #expect(places(of: records) == ranges.filter { !$0.value.isEmpty }.mapValues(Array.init))
    #expect(try await reader.next(upTo: 10, within: .seconds(1)) == nil)
    #expect(await reader.clusterID(within: .seconds(5)) == sink.clusterID(within: .seconds(5)))
    await reader.close()
    await #expect(throws: KafkaError.closed) { try await reader.next(upTo: 1, within: .zero) }
  }

  @Test func `stops at the fixed end while a producer goes on`() async throws {
    let broker = try await BrokerProcess.start([(.case, 4)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 50, each: 20))
    let reader = try broker.reader()
    let producer = Task {
      var sequence = 21
      while !Task.isCancelled {
        _ = await sink.publish(try Sample.records(streams: 50, each: 1, from: sequence))
        sequence += 1
      }
    }
    let ranges = try await reader.fix(within: .seconds(10))
    // Beyond the end of every partition there is something to be had before the first is finished.
    _ = await sink.publishAll(try Sample.records(streams: 50, each: 4, from: 1_000_000))
    let records = try await reader.rest(upTo: 37)
    #expect(places(of: records) == ranges.mapValues(Array.init))
    #expect(records.count >= 1_000)
    producer.cancel()
    _ = try await producer.value
    await reader.close()
  }

  @Test func `reads exactly the rest when it is extended, at the end and in between`() async throws
  {
    let broker = try await BrokerProcess.start([(.case, 4)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 50, each: 4))
    let reader = try broker.reader()
    _ = try await reader.fix(within: .seconds(10))
    var records = try await reader.rest()
    #expect(records.count == 200)
    #expect(try await reader.extend(within: .seconds(10)).values.allSatisfy(\.isEmpty))
    #expect(try await reader.next(upTo: 10, within: .seconds(1)) == nil)

    _ = await sink.publishAll(try Sample.records(streams: 50, each: 4, from: 5))
    #expect(try await reader.next(upTo: 10, within: .seconds(1)) == nil)
    let rest = try await reader.extend(within: .seconds(10))
    #expect(rest.values.map(\.count).reduce(0, +) == 200)
    records += try #require(await reader.next(upTo: 30, within: .seconds(10)))
    _ = await sink.publishAll(try Sample.records(streams: 50, each: 4, from: 9))
    let more = try await reader.extend(within: .seconds(10))
    #expect(more.values.map(\.count).reduce(0, +) == 600 - records.count)
    records += try await reader.rest()
    #expect(records.count == 600)
    #expect(Set(try records.map { try $0.content.get().id }).count == 600)
    #expect(places(of: records).values.allSatisfy { $0 == Array(0..<Int64($0.count)) })
    await reader.close()
  }

  @Test func `begins at the offsets it is given, and at the oldest record elsewhere`() async throws
  {
    let broker = try await BrokerProcess.start([(.case, 2)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 50, each: 2))
    let reader = try broker.reader()
    let one = TopicPartition(topic: Sample.topic, partition: 1)
    let ranges = try await reader.fix(from: .offsets([one: 7]), within: .seconds(10))
    #expect(ranges.values.map(\.count).reduce(0, +) == 93 && ranges[one]?.lowerBound == 7)
    #expect(places(of: try await reader.rest()) == ranges.mapValues(Array.init))
    // Asked again, it begins anew.
    _ = try await reader.fix(within: .seconds(10))
    #expect(try await reader.rest().count == 100)
    await reader.close()
  }

  @Test func `ends at once with an empty topic`() async throws {
    let broker = try await BrokerProcess.start()
    let reader = try broker.reader()
    #expect(try await reader.fix(within: .seconds(10)).values.allSatisfy(\.isEmpty))
    let started = ContinuousClock.now
    #expect(try await reader.next(upTo: 10, within: .seconds(30)) == nil)
    #expect(ContinuousClock.now - started < .seconds(1))
    await reader.close()
  }

  @Test func `joins no group and has nothing noted as read`() async throws {
    let broker = try await BrokerProcess.start([(.case, 4)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 50, each: 4))
    let reader = try broker.reader()
    _ = try await reader.fix(within: .seconds(10))
    #expect(try await reader.rest().count == 200)
    #expect(await reader.memberID() == nil)
    let noted = try await reader.committedOffsets(within: .seconds(10))
    #expect(noted.count == 4 && noted.values.allSatisfy { $0 == nil })
    await reader.close()
  }

  @Test func `hands out one that is no event as such, in its place`() async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    let good = try Sample.event("case/C1", 1)
    let bad = try Sample.event("case/C2", 1, correlation: "")
    _ = await sink.publishAll([good, bad, good].map { .init(event: $0, isRepublished: true) })
    let reader = try broker.reader()
    _ = try await reader.fix(within: .seconds(10))
    #expect(
      try await reader.rest().map(\.content) == [
        .success(good), .failure(MalformedRecord(problem: "correlationid is malformed")),
        .success(good),
      ])
    await reader.close()
  }

  @Test func `may be fixed, read, extended and closed at any moment`() async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 200, each: 20))
    for round in 0..<10 {
      let reader = try broker.reader()
      _ = try await reader.fix(within: .seconds(10))
      _ = try await reader.next(upTo: 1 + round * 100, within: .seconds(10))
      _ = try await reader.extend(within: .seconds(10))
      _ = try await reader.next(upTo: 1, within: .seconds(10))
      _ = try await reader.fix(within: .seconds(10))
      _ = try await reader.next(upTo: 1, within: .seconds(10))
      if round.isMultiple(of: 2) { await reader.close() }
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct `What a reader of a topic cannot do` {
  @Test func `is to pass over records that vanish before they were read`() async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 1, each: 10))
    let reader = try broker.reader()
    _ = try await reader.fix(from: .offsets([zero: 3]), within: .seconds(10))
    let end = try await broker.loseOldest(publishingTo: sink)
    for _ in 0..<2 {  // and it stays so
      let error = await #expect(throws: TopicReadingError.self) {
        try await reader.next(upTo: 10, within: .seconds(20))
      }
      guard case .lost(zero, wanted: 3, let held?) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(held.upperBound == end && held.lowerBound > 10)
      #expect(error?.description.contains("its oldest is \(held.lowerBound)") == true)
    }
    let found = try await reader.fix(within: .seconds(10))
    #expect(try await reader.rest().count == found[zero]?.count)
    await reader.close()
  }

  @Test func `is to go on behind records that vanished in the meantime`() async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 1, each: 10))
    let reader = try broker.reader()
    _ = try await reader.fix(within: .seconds(10))
    #expect(try await reader.rest().count == 10)
    _ = try await broker.loseOldest(publishingTo: sink)
    let error = await #expect(throws: TopicReadingError.self) {
      try await reader.extend(within: .seconds(10))
    }
    guard case .lost(zero, wanted: 10, _?) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    await reader.close()
  }

  @Test func `is to begin where nothing is`() async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 1, each: 10))
    let reader = try broker.reader()
    await #expect(throws: TopicReadingError.lost(zero, wanted: 11, held: 0..<10)) {
      try await reader.fix(from: .offsets([zero: 11]), within: .seconds(10))
    }
    let other = TopicPartition(topic: Sample.topic, partition: 1)
    await #expect(throws: TopicReadingError.lost(other, wanted: 0, held: nil)) {
      try await reader.fix(from: .offsets([other: 0]), within: .seconds(10))
    }
    await #expect(throws: KafkaError.nothingFixed) {
      try await reader.next(upTo: 1, within: .seconds(1))
    }
    await #expect(throws: KafkaError.nothingFixed) { try await reader.extend(within: .seconds(1)) }
    await reader.close()
  }

  @Test func `is to find times in the embedded broker`() async throws {
    let broker = try await BrokerProcess.start()
    let reader = try broker.reader()
    await #expect(throws: TopicReadingError.timesUnknown(Sample.topic)) {
      try await reader.fix(
        from: .takenSince(try Instant("2027-01-01T00:00:00.000Z")), within: .seconds(10))
    }
    await reader.close()
  }

  @Test func `is to read a topic that is not there`() async throws {
    let broker = try await BrokerProcess.start()
    let reader = try KafkaTopicReader(
      settings: broker.settings(), topic: ServiceArea.intake.topic)
    await #expect(throws: UnusableTopics(problems: ["review.intake.v1 does not exist"])) {
      try await reader.fix(within: .seconds(10))
    }
    await reader.close()
  }

  @Test(arguments: [true, false])
  func `is to reach a broker that is away, and it says so in time`(isDeaf: Bool) async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 10, each: 1))
    let reader = try broker.reader()
    let ranges = try await reader.fix(within: .seconds(10))
    if isDeaf { broker.pause() } else { broker.killNow() }
    try await expectTimeout { try await reader.next(upTo: 1, within: .milliseconds(500)) }
    try await expectTimeout { try await reader.extend(within: .milliseconds(500)) }
    let late = try broker.reader()
    try await expectTimeout { try await late.fix(within: .milliseconds(500)) }
    if isDeaf {
      // What was asked in vain is asked again, and goes on.
      broker.resume()
      #expect(try await reader.rest().count == 10)
      #expect(try await reader.extend(within: .seconds(10)).keys == ranges.keys)
    }
    let started = ContinuousClock.now
    await reader.close()
    await late.close()
    #expect(ContinuousClock.now - started < .seconds(3))
  }

  @Test(arguments: [0, 4])
  func `is to take another cluster for the one it began in`(read: Int) async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 1, each: 10))
    let reader = try broker.reader()
    _ = try await reader.fix(within: .seconds(10))
    if read > 0 {
      #expect(try await reader.next(upTo: read, within: .seconds(10))?.count == read)
    }
    broker.killNow()
    try await broker.startAgain()
    _ = await sink.publishAll(try Sample.records(streams: 1, each: 20, from: 101))
    await #expect(throws: TopicReadingError.otherCluster(Sample.topic)) {
      while let records = try await reader.next(upTo: 1, within: .seconds(10)) {
        // What was fetched beforehand may still come; nothing of the other one may.
        #expect(try records[0].content.get().sequence <= 10)
      }
      _ = try await reader.extend(within: .seconds(10))
    }
    #expect(try await reader.fix(within: .seconds(10))[zero] == 0..<20)
    #expect(try await reader.rest().count == 20)
    await reader.close()
  }

  @Test func `is to wait on when its task is cancelled`() async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    _ = await sink.publishAll(try Sample.records(streams: 10, each: 1))
    let reader = try broker.reader()
    _ = try await reader.fix(within: .seconds(10))
    broker.pause()
    let started = ContinuousClock.now
    let reading = Task { try await reader.next(upTo: 1, within: .seconds(60)) }
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
    #expect(ContinuousClock.now - started < .seconds(2))
    let fixing = Task { try await reader.fix(within: .seconds(60)) }
    try await Task.sleep(for: .milliseconds(100))
    fixing.cancel()
    await #expect(throws: CancellationError.self) { try await fixing.value }
    #expect(ContinuousClock.now - started < .seconds(5))
    broker.resume()
    await reader.close()
  }
}

private let zero = TopicPartition(topic: Sample.topic, partition: 0)

private func places(of records: [ConsumedRecord]) -> [TopicPartition: [Int64]] {
  Dictionary(grouping: records, by: \.partition).mapValues { $0.map(\.offset) }
}

/// Expects an error that may pass, soon after the half second that was allowed.
private func expectTimeout<Answer: Sendable>(
  _ body: () async throws -> Answer, location: SourceLocation = #_sourceLocation
) async throws {
  let started = ContinuousClock.now
  let error = await #expect(throws: KafkaError.self, sourceLocation: location) { try await body() }
  #expect(error?.isRetriable == true, sourceLocation: location)
  #expect(error?.message.contains("127.0.0.1") == false, sourceLocation: location)
  #expect(ContinuousClock.now - started < .seconds(3), sourceLocation: location)
}

extension BrokerProcess {
  fileprivate func reader() throws -> KafkaTopicReader {
    try KafkaTopicReader(settings: settings(), topic: Sample.topic)
  }

  /// Publishes more to the only partition than the broker holds; answers where it ends now.
  fileprivate func loseOldest(publishingTo sink: KafkaSink) async throws -> Int64 {
    var generator = SystemRandomNumberGenerator()
    // At random, because the broker's limit is about compressed batches.
    let payload = (0..<100_000).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    var records = try Sample.records(streams: 1, each: 80, from: 11)
    for index in records.indices { records[index].event.payload = payload }
    for record in records { _ = await sink.publish([record]) }
    return 10 + Int64(records.count)
  }
}

extension KafkaTopicReader {
  /// Everything up to the fixed end.
  fileprivate func rest(upTo count: Int = 1_000) throws -> [ConsumedRecord] {
    var records: [ConsumedRecord] = []
    while let batch = try next(upTo: count, within: .seconds(20)) {
      #expect((1...count).contains(batch.count))
      records += batch
    }
    return records
  }
}
