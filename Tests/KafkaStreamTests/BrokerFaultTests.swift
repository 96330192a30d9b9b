import EventStream
import Foundation
import ReviewEvents
import Synchronization
import Testing

@testable import KafkaStream

@Suite(.timeLimit(.minutes(3))) struct `With a broker that fails` {
  @Test func `a batch waits for the broker, is finished, and the source finds the new cluster`()
    async throws
  {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    let source = try broker.source()
    _ = await sink.publishAll(try Sample.records(streams: 20, each: 1))
    let before = try #require(await sink.clusterID(within: .seconds(5)))
    let seen = try await source.next("records of the first cluster") { polled -> String?? in
      if case .records(_, let clusterID) = polled { .some(clusterID) } else { nil }
    }
    #expect(seen == before)

    broker.killNow()
    let batch = Task { await sink.publish(try Sample.records(streams: 500, each: 2)) }
    let reason = try await source.next("the broker to be away") { polled in
      if case .unreachable(let reason) = polled { reason } else { nil }
    }
    #expect(!reason.contains("127.0.0.1"))
    try await eventually("the sink to say so") {
      if case .unreachable = sink.reachability { true } else { false }
    }
    try await broker.startAgain()
    let outcome = try await batch.value
    #expect(outcome.acknowledged == Array(repeating: true, count: 1_000))
    try await eventually("the sink to see it back") { sink.reachability == .reachable }
    let after = try #require(await sink.clusterID(within: .seconds(5)))
    #expect(after != before)

    // Offset 20 exists in the new cluster as well: only the id tells that it is another record.
    // The id may be unknown for a moment but is never the old one.
    var known: String?
    while known != after {
      _ = await sink.publish(try Sample.records(streams: 1, each: 1))
      known = try await source.next("records of the second cluster") { polled -> String?? in
        if case .records(_, let clusterID) = polled { .some(clusterID) } else { nil }
      }
      #expect(known != before)
    }
    #expect(source.reachability == .reachable)
    await source.close()
  }

  @Test func `errors that pass are tried again: every record arrives, in order`() async throws {
    let broker = try await BrokerProcess.start([(.case, 1)])
    let sink = try KafkaSink(settings: broker.settings())
    let source = try broker.source()
    for round in 0..<3 {
      broker.disturb()
      let sent = try Sample.records(streams: 20, each: 2, from: 2 * round + 1)
      #expect(await sink.publishAll(sent) == Array(repeating: true, count: 40))
    }
    // The embedded broker can owe the answer to joining after each of the three troubles; then a
    // member asks again when `max.poll.interval.ms` has passed, which is 20 s there.
    let records = try await source.records(120, within: .seconds(90))
    #expect(records.map(\.offset) == Array(0..<120), "none twice, none missing")
    await source.close()
  }

  @Test func `cancelling accounts for every record and credits none to the next batch`()
    async throws
  {
    let broker = try await BrokerProcess.start()
    let observations = Observations()
    let sink = try KafkaSink(settings: broker.settings(), observer: observations.observer)
    _ = await sink.publish(try Sample.records(streams: 10, each: 1))
    broker.pause()
    let records = try Sample.records(streams: 10, each: 50, from: 2)
    let batch = Task { await sink.publish(records) }
    try await eventually("the sink to find the broker deaf") {
      sink.reachability == .unreachable("no answer")
    }
    let started = ContinuousClock.now
    batch.cancel()
    let outcome = await batch.value
    #expect(ContinuousClock.now - started < .seconds(2))
    #expect(outcome.acknowledged == Array(repeating: false, count: 500))
    #expect(outcome.refusal != nil)
    broker.resume()
    let again = await sink.publish(records)
    #expect(again.acknowledged == Array(repeating: true, count: 500))
    #expect(!observations.all.contains(.lateReport))
    #expect(sink.reachability == .reachable)
  }

  @Test(arguments: [true, false])
  func `leaving the group is bounded`(isDeaf: Bool) async throws {
    let broker = try await BrokerProcess.start()
    let source = try broker.source()
    _ = try await source.next("an assignment") { polled in
      if case .assigned = polled { true } else { nil }
    }
    if isDeaf { broker.pause() } else { broker.killNow() }
    let started = ContinuousClock.now
    await source.close()
    #expect(ContinuousClock.now - started < KafkaSource.closeDurationMax + .seconds(2))
    if isDeaf { broker.resume() }
  }

  @Test func `no cluster is named while nobody answers`() async throws {
    let broker = try await BrokerProcess.start()
    let sink = try KafkaSink(settings: broker.settings())
    #expect(sink.reachability == .unknown)
    #expect(await sink.clusterID(within: .seconds(5)) != nil)
    #expect(sink.reachability == .reachable)
    broker.killNow()
    let started = ContinuousClock.now
    #expect(await sink.clusterID(within: .milliseconds(300)) == nil)
    #expect(ContinuousClock.now - started < .seconds(3))
    #expect(sink.reachability != .reachable)
  }
}

