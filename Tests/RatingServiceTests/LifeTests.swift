import EventStream
import ReviewEvents
import Testing

@testable import RatingService

@Suite(.timeLimit(.minutes(2))) struct `The way of one rating` {
  private static let unit = "unit/district-1"
  private static let subject = SubjectID.unit(id("district-1"))
  private static let path = "/v1/ratings/\(RatingID(cycle: id("2021"), subject: subject))"

  @Test func `leads over self-rating and appraisal to a decision`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + [Province.accepted(Self.subject)])
      let rated = try await desk.selfRate([Item(Self.unit, "EXCELLENT")], by: Self.unit)
      #expect(rated.status == 200)
      #expect(rated.sequence == 1)
      #expect(rated["changed"] == "1")
      let appraised = try await desk.appraise([Item(Self.unit, "GOOD", version: 1)])
      #expect(appraised.sequence == 2)
      #expect(appraised["quotas.0.proposedExcellent"] == "0")
      let decided = try await desk.decide([Item(Self.unit, "GOOD", version: 2)])
      #expect(decided.sequence == 3)
      let shown = try await desk.get(Self.path)
      #expect(shown.sequence == 3)
      #expect(shown["selfRating"] == "EXCELLENT")
      #expect(shown["appraisal"] == "GOOD")
      #expect(shown["decision"] == "GOOD")
      #expect(shown["decisionNumber"] == "1-QĐ/TU")
      let log = try await desk.rows("select event_type from event_log order by sequence")
      #expect(
        log == [
          "review.rating.self-rating-recorded", "review.rating.rating-appraised",
          "review.rating.rating-decided",
        ])
    }
  }

  @Test func `takes no step before the one that leads to it`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + [Province.accepted(Self.subject)])
      #expect(
        try await desk.appraise([Item(Self.unit, "GOOD")]).slug == "self-rating-missing")
      _ = try await desk.selfRate([Item(Self.unit, "GOOD")], by: Self.unit)
      #expect(try await desk.decide([Item(Self.unit, "GOOD")]).slug == "appraisal-missing")
      _ = try await desk.appraise([Item(Self.unit, "GOOD")])
      #expect(try await desk.decide([Item(Self.unit, "GOOD")]).status == 200)
      #expect(
        try await desk.selfRate([Item(Self.unit, "SATISFACTORY")], by: Self.unit).slug
          == "already-decided")
      let reused = try await desk.decide([Item(Self.unit, "SATISFACTORY")])
      #expect(reused.slug == "decision-number-used")
      #expect(reused.field == "ratings[0].subjectId")
    }
  }

  @Test func `is walked by those who may`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + [Province.accepted(Self.subject)])
      #expect(
        try await desk.selfRate([Item(Self.unit, "GOOD")], by: Province.province).slug
          == "not-the-subject")
      _ = try await desk.selfRate([Item(Self.unit, "GOOD")], by: Self.unit)
      #expect(
        try await desk.appraise([Item(Self.unit, "GOOD")], by: Province.district).slug
          == "not-the-authority")
      let own = "unit/district-1;on-behalf-of=unit/province"
      #expect(try await desk.appraise([Item(Self.unit, "GOOD")], by: own).slug == "own-rating")
    }
  }

  @Test func `changes nothing when a step is repeated`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + [Province.accepted(Self.subject)])
      _ = try await desk.selfRate([Item(Self.unit, "GOOD")], by: Self.unit)
      _ = try await desk.appraise([Item(Self.unit, "GOOD")])
      _ = try await desk.decide([Item(Self.unit, "GOOD")])
      let repeated = try await desk.decide([Item(Self.unit, "GOOD")])
      #expect(repeated.status == 200)
      #expect(repeated["changed"] == "0")
      #expect(repeated["unchanged"] == "1")
      #expect(try await desk.logged() == "3")
    }
  }

  @Test func `waits for the review, for open cases and for supplements`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts)
      _ = try await desk.selfRate([Item(Self.unit, "GOOD")], by: Self.unit)
      _ = try await desk.appraise([Item(Self.unit, "GOOD")])
      func refusal() async throws -> String? {
        let answer = try await desk.decide([Item(Self.unit, "GOOD")])
        #expect(answer.status == 409)
        return answer.slug
      }
      #expect(try await refusal() == "not-reviewed")
      try await desk.hear([
        Province.accepted(Self.subject), Province.issued("c1", about: Self.subject),
        Province.issued("c2", about: Self.subject),
        Province.supplement(.requested, of: Self.subject, case: "c2", at: 2),
      ])
      #expect(try await refusal() == "case-not-concluded")
      try await desk.hear([
        Province.concluded("c1", about: Self.subject),
        Province.withdrawn("c2", about: Self.subject),
      ])
      #expect(try await refusal() == "supplement-not-submitted")
      try await desk.hear([
        Province.supplement(.cancelled, of: Self.subject, case: "c2", at: 3)
      ])
      #expect(try await desk.decide([Item(Self.unit, "GOOD")]).status == 200)
    }
  }

  @Test func `begins only when the subject and the cycle are known`() async throws {
    try await RatingDesk.with { desk in
      let early = try await desk.selfRate([Item(Self.unit, "GOOD")], by: Self.unit)
      #expect(early.status == 409)
      #expect(early.slug == "cycle-not-yet-known")
      #expect(early.retryAfter != nil)
      try await desk.hear(Province.facts)
      let key = "the-same-key-for-both"
      let body = Item.batch([Item("unit/district-9", "GOOD")])
      let path = "/v1/cycles/2021/self-ratings"
      let unknown = try await desk.post(path, body, by: "unit/district-9", key: key)
      #expect(unknown.status == 409)
      #expect(unknown.slug == "subject-not-yet-known")
      #expect(unknown.field == "ratings[0].subjectId")
      #expect(unknown.retryAfter == "1")
      try await desk.hear([Province.unit("district-9", managedBy: ("province", "PROVINCE"))])
      let known = try await desk.post(path, body, by: "unit/district-9", key: key)
      #expect(known.status == 200, "such a refusal must not be remembered under the key")
      #expect(try await desk.get("/v1/ratings/2021.u-nobody").slug == "rating-not-found")
    }
  }
}
