import EventStream
import ReviewEvents
import Synchronization
import TestSupport

@testable import EventStream

/// Two services in memory, one after the other's steps chosen by a seed: intake writes, two members
/// of case-tracking read and write, each service has two relays and hears wishes for repair.
///
/// Everything runs in one task, so a seed always gives the same story.
actor Simulation {
  /// What can go wrong, and how often (once in so many times; 0 is never).
  struct Faults: Sendable {
    var storeAway = 25
    var commitUntold = 25
    var sinkRefuses = 15
    var answerLost = 15
    var recordSwallowed = 15
    var lockLost = 40
    var crash = 25
    var brokerForgets = 120
    var recordsDropped = 100
    var brokerAway = 40
    var handlerFails = 20
    /// Another process gets on in front of a transaction.
    var meanwhile = 4
    static let none = Faults(
      storeAway: 0, commitUntold: 0, sinkRefuses: 0, answerLost: 0, recordSwallowed: 0, lockLost: 0,
      crash: 0,
      brokerForgets: 0, recordsDropped: 0, brokerAway: 0, handlerFails: 0, meanwhile: 0)
  }

  /// A process: its engine part is away while it takes a step, so that it never takes two at once.
  private enum Process {
    case reader(any BatchApplying, ServiceArea, [Topic], Reader?, MemorySource?)
    case relay(ServiceArea, Publisher?, (any HeldLock)?)
    case busy
  }

  private let dice: Dice
  private let pace = VirtualPace()
  let broker = MemoryBroker(partitions: 2)
  let observer = RecordingObserver()
  private var stores: [ServiceArea: MemoryStore] = [:]
  private var processes: [Process] = []
  private var deadMembers: [MemorySource] = []
  private var depth = 0
  /// The stream whose second event can never be handled.
  static let poisoned = Fixture.report("poisoned")
  static let names = ["a", "b", "c", "d", "poisoned"]

  init(seed: UInt64, faults: Faults = Faults()) {
    dice = Dice(seed: seed, faults: faults)
  }

  func store(_ area: ServiceArea) -> MemoryStore {
    guard let store = stores[area] else { preconditionFailure("prepared before use") }
    return store
  }

  /// Builds the stores and processes; apart from `init`, because they call back.
  func prepare() {
    for area in [ServiceArea.intake, .case] {
      stores[area] = MemoryStore(
        area: area, pace: pace, fault: { [dice] in dice.storeFault() },
        meanwhile: { [weak self] in await self?.letOthersGetOn() })
    }
    let journal = Journal()
    let subscription = Fixture.subscription(journal) { [dice] event in
      if event.stream == Self.poisoned, event.sequence == 2 { throw HandlerFailed() }
      if dice.throwsUp(\.handlerFails) { throw HandlerFailed() }
    }
    let topic = ServiceArea.intake.topic
    for _ in 0..<2 {
      processes.append(.reader(Fixture.applier(subscription), .case, [topic], nil, nil))
    }
    for area in [ServiceArea.intake, .case] {
      let listener = RepairApplier(
        consumer: area == .intake ? "intake.repair" : "case.repair", writer: area,
        gapPatience: .seconds(60))
      processes.append(
        .reader(listener, area, RepairListener.topics(for: area), nil, nil))
      for _ in 0..<2 { processes.append(.relay(area, nil, nil)) }
    }
  }

  // MARK: The story

  func run(steps: Int) async throws {
    for _ in 0..<steps {
      if dice.throwsUp(oneIn: 4) { try await write() }
      await misfortune()
      await step(dice.pick(processes.count))
      pace.advance(by: .milliseconds(10))
    }
  }

  /// Without misfortune, everything must come to rest.
  func heal() async throws -> Bool {
    dice.set(.none)
    broker.setReachable(true)
    for dead in deadMembers { await dead.close() }
    for name in Self.names + ["poisoned"] { try await write(to: name) }
    for _ in 0..<120 {
      for index in processes.indices { await step(index) }
      pace.advance(by: .seconds(10))
      if try isAtRest() { return true }
    }
    return false
  }

  private func isAtRest() throws -> Bool {
    let streams = Self.names.map { Fixture.report($0) }.filter { $0 != Self.poisoned }
    let facts = try store(.intake).look { try $0.lastSequences(of: streams) }
    let fences = try store(.case).look { try $0.fences(Fixture.consumer, of: streams) }
    let isQuiet = try stores.values.allSatisfy { store in
      try store.look { transaction in
        try transaction.outbox(limit: 1).isEmpty && transaction.nextRepublication() == nil
      }
    }
    let isParked = try store(.case).look { try $0.parkedTotals().streams == 1 }
    return try isQuiet && isParked && facts == fences && hasReadEverything()
  }

  private func hasReadEverything() throws -> Bool {
    let positions = try store(.case).look { try $0.positions(of: Fixture.consumer) }
    return broker.partitions(of: ServiceArea.intake.topic).allSatisfy { partition in
      broker.end(of: partition) == positions[partition]?.nextOffset ?? 0
    }
  }

  private func write(to chosen: String? = nil) async throws {
    let name = chosen ?? Self.names[dice.pick(Self.names.count)]
    let stream = Fixture.report(name)
    let isAccepted = dice.throwsUp(oneIn: 3)
    let store = store(.intake)
    // A command whose outcome nobody knows is no part of this story.
    try? await store.commit { transaction in
      let event: any ReviewEvent =
        isAccepted
        ? ReportAccepted(
          reportID: Samples.id(name), cycleID: Samples.id("2021"),
          subjectID: .person(Samples.id("P1")), version: 1)
        : ReportDrafted(reportID: Samples.id(name), contentHash: "x")
      try transaction.append([
        StreamAppend(
          stream: stream, expected: try transaction.lastSequences(of: [stream])[stream] ?? 0,
          events: [event], origin: Samples.origin)
      ])
    }
  }

  private func misfortune() async {
    if dice.throwsUp(\.brokerForgets) { broker.restartForgetting() }
    if dice.throwsUp(\.recordsDropped) {
      let partitions = broker.partitions(of: ServiceArea.intake.topic)
      let partition = partitions[dice.pick(partitions.count)]
      broker.truncate(
        partition, before: Int64(dice.pick(Int(broker.end(of: partition)) + 1)))
    }
    if dice.throwsUp(\.brokerAway) { broker.setReachable(false) }
    if dice.throwsUp(oneIn: 6) { broker.setReachable(true) }
    if dice.throwsUp(\.lockLost) { stores.values.forEach { $0.breakLock(.relay) } }
    if dice.throwsUp(\.crash) { await crash(dice.pick(processes.count)) }
    // The group learns of a dead member some time later.
    if dice.throwsUp(oneIn: 5), let dead = deadMembers.popLast() { await dead.close() }
  }

  private func letOthersGetOn() async {
    guard depth < 2, dice.throwsUp(\.meanwhile) else { return }
    depth += 1
    await step(dice.pick(processes.count))
    depth -= 1
  }

  // MARK: Processes

  private func crash(_ index: Int) async {
    switch processes[index] {
    case .busy: break
    case .reader(let applier, let area, let topics, _, let source):
      if let source { deadMembers.append(source) }
      processes[index] = .reader(applier, area, topics, nil, nil)
    case .relay(let area, _, let lock):
      // The server notices that the connection is gone.
      await lock?.release()
      processes[index] = .relay(area, nil, nil)
    }
  }

  private func step(_ index: Int) async {
    let process = processes[index]
    processes[index] = .busy
    switch process {
    case .busy: break
    case .reader(let applier, let area, let topics, let reader, let source):
      processes[index] = await read(applier, area, topics, reader, source)
      return
    case .relay(let area, let publisher, let lock):
      processes[index] = await publish(area, publisher, lock)
      return
    }
    processes[index] = process
  }

  private func read(
    _ applier: any BatchApplying, _ area: ServiceArea, _ topics: [Topic], _ reader: Reader?,
    _ source: MemorySource?
  ) async -> Process {
    let source = source ?? broker.join(applier.consumer.description, topics: topics)
    var reader = reader ?? Reader(applier, source: source, in: environment(area))
    do {
      _ = try await reader.step()
      return .reader(applier, area, topics, reader, source)
    } catch {
      await source.close()
      return .reader(applier, area, topics, nil, nil)
    }
  }

  private func publish(
    _ area: ServiceArea, _ publisher: Publisher?, _ lock: (any HeldLock)?
  ) async -> Process {
    do {
      var held = lock
      if held == nil { held = try await store(area).tryLock(.relay) }
      guard let lock = held else { return .relay(area, nil, nil) }
      let sink = MemorySink(broker) { [dice] record in dice.sinkFault(record) }
      var publisher = publisher ?? Publisher(sink, holding: lock, in: environment(area))
      do {
        _ = try await publisher.step()
        return .relay(area, publisher, lock)
      } catch {
        await lock.release()
        return .relay(area, nil, nil)
      }
    } catch { return .relay(area, nil, nil) }
  }

  private func environment(_ area: ServiceArea) -> EngineEnvironment {
    var limits = EngineLimits()
    limits.batchRecordsMax = 4
    limits.publishRowsMax = 4
    limits.republishRecordsMax = 3
    return EngineEnvironment(
      area: area, store: store(area), observer: observer, calendar: ManualCalendar(),
      brokerForgets: true, pace: pace, limits: limits)
  }
}

