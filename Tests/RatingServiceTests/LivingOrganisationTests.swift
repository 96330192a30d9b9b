import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import RatingService

/// Decisions of 2021 while, and after, the organisation changes; it is 28/12/2021 until the calendar
/// is set.
@Suite(.timeLimit(.minutes(2))) struct `Who decides while the organisation lives on` {
  private static let good = [Item("person/m1", "GOOD")]
  private static let groups: SQL =
    "select concat_ws(' ', managing_unit_id, managing_level, peer_group) from rating"
  private static let deciders: SQL =
    """
    select payload::jsonb ->> 'authorityID' from event_log
    where event_type = 'review.rating.rating-decided' order by position
    """

  @Test func `a subject that moved after the appraisal is decided by who manages it now`()
    async throws
  {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(2))
      try await desk.propose([Item("person/m1", "GOOD"), Item("person/m2", "GOOD")])
      try await desk.hear([
        Province.transferred(
          "m1", to: ("district-1", "DISTRICT"), on: "2021-12-20", at: "2021-12-27T08:00"),
        // Known already, and not in force yet.
        Province.transferred(
          "m2", to: ("district-1", "DISTRICT"), on: "2021-12-29", at: "2021-12-27T08:00"),
      ])
      #expect(try await desk.decide(Self.good).slug == "not-the-authority")
      #expect(try await desk.decide(Self.good, by: Province.district).status == 200)
      #expect(try await desk.decide([Item("person/m2", "GOOD")]).status == 200)
      #expect(
        try await desk.rows(Self.groups + " order by rating_id")
          == ["district-1 DISTRICT OFFICIALS", "province PROVINCE OFFICIALS"])
      desk.calendar.set(to: moment("2021-12-30T08:00"))
      let early = [Item("person/m2", "SATISFACTORY")]
      #expect(try await desk.decide(early, number: "2").slug == "not-the-authority")
      #expect(
        try await desk.rows(Self.groups + " order by rating_id").last
          == "province PROVINCE OFFICIALS", "a move alone changes no rating")
    }
  }

  @Test func `once the year is over, who managed the subject on its last day decides`()
    async throws
  {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(1))
      try await desk.propose(Self.good)
      try await desk.hear([
        Province.transferred(
          "m1", to: ("district-1", "DISTRICT"), on: "2022-01-01", at: "2021-12-27T08:00")
      ])
      desk.calendar.set(to: moment("2022-01-10T08:00"))
      #expect(
        try await desk.decide(Self.good, by: Province.district).slug == "not-the-authority")
      #expect(try await desk.decide(Self.good).status == 200)
      #expect(try await desk.rows(Self.groups) == ["province PROVINCE OFFICIALS"])
      try await desk.hear([
        Province.transferred(
          "m1", to: ("district-1", "DISTRICT"), on: "2021-12-31", at: "2022-01-11T08:00",
          sequence: 3)
      ])
      #expect(
        try await desk.decide([Item("person/m1", "SATISFACTORY")], number: "2").slug
          == "not-the-authority", "a day that was recorded wrongly was corrected")
    }
  }

  @Test func `the heir decides for an authority that was merged away, in the old group`()
    async throws
  {
    try await RatingDesk.with { desk in
      let member = Province.person(
        "m1", managedBy: ("district-1", "DISTRICT"), channel: .paper)
      try await desk.hear(Province.facts + [member])
      try await desk.propose(Self.good, by: Province.district)
      try await desk.hear([
        Province.ended("district-1", into: "district-9", on: "2022-01-01", at: "2021-12-27T08:00")
      ])
      desk.calendar.set(to: moment("2022-01-10T08:00"))
      let heir = "person/clerk;on-behalf-of=unit/district-9"
      let untold = try await desk.decide(Self.good, by: heir)
      #expect(untold.slug == "subject-not-yet-known", "nothing is known of the heir")
      #expect(untold.retryAfter == "1")
      try await desk.hear([
        Province.founded(
          "district-9", from: ["district-1"], on: "2022-01-01", at: "2021-12-27T08:00")
      ])
      #expect(
        try await desk.decide(Self.good, by: Province.district).slug == "not-the-authority")
      #expect(try await desk.decide(Self.good, by: heir).status == 200)
      #expect(try await desk.rows(Self.groups) == ["district-1 DISTRICT OFFICIALS"])
      #expect(try await desk.rows(Self.deciders) == ["district-9"])
    }
  }

  @Test func `the heir speaks for a collective that was there on the last day`() async throws {
    try await RatingDesk.with { desk in
      let subject = SubjectID.unit(id("district-1"))
      try await desk.hear(
        Province.facts + [
          Province.accepted(subject),
          Province.ended(
            "district-1", into: "district-2", on: "2022-01-01", at: "2021-12-27T08:00"),
          Province.ended(
            "district-3", into: "district-2", on: "2021-12-15", at: "2021-12-27T08:00"),
        ])
      desk.calendar.set(to: moment("2022-01-10T08:00"))
      let items = [Item("unit/district-1", "GOOD")]
      #expect(try await desk.selfRate(items, by: "unit/district-1").slug == "not-the-subject")
      #expect(try await desk.selfRate(items, by: "unit/district-2").status == 200)
      _ = try await desk.appraise(items)
      #expect(try await desk.decide(items).status == 200)
      let gone = try await desk.selfRate(
        [Item("unit/district-3", "GOOD")], by: "unit/district-2")
      #expect(gone.status == 409)
      #expect(gone.slug == "subject-gone")
      #expect(gone.retryAfter == nil)
    }
  }

  @Test func `who is not there on the day is not rated, with a word on each`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(
        Province.facts + Province.paperMembers(2) + [
          Province.left("m2", on: "2021-12-20", at: "2021-12-27T08:00"),
          Province.joined("late", on: "2022-01-05", at: "2021-12-27T08:00"),
          Province.unit(
            "bureau", managedBy: ("province", "PROVINCE"), reviewed: false),
        ])
      desk.calendar.set(to: moment("2022-01-10T08:00"))
      let answer = try await desk.selfRate(
        [
          Item("person/m1", "GOOD"), Item("person/m2", "GOOD"), Item("person/late", "GOOD"),
          Item("unit/bureau", "GOOD"), Item("person/nobody", "GOOD"),
        ], by: Province.province)
      let slugs = (0..<5).map { answer["errors.\($0).slug"] }
      #expect(
        slugs == ["subject-gone", "subject-gone", "subject-gone", "subject-not-yet-known", nil])
      #expect(answer["errors.0.field"] == "ratings[1].subjectId")
      #expect(answer["errors.3.field"] == "ratings[4].subjectId")
      #expect(try await desk.logged() == "0")
    }
  }
}
