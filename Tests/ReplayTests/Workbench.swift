import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import EventStream

/// The sample service at work, and everything that rebuilds it.
struct Workbench: Sendable {
  let database: OwnedDatabase
  /// The service's own way to its database.
  let store: PostgresStore
  let site: PostgresShadow
  let writer: WriterLog
  let effects = Effects()
  let model = SampleService.model

  /// Small steps, so that a small case has many.
  static var smallSteps: RebuildLimits {
    var limits = RebuildLimits()
    limits.factsPerStepMax = 97
    limits.streamsPerStepMax = 23
    return limits
  }

  static func with(
    canLookUp: Bool = true, exchangeAttempts: Int = PostgresShadow.exchangeAttemptsMax,
    _ body: (Workbench) async throws -> Void
  ) async throws {
    try await OwnedDatabase.with { database in
      try await database.migrate([SampleService.migration], [SampleService.model])
      let bench = Workbench(
        database: database,
        store: PostgresStore(database.run, area: .case, logger: .silent),
        site: PostgresShadow(
          database.run, area: .case, logger: .silent, exchangeAttemptsMax: exchangeAttempts),
        writer: WriterLog(canLookUp: canLookUp))
      do { try await body(bench) } catch {
        await bench.close()
        throw error
      }
      await bench.close()
      #expect(Effects.forbidden.total == 0)
      #expect(bench.writer.openFeeds == 0)
    }
  }

  private func close() async {
    await site.close()
    await store.close()
  }

  // MARK: Live work

  /// The live consumer's way, without a broker.
  var applier: BatchApplier {
    BatchApplier(
      subscription: SampleService.subscription(effects), reader: .case, gapPatience: .seconds(60))
  }

  /// Applies facts as the live consumer does.
  func consume(_ facts: [EventEnvelope]) async throws {
    let applier = applier
    let partition = TopicPartition(topic: ServiceArea.intake.topic, partition: 0)
    for start in stride(from: 0, to: facts.count, by: 500) {
      let items = facts[start..<min(start + 500, facts.count)].map {
        BatchPlan.Item(event: $0, partition: partition, offset: 0)
      }
      _ = try await store.commit { transaction in
        try applier.work(through: items, .handle, in: transaction)
      }
    }
  }

  /// Writes facts of every kind about `reports` reports and has them applied live.
  func writeAndConsume(reports: Int, rounds: Int, seed: UInt64 = 1) async throws {
    var random = SplitMix64(seed: seed)
    var facts: [EventEnvelope] = []
    for round in 0..<rounds {
      for report in (0..<reports).shuffled(using: &random) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: facts.append(try writer.giveBack("R\(report)"))
        case 1: facts.append(try writer.accept("R\(report)", version: 1 + round % 2))
        default: facts.append(writer.draft("R\(report)", "\(round)-\(random.next())"))
        }
      }
    }
    try await consume(facts)
  }

  /// Carries out one command on each of these cases.
  func advance(_ cases: [String]) async throws {
    try await store.commit { transaction in
      for name in cases { try SampleService.advance(name, in: transaction) }
    }
  }

  // MARK: Replay

  func rebuild(
    from feeds: (any ReplayFeeds)? = nil, control: any RebuildControl = Unwatched(),
    limits: RebuildLimits = Workbench.smallSteps
  ) -> Rebuild {
    Rebuild(
      model, at: site, log: store, feeds: feeds ?? writer, control: control, limits: limits)
  }

  func exchange(
    from feeds: (any ReplayFeeds)? = nil, limits: RebuildLimits = Workbench.smallSteps
  ) -> Exchange {
    Exchange(
      model, at: site, log: store, rebuild: rebuild(from: feeds, limits: limits), limits: limits)
  }

  /// Rebuilds and says how the result compares.
  func comparisonAfterRebuild() async throws -> ShadowComparison {
    _ = try await rebuild().run()
    return try await site.compare(model, samples: 20)
  }

  /// Rebuilds anew and expects the live tables to be exactly that.
  func expectLiveIsRight(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let comparison = try await comparisonAfterRebuild()
    #expect(comparison.isEqual, sourceLocation: sourceLocation)
    #expect(comparison.samples == [], sourceLocation: sourceLocation)
  }

  /// Every row of both tables, as text.
  func liveRows(in schema: String = "public") async throws -> [String?] {
    try await database.texts(
      """
      select sheet::text from \(schema).report_sheet as sheet union all
      select sheet::text from \(schema).case_sheet as sheet order by 1
      """)
  }
}

/// Lets a rebuild go on.
struct Unwatched: RebuildControl {
  func checkpoint(_ progress: RebuildProgress) async throws {}
}

/// Keeps every progress and may end the rebuild at one of its checkpoints.
final class WatchingControl: RebuildControl {
  struct Killed: Error {}

  private let kept = Mutex<[RebuildProgress]>([])
  private let killedAt: Int?
  /// Whether the process dies before it wrote the progress down.
  private let forgetsLast: Bool
  private let during: @Sendable (Int) async throws -> Void

  init(
    killedAt: Int? = nil, forgetsLast: Bool = false,
    during: @escaping @Sendable (Int) async throws -> Void = { _ in }
  ) {
    self.killedAt = killedAt
    self.forgetsLast = forgetsLast
    self.during = during
  }

  var all: [RebuildProgress] { kept.withLock { $0 } }

  func checkpoint(_ progress: RebuildProgress) async throws {
    let number = kept.withLock { kept in
      let number = kept.count + 1
      if !(forgetsLast && number == killedAt) { kept.append(progress) }
      return number
    }
    try await during(number)
    if number == killedAt { throw Killed() }
  }
}
