import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import EventStream

@Suite(.timeLimit(.minutes(2))) struct `Two services through every misfortune` {
  @Test func `nothing is lost, done twice or done out of order`() async throws {
    var told = Told()
    for seed in 1...UInt64(300) { try await play(seed, &told) }
    // A story in which nothing goes wrong proves nothing.
    #expect(told.startedOver > 100)
    #expect(told.gaps > 100)
    #expect(told.abandoned > 20)
    #expect(told.republished > 100)
    #expect(told.repeated > 1_000)
  }

  /// What happened over all seeds.
  private struct Told {
    var startedOver = 0
    var gaps = 0
    var abandoned = 0
    var republished = 0
    var repeated = 0

    mutating func add(_ events: [EngineEvent]) {
      for event in events {
        switch event {
        case .startedOver: startedOver += 1
        case .gap: gaps += 1
        case .abandoned: abandoned += 1
        case .republished: republished += 1
        case .applied(_, let report, _): repeated += report.repeated
        default: break
        }
      }
    }
  }

  private func play(_ seed: UInt64, _ told: inout Told) async throws {
    let simulation = Simulation(seed: seed)
    await simulation.prepare()
    try await simulation.run(steps: 65)
    let comesToRest = try await simulation.heal()
    #expect(comesToRest, "seed \(seed) does not come to rest")
    let (intake, reader) = (await simulation.store(.intake), await simulation.store(.case))
    for name in Simulation.names where name != "poisoned" {
      let stream = Fixture.report(name)
      let facts = try intake.look { try $0.history(of: stream).map(\.id) }
      let handled = try Journal.handled(stream, in: reader)
      #expect(handled == facts, "seed \(seed), stream \(name)")
    }
    try checkPoisoned(intake, reader, seed)
    try checkPublished(simulation.broker, [intake, reader], seed)
    told.add(simulation.observer.events)
  }

  /// The poisoned stream stands still in front of its second event, with everything behind it.
  private func checkPoisoned(
    _ intake: MemoryStore, _ reader: MemoryStore, _ seed: UInt64
  ) throws {
    let facts = try intake.look { try $0.history(of: Simulation.poisoned).map(\.id) }
    #expect(
      try Journal.handled(Simulation.poisoned, in: reader) == Array(facts.prefix(1)),
      "seed \(seed)")
    let parked = try reader.look { try $0.parked(Fixture.consumer, limit: 1_000) }
    #expect(Set(parked.map(\.event.stream)).isSubset(of: [Simulation.poisoned]), "seed \(seed)")
    // Behind a parked event even gaps wait: they are found when the stream is released.
    let waiting = parked.map(\.event.id)
    #expect(waiting.first == facts.dropFirst().first, "seed \(seed)")
    #expect(waiting == facts.filter { waiting.contains($0) }, "seed \(seed)")
  }

  private func checkPublished(
    _ broker: MemoryBroker, _ stores: [MemoryStore], _ seed: UInt64
  ) throws {
    let published = Set(broker.published.map(\.id))
    for store in stores {
      // A gap behind the parked event may still be open.
      let facts = try store.look { try $0.log(after: 0, limit: 10_000).map(\.event) }
        .filter { $0.stream != Simulation.poisoned }.map(\.id)
      #expect(published.isSuperset(of: facts), "seed \(seed)")
    }
  }
}