@Suite(.timeLimit(.minutes(3))) struct `Two members of a group` {
  @Test func `never both hold a record, and each starts exactly where told`() async throws {
    let broker = try await BrokerProcess.start()
    let ledger = GroupLedger()
    let sink = try KafkaSink(settings: broker.settings())
    try await withThrowingTaskGroup(of: Void.self) { group in
      let first = try broker.source()
      group.addTask { try await ledger.run(first, name: "first") { ledger.isComplete(3_000) } }
      for sequence in 1...10 {
        _ = await sink.publishAll(try Sample.records(streams: 100, each: 1, from: sequence))
      }
      try await eventually("the first member to read all") { ledger.isComplete(1_000) }

      let second = try broker.source()
      group.addTask { try await ledger.run(second, name: "second") { ledger.isOver("second") } }
      for sequence in 11...20 {
        _ = await sink.publishAll(try Sample.records(streams: 100, each: 1, from: sequence))
        try await Task.sleep(for: .milliseconds(200))
      }
      try await eventually("both to share the partitions") {
        ledger.isComplete(2_000) && ledger.assignments["second", default: 0] > 0
      }
      for sequence in 21...30 {
        _ = await sink.publishAll(try Sample.records(streams: 100, each: 1, from: sequence))
      }
      ledger.end("second")
      try await group.waitForAll()
    }
    #expect(ledger.problems == [])
    #expect(ledger.isComplete(3_000))
    #expect(ledger.assignments["first", default: 0] >= 2)
  }
}

/// What a database would keep for a group, and whoever breaks the rules.
private final class GroupLedger: Sendable {
  private struct State {
    var next: [TopicPartition: Int64] = [:]
    var problems: [String] = []
    var assignments: [String: Int] = [:]
    var ended: Set<String> = []
  }

  private let state = Mutex(State())

  var problems: [String] { state.withLock { $0.problems } }
  var assignments: [String: Int] { state.withLock { $0.assignments } }

  func end(_ name: String) { state.withLock { _ = $0.ended.insert(name) } }
  func isOver(_ name: String) -> Bool { state.withLock { $0.ended.contains(name) } }

  func isComplete(_ count: Int64) -> Bool {
    state.withLock { $0.next.values.reduce(0, +) == count }
  }

  func run(_ source: KafkaSource, name: String, until isOver: @Sendable () -> Bool) async throws {
    var owned: Set<TopicPartition> = []
    while !isOver() {
      switch try await source.poll(upTo: 50, within: .milliseconds(100)) {
      case .assigned(let partitions):
        owned = Set(partitions)
        let starts = state.withLock { state in
          state.assignments[name, default: 0] += 1
          return Dictionary(
            uniqueKeysWithValues: partitions.map { ($0, StartOffset.at(state.next[$0] ?? 0)) })
        }
        try await source.start(starts)
      case .revoked: owned = []
      case .records(let records, _):
        keep(records, owned: owned, name: name)
        await source.reportProgress(state.withLock { $0.next })
      case .lost(let partition): state.withLock { $0.problems.append("lost \(partition)") }
      case .unreachable, .nothing: break
      }
    }
    await source.close()
  }

  private func keep(_ records: [ConsumedRecord], owned: Set<TopicPartition>, name: String) {
    state.withLock { state in
      for record in records {
        if !owned.contains(record.partition) {
          state.problems.append("\(name) got \(record.partition), which is not its own")
        }
        if record.offset != state.next[record.partition] ?? 0 {
          state.problems.append("\(name) got \(record.partition) at \(record.offset)")
        }
        state.next[record.partition] = record.offset + 1
      }
    }
  }
}