/// The seed's numbers, in one place.
final class Dice: Sendable {
  private let state: Mutex<(SplitMix64, Simulation.Faults)>

  init(seed: UInt64, faults: Simulation.Faults) { state = Mutex((SplitMix64(seed: seed), faults)) }

  func set(_ faults: Simulation.Faults) { state.withLock { $0.1 = faults } }

  func pick(_ count: Int) -> Int { state.withLock { Int.random(in: 0..<count, using: &$0.0) } }

  func throwsUp(oneIn odds: Int) -> Bool {
    odds > 0 && state.withLock { $0.0.chance(oneIn: odds) }
  }

  func throwsUp(_ fault: KeyPath<Simulation.Faults, Int>) -> Bool {
    throwsUp(oneIn: state.withLock { $0.1[keyPath: fault] })
  }

  func storeFault() -> MemoryStore.Fault? {
    if throwsUp(\.storeAway) { return .before }
    return throwsUp(\.commitUntold) ? .after : nil
  }

  func sinkFault(_ record: OutgoingRecord) -> MemorySink.Fault? {
    // Only what is sent for the first time: see the costs in decision 0006.
    if record.event.stream.kind == .report, !record.isRepublished, throwsUp(\.recordSwallowed) {
      return .swallowed
    }
    if throwsUp(\.sinkRefuses) { return .refused }
    return throwsUp(\.answerLost) ? .unanswered : nil
  }
}
