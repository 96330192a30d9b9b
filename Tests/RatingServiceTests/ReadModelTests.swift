import EventStream
import PostgresStore
import RatingDomain
import RatingReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime
import TestSupport
import Testing

@testable import RatingService

@Suite(.timeLimit(.minutes(3))) struct `The read models of rating` {
  private static let one = SubjectID.unit(id("district-1"))
  private static let models = RatingReadModels.all(rules: RuleBook([Province.rules]))

  /// Facts before anybody is rated.
  private static let before: [EventEnvelope] =
    Province.facts + Province.paperMembers(4) + [
      Province.issued("c1", about: one), Province.accepted(one),
      Province.accepted(.person(id("leader"))), Province.accepted(.unit(id("district-2"))),
      Province.supplement(.requested, of: one, case: "c1", at: 2),
      Province.issued("c2", about: .person(id("leader"))),
      Province.issued("unknown-subject", about: .unit(id("nowhere"))),
    ]

  /// Facts while the ratings go on: people move, cases end, a unit is not reviewed any more.
  private static let during: [EventEnvelope] = [
    Province.person("m1", group: "LEADERS", channel: .paper, at: 2),
    Province.person("m2", managedBy: ("province", "DISTRICT"), channel: .paper, at: 2),
    Province.unit("district-3", managedBy: ("province", "PROVINCE"), reviewed: false, at: 2),
    Province.concluded("c1", about: one),
    Province.reopened(.person(id("leader")), at: 2),
    Province.reopened(.unit(id("district-2")), at: 2),
    Province.accepted(.unit(id("district-2")), at: 3),
    Province.supplement(.submitted, of: one, case: "c1", at: 3),
    Province.withdrawn("unknown-subject", about: .unit(id("nowhere"))),
    Province.founded(
      "district-9", from: ["district-2"], on: "2021-12-20", at: "2021-12-21T08:00"),
    Province.ended("district-2", into: "district-9", on: "2021-12-20", at: "2021-12-21T08:00"),
    Province.moved(
      "district-9", group: "OTHER", on: "2021-12-22", at: "2021-12-21T08:00", sequence: 2),
    Province.left("m4", on: "2021-12-28", at: "2021-12-21T08:00"),
    Province.joined("m5", on: "2021-12-21", at: "2021-12-21T08:00"),
    Province.posts(
      "m5", [("district-9", .head)], on: "2021-12-22", at: "2021-12-21T08:00", sequence: 2),
  ]

  /// A year of ratings through the real routes, with every step and every change of mind.
  private static func live(_ body: @escaping @Sendable (RatingDesk) async throws -> Void)
    async throws
  {
    try await RatingDesk.with { desk in
      try await desk.hear(before)
      try await desk.propose((1...3).map { Item("person/m\($0)", "GOOD") })
      for answer in [
        try await desk.selfRate([Item("unit/district-1", "EXCELLENT")], by: "unit/district-1"),
        try await desk.selfRate([Item("person/m4", "GOOD")], by: Province.province),
      ] { try #require(answer.status == 200, "\(answer.text)") }
      try await desk.hear(during)
      desk.calendar.set(to: moment("2021-12-29T09:30"))
      for answer in [
        try await desk.appraise([Item("unit/district-1", "GOOD"), Item("person/m1", "GOOD")]),
        try await desk.decide([Item("person/m2", "GOOD"), Item("person/m3", "GOOD")]),
        try await desk.decide([Item("unit/district-1", "GOOD")], number: "2-QĐ/TU"),
      ] { try #require(answer.status == 200, "\(answer.text)") }
      desk.calendar.set(to: moment("2022-01-10T09:00"))
      let changed = try await desk.post(
        "/v1/cycles/2021/decisions",
        #"{"decisionNumber":"3-QĐ/TU","effectiveOn":"2021-12-30","ratings":["#
          + #"{"subjectId":"person/m3","level":"UNSATISFACTORY"}]}"#, by: Province.province)
      try #require(changed.status == 200, "\(changed.text)")
      try await body(desk)
    }
  }

  @Test func `are rebuilt from facts alone, row for row`() async throws {
    try await Self.live { desk in
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        _ = try await tables.rebuild(hearing: Self.before + Self.during)
        let live = try await tables.liveRows()
        #expect(!live.isEmpty)
        #expect(try await tables.rows() == live)
      }
    }
  }

  @Test func `are not changed by being written twice`() async throws {
    try await Self.live { desk in
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        for _ in 0..<2 {
          _ = try await tables.rebuild(hearing: Self.before + Self.during)
        }
        #expect(try await tables.rows() == (try await tables.liveRows()))
      }
    }
  }

  @Test func `do not depend on the order of the streams`() async throws {
    try await Self.live { desk in
      for model in Self.models {
        for order in Interleavings(of: Self.before + Self.during, count: 30, seed: 3) {
          let tables = try await RebuiltTables(model, in: desk.database.store)
          let heldBack = try await tables.rebuild(hearing: order)
          #expect(heldBack == HeldBackEffects())
          #expect(try await tables.rows() == (try await tables.liveRows()))
        }
      }
    }
  }

  @Test func `name for each row a stream that there is`() async throws {
    try await Self.live { desk in
      let own = try await desk.rows("select distinct stream from event_log")
      let streams = Set((Self.before + Self.during).map(\.stream.description) + own)
      for model in Self.models {
        let tables = try await RebuiltTables(model, in: desk.database.store)
        for row in try await tables.liveRows() {
          #expect(streams.contains(String(row.split(separator: " ")[1])), "\(row)")
        }
      }
    }
  }

  @Test func `are what the service subscribes to, each subscription in one of them`() async throws {
    try await RatingDesk.with { desk in
      let replayed = Self.models.flatMap(\.subscriptions).map(\.consumer.description)
      let heard = desk.database.definition.subscriptions.map(\.consumer.description)
      #expect(replayed.sorted() == heard.sorted())
      #expect(Self.models.flatMap(\.subscriptions).allSatisfy { $0.typesWithEffects.isEmpty })
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct `A rating from before groups were recorded` {
  private static let subject = SubjectID.person(id("m1"))
  private static let rating = RatingID(cycle: id("2021"), subject: subject)

  private static let selfRated = SelfRatingRecorded(
    ratingID: rating, cycleID: id("2021"), subjectID: subject, level: .good, managingUnitID: nil,
    managingLevel: nil, peerGroup: nil)
  private static let appraised = RatingAppraised(
    ratingID: rating, cycleID: id("2021"), subjectID: subject, level: .good, managingUnitID: nil,
    managingLevel: nil, peerGroup: nil)
  private static let decided = RatingDecided(
    ratingID: rating, cycleID: id("2021"), subjectID: subject, level: .good,
    authorityID: id("province"), managingUnitID: nil, managingLevel: id("PROVINCE"),
    peerGroup: id("OFFICIALS"), decisionNumber: "1-QĐ/TU")

  /// The group of the rebuilt row, after these facts.
  private func group(after facts: [any ReviewEvent], _ desk: RatingDesk) async throws -> String? {
    try await desk.database.store.commit { transaction in
      try transaction.append([
        StreamAppend(
          stream: .rating(Self.rating), expected: 0, events: facts, origin: Samples.origin)
      ])
    }
    let model = try #require(
      RatingReadModels.all(rules: RuleBook([])).first { !$0.folds.isEmpty })
    let tables = try await RebuiltTables(model, in: desk.database.store)
    try await tables.fold()
    return try await desk.rows(
      """
      select coalesce(concat_ws(' ', managing_unit_id, managing_level, peer_group), '')
      from rebuilt_rating_ratings.rating
      """
    ).first
  }

  @Test func `counts in no group as long as nobody decides`() async throws {
    try await RatingDesk.with { desk in
      let group = try await group(after: [Self.selfRated, Self.appraised], desk)
      #expect(group == "")
    }
  }

  @Test func `counts where it was decided`() async throws {
    try await RatingDesk.with { desk in
      let group = try await group(after: [Self.selfRated, Self.appraised, Self.decided], desk)
      #expect(group == "province PROVINCE OFFICIALS")
    }
  }

  @Test func `counts in its group from its next step on`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(1))
      _ = try await group(after: [Self.selfRated], desk)
      let answer = try await desk.appraise([Item("person/m1", "GOOD")])
      #expect(answer.status == 200, "\(answer.text)")
      #expect(
        try await desk.rows("select managing_unit_id || ' ' || peer_group from rating")
          == ["province OFFICIALS"])
    }
  }
}
