import EventStream
import ReviewEvents
import TestSupport

@testable import EventStream
@testable import TestSupport

/// Two services in memory, one after the other's steps chosen by a seed: intake writes, two members
/// of case-tracking read and write, each service has two relays and hears wishes for repair.
///
/// Everything runs in one task, so a seed always gives the same story.
actor Simulation {
  /// An append that has its numbers and is not committed yet.
  struct LateWrite {
    var append: StreamAppend
    var numbers: [Int64]
  }

  static let areas: [ServiceArea] = [.intake, .case]
  /// After so many rounds without a fault everything must have come to rest.
  private static let roundsMax = 150

  let seed: UInt64
  let mutation: Mutation?
  let dice: Dice
  let pace = VirtualPace()
  let broker = MemoryBroker(partitions: 3)
  let witness = Witness()
  let ledger = RelayLedger()
  let desk: Desk
  let calendar = ManualCalendar()
  let stores: [ServiceArea: MemoryStore]
  var processes: [Process]
  /// Members and locks of dead processes, as long as group and server have not noticed.
  var deadMembers: [MemorySource] = []
  var deadLocks: [ProcessLock] = []
  var lateWrites: [LateWrite] = []
  var acknowledged: [String] = []
  var depth = 0

  init(seed: UInt64, mutation: Mutation? = nil) {
    self.seed = seed
    self.mutation = mutation
    let (dice, pace) = (Dice(seed: seed), pace)
    self.dice = dice
    desk = Desk(dice: dice, pace: pace, broker: broker)
    let keeping = mutation?.keeping()
    stores = Dictionary(
      uniqueKeysWithValues: Self.areas.map { area in
        let store = MemoryStore(
          area: area, pace: pace, own: area == .case ? SheetTables() : nil,
          fault: { Self.fault(by: dice) }, meanwhile: {}, ending: keeping)
        return (area, store)
      })
    processes = Process.all(readers: dice.faults[.unknownType] > 0 ? .old : .new)
  }

  private static func fault(by dice: Dice) -> MemoryStore.Fault? {
    if dice.strikes(.storeAway) { return .before }
    if dice.strikes(.commitRolledBack) { return .rolledBack }
    return dice.strikes(.commitUntold) ? .after : nil
  }

  /// Plays the whole story of the seed.
  func play(steps: Int = 60) async throws -> History {
    for _ in 0..<steps {
      if dice.chance(oneIn: 3) { await write() }
      await misfortune()
      await step(dice.pick(processes.count))
      pace.advance(by: .milliseconds(10))
    }
    let unrest = try await heal()
    // Their ports know this actor.
    for index in processes.indices { await stop(index) }
    return try history(unrest: unrest)
  }

  func store(_ area: ServiceArea) -> MemoryStore {
    guard let store = stores[area] else { preconditionFailure("\(area) has no store") }
    return store
  }

  // MARK: Coming to rest

  /// Without misfortune, everything must come to rest.
  /// - Returns: why it does not, if so.
  private func heal() async throws -> String? {
    dice.calm()
    desk.mend()
    broker.setReachable(true)
    await noticeDead(all: true)
    while !lateWrites.isEmpty { await endLateWrite() }
    for index in processes.indices {
      await stop(index)
      processes[index].build = .new
    }
    if witness.needsMotion { for report in Desk.reports { await write(to: report) } }
    var reason: String?
    for _ in 0..<Self.roundsMax {
      try await releaseFailed()
      for index in processes.indices { await step(index) }
      pace.advance(by: .seconds(10))
      reason = try unrest()
      if reason == nil { return nil }
    }
    return reason
  }

  /// The operator's word for streams whose handler is mended.
  private func releaseFailed() async throws {
    let parked = try store(.case).look { try $0.parked(Desk.consumer, limit: 1_000) }
    let failed = parked.filter { if case .failed = $0.cause { true } else { false } }
    guard !failed.isEmpty else { return }
    let releaser = Releaser(
      applier: desk.applier(.new), environment: environment(.case, store(.case)))
    for event in failed { _ = try await releaser.release(event.event.stream) }
  }

  /// What still goes on, or waits for something.
  private func unrest() throws -> String? {
    for area in Self.areas {
      let reason = try store(area).look { transaction -> String? in
        if let row = try transaction.outbox(limit: 1).first { return "\(row.event.id) waits" }
        return try transaction.nextRepublication().map { "\($0) is not finished" }
      }
      if let reason { return reason }
    }
    let facts = try store(.intake).look { try $0.lastSequences(of: Desk.reports) }
    let reason = try store(.case).look { transaction -> String? in
      let fences = try transaction.fences(Desk.consumer, of: Desk.reports)
      if let (report, last) = facts.first(where: { fences[$0] ?? 0 != $1 }) {
        return "\(report) has \(last) facts, \(fences[report] ?? 0) are applied"
      }
      if try transaction.parkedTotals().events > 0 { return "a stream is parked" }
      return try transaction.openGaps() > 0 ? "a gap is open" : nil
    }
    return try reason ?? unread()
  }

  /// A partition that somebody has not read to its end.
  private func unread() throws -> String? {
    for process in Process.all(readers: .new) {
      guard case .reading(let consumer, let topics) = process.role else { continue }
      let positions = try store(process.area).look { try $0.positions(of: consumer) }
      for partition in topics.flatMap({ broker.partitions(of: $0) }) {
        guard let next = positions[partition]?.nextOffset else {
          // Nobody can tell a partition that lost all it had from one that never had anything.
          if broker.records(in: partition).isEmpty { continue }
          return "\(consumer) has not begun \(partition)"
        }
        let end = broker.end(of: partition)
        if next != end { return "\(consumer) stands at \(next) of \(end) in \(partition)" }
      }
    }
    return nil
  }

  // MARK: What the engine gets

  func environment(_ area: ServiceArea, _ store: any Store) -> EngineEnvironment {
    var limits = EngineLimits()
    limits.batchRecordsMax = 4
    limits.publishRowsMax = 4
    limits.republishRecordsMax = 3
    limits.gapPatience = Desk.patience
    // A broker that loses nothing must never be taken for another one, so then the guards stand.
    return EngineEnvironment(
      area: area, store: store, observer: witness, calendar: calendar,
      brokerForgets: !dice.faults.isLossless, pace: pace, limits: limits)
  }

  var hasLosses: Bool { Fault.losses.contains { dice.struck[$0, default: 0] > 0 } }
}
