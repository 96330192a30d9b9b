import EventStream
import PostgresStore
import RatingReadModels
import Replay
import ReviewEvents
import ReviewRules
import TestSupport
import Testing

@testable import EventStream
@testable import RatingService

@Suite struct `A build with a faulty route` {
  @Test func `is found by replay with the right one, field by field, and repaired`() async throws {
    try await RatingDatabase.with { database in
      let facts = Province.facts + Province.paperMembers(20)
      try await Self.hear(facts, by: Self.faulty, in: database)
      let model = try #require(
        RatingReadModels.all(rules: RuleBook([Province.rules])).first {
          $0.name.description == "rating.facts"
        })
      let site = database.shadows()
      let rebuild = Rebuild(
        model, at: site, log: database.store, feeds: FactFeeds(facts: facts), control: Silent())
      let progress = try await rebuild.run()
      #expect(progress.heldBack.isEmpty)

      let found = try await site.compare(model, samples: 1_000)
      #expect(found.differingStreams == 21)
      #expect(Set(found.samples.map(\.table)) == ["organisation_term"])
      // What the faulty route gets wrong, and nothing else; the leader files electronically.
      #expect(Set(found.samples.map(\.field)) == ["peer_group", "channel"])
      #expect(found.samples.count { $0.field == "peer_group" } == 21)
      #expect(found.samples.count { $0.field == "channel" } == 20)
      #expect(
        found.samples.allSatisfy { $0.field != "peer_group" || $0.shadow == "OFFICIALS" })

      try await Exchange(model, at: site, log: database.store, rebuild: rebuild).swap(progress)
      _ = try await rebuild.run()
      #expect(try await site.compare(model, samples: 10).isEqual)
      await site.close()
    }
  }

  /// The service's own subscription, but for one route that confuses two columns and forgets one.
  private static let faulty: Subscription = {
    let right = IntakeProjection.subscription
    let wrong = Route.on(PersonRegistered.self) { transaction, events in
      try transaction.rows(
        """
        insert into organisation_term (
          subject_id, sequence, recorded_at, effective_on, is_whole, existence, above_id,
          managing_unit_id, managing_level, peer_group, role, channel)
        select id, 1, time, '2021-11-01', true, 'begins', home, unit, level, level, 'member',
            'electronic'
          from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[])
            as person (id, time, home, unit, level)
        """,
        [
          .texts(events.map { SubjectID.person($0.event.personID).description }),
          .instants(events.map(\.envelope.time)), .texts(events.map(\.event.memberOfID.text)),
          .texts(events.map(\.event.managingUnitID.text)),
          .texts(events.map(\.event.managingLevel.text)),
        ])
    }
    return Subscription(
      right.consumer, area: right.area, replay: right.replay,
      routes: right.routes.values.filter { $0.type != PersonRegistered.type } + [wrong],
      ignored: right.ignored)
  }()

  private static func hear(
    _ facts: [EventEnvelope], by subscription: Subscription, in database: RatingDatabase
  ) async throws {
    let applier = BatchApplier(
      subscription: subscription, reader: .rating, gapPatience: .seconds(60))
    let partition = TopicPartition(topic: subscription.area.topic, partition: 0)
    let items = facts.map { BatchPlan.Item(event: $0, partition: partition, offset: 0) }
    let parked = try await database.store.commit { transaction in
      try applier.work(through: items, .handle, in: transaction).0.parked
    }
    #expect(parked == 0)
  }
}

/// The writers' logs, from memory.
private struct FactFeeds: ReplayFeeds {
  let facts: [EventEnvelope]

  func open(_ area: ServiceArea, from bookmark: String?) async throws -> any ReplayFeed {
    FactFeed(facts: facts.filter { $0.area == area })
  }
}

private actor FactFeed: ReplayFeed {
  private let facts: [EventEnvelope]
  private var read = 0

  init(facts: [EventEnvelope]) { self.facts = facts }

  func next(limit: Int) async throws -> [EventEnvelope]? {
    let page = Array(facts.dropFirst(read).prefix(limit))
    read += page.count
    return page.isEmpty ? nil : page
  }

  func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
    -> [EventEnvelope]?
  { Array(facts.filter { $0.stream == stream && $0.sequence >= sequence }.prefix(limit)) }

  func bookmark() async -> String { "\(read)" }

  func close() async {}
}

private struct Silent: RebuildControl {
  func checkpoint(_ progress: RebuildProgress) async throws {}
}
