import EventStream
import ReviewEvents
import Testing

@testable import RatingService

@Suite(.timeLimit(.minutes(2))) struct `A batch of ratings` {
  private static let members = (1...5).map { "person/m\($0)" }

  @Test func `is kept whole`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(5))
      let items = Self.members.map { Item($0, "GOOD") }
      let answer = try await desk.selfRate(items, by: Province.province)
      #expect(answer.status == 200)
      #expect(answer["changed"] == "5")
      #expect(answer.sequence == nil, "a batch has no version of its own")
      #expect(try await desk.logged() == "5")
    }
  }

  @Test func `is refused whole, with a word on every bad line`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(5))
      try await desk.propose(Self.members.prefix(3).map { Item($0, "GOOD") })
      let before = try await desk.logged()
      let answer = try await desk.decide(Self.members.map { Item($0, "GOOD") })
      #expect(answer.status == 409)
      #expect(answer.slug == "appraisal-missing")
      #expect(answer.field == "ratings[3].subjectId")
      #expect(answer["errors.1.field"] == "ratings[4].subjectId")
      #expect(answer["errors.2"] == nil)
      #expect(try await desk.logged() == before)
      #expect(try await desk.rows("select count(*) from rating_decision").first == "0")
    }
  }

  @Test func `names nobody twice`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(2))
      let answer = try await desk.selfRate(
        [Item("person/m1", "GOOD"), Item("person/m2", "GOOD"), Item("person/m1", "EXCELLENT")],
        by: Province.province)
      #expect(answer.status == 400)
      #expect(answer.slug == "duplicate-subject")
      #expect(answer.field == "ratings[2].subjectId")
      #expect(try await desk.logged() == "0")
    }
  }

  @Test func `may say what version of each it saw`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(2))
      try await desk.propose([Item("person/m1", "GOOD"), Item("person/m2", "GOOD")])
      let stale = try await desk.appraise([
        Item("person/m1", "SATISFACTORY", version: 2),
        Item("person/m2", "SATISFACTORY", version: 1),
      ])
      #expect(stale.status == 409)
      #expect(stale.slug == "stale-version")
      #expect(stale.field == "ratings[1].version")
      #expect(try await desk.logged() == "4")
      let fresh = try await desk.appraise([
        Item("person/m1", "SATISFACTORY", version: 2),
        Item("person/m2", "SATISFACTORY", version: 2),
      ])
      #expect(fresh["changed"] == "2")
    }
  }
}
