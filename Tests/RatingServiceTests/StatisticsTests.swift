import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import RatingService

@Suite(.timeLimit(.minutes(2))) struct `Figures of the ratings` {
  private static let path = "/v1/cycles/2021/rating-statistics"

  /// Six members: one excellent, four good, and one of whom nothing is decided.
  private func rate(_ desk: RatingDesk) async throws {
    try await desk.hear(Province.facts + Province.paperMembers(6))
    let items = (1...6).map { Item("person/m\($0)", $0 == 1 ? "EXCELLENT" : "GOOD") }
    try await desk.propose(items)
    let answer = try await desk.decide(Array(items.prefix(5)))
    try #require(answer.status == 200, "\(answer.text)")
  }

  /// The group of the members: kind, then level, then peer group order the groups.
  private func members(_ answer: Answer) throws -> Int {
    try #require((0..<4).first { answer["groups.\($0).peerGroup"] == "OFFICIALS" })
  }

  @Test func `give shares of all who are rated, with the sum behind each`() async throws {
    try await RatingDesk.with { desk in
      try await rate(desk)
      let answer = try await desk.get(Self.path)
      let group = "groups.\(try members(answer))"
      #expect(answer["\(group).kind"] == "individual")
      #expect(answer["\(group).managingLevel"] == "PROVINCE")
      #expect(answer["\(group).toRate"] == "7", "the leader has no rating yet")
      #expect(answer["\(group).rated"] == "5")
      #expect(answer["\(group).notRated"] == "2")
      #expect(answer["\(group).levels.EXCELLENT"] == "1")
      #expect(answer["\(group).levels.UNSATISFACTORY"] == "0")
      #expect(answer["\(group).shareOfRated.GOOD.numerator"] == "4")
      #expect(answer["\(group).shareOfRated.GOOD.denominator"] == "5")
      #expect(answer["\(group).shareOfRated.GOOD.text"] == "80,00%")
      #expect(answer["\(group).excellentShareOfGoodOrBetter.text"] == "20,00%")
    }
  }

  @Test func `are told as they were known and as they were in force`() async throws {
    try await RatingDesk.with { desk in
      try await rate(desk)
      desk.calendar.set(to: moment("2022-01-10T09:00"))
      let changed = try await desk.decide([Item("person/m1", "GOOD")], number: "2-QĐ/TU")
      try #require(changed.status == 200, "\(changed.text)")
      func excellent(_ query: String) async throws -> String? {
        let answer = try await desk.get(Self.path + query)
        return answer["groups.\(try members(answer)).levels.EXCELLENT"]
      }
      #expect(try await excellent("") == "0")
      #expect(try await excellent("?knownAt=2022-01-01T00:00:00Z") == "1", "published stays")
      #expect(try await excellent("?asOf=2022-01-01T00:00:00Z") == "1")
      #expect(try await excellent("?knownAt=2021-12-01T00:00:00Z") == "0", "nothing was decided")
      #expect(
        try await excellent("?asOf=2022-02-01T00:00:00Z&knownAt=2022-02-01T00:00:00Z") == "0")
      #expect(try await desk.get(Self.path + "?asOf=yesterday").slug == "malformed-instant")
    }
  }

  @Test func `of a year never change for who asks by what was known at its end`() async throws {
    try await RatingDesk.with { desk in
      try await rate(desk)
      let end = "?knownAt=2021-12-31T17:00:00Z"
      func figures(_ query: String) async throws -> String {
        try await desk.get(Self.path + query).text
      }
      desk.calendar.set(to: moment("2022-01-01T00:30"))
      let published = try await figures(end)
      #expect(try await figures("") == published)
      // What the first days of January bring: a member who had left, one who had been there, a
      // unit that had moved to another group, an end, and a decision that corrects one of December.
      try await desk.hear([
        Province.left("m6", on: "2021-12-01", at: "2022-01-05T08:00"),
        Province.joined("m7", on: "2021-12-01", at: "2022-01-05T08:00"),
        Province.moved("district-2", group: "OTHER", on: "2021-12-01", at: "2022-01-05T08:00"),
        Province.ended("district-3", into: "district-2", on: "2021-12-31", at: "2022-01-05T08:00"),
        Province.transferred(
          "m2", to: ("district-1", "DISTRICT"), on: "2021-12-01", at: "2022-01-05T08:00"),
      ])
      desk.calendar.set(to: moment("2022-01-10T09:00"))
      let corrected = try await desk.post(
        "/v1/cycles/2021/decisions",
        #"{"decisionNumber":"2-QĐ/TU","effectiveOn":"2021-12-28","ratings":["#
          + #"{"subjectId":"person/m1","level":"SATISFACTORY"}]}"#, by: Province.province)
      #expect(corrected.status == 200, "\(corrected.text)")

      #expect(try await figures(end) == published)
      #expect(try await figures(end + "&asOf=2021-12-31T16:59:59Z") == published)
      let now = try await desk.get(Self.path)
      #expect(now["groups.0.peerGroup"] == "DISTRICT-BODY")
      #expect(now["groups.0.toRate"] == "1", "one moved, one ended")
      #expect(now["groups.1.peerGroup"] == "OTHER")
      let group = "groups.\(try members(now))"
      #expect(now["\(group).toRate"] == "7", "one left, one joined")
      #expect(now["\(group).managingLevel"] == "PROVINCE")
      #expect(now["\(group).levels.EXCELLENT"] == "0")
      #expect(now["\(group).levels.SATISFACTORY"] == "1")
      #expect(now["\(group).rated"] == "5", "a move changes no decided rating's group")
      let corrections = try await desk.get(Self.path + "?asOf=2021-12-28T16:00:00Z")
      #expect(corrections["\(group).levels.SATISFACTORY"] == "1", "it holds since the 28th")
      let before = try await desk.get(Self.path + "?asOf=2021-12-27T16:00:00Z")
      #expect(before["\(group).rated"] == "0")
    }
  }

  @Test func `a decision names no day ahead, and one day for one number`() async throws {
    try await RatingDesk.with { desk in
      try await rate(desk)
      func decide(_ day: String) async throws -> Answer {
        try await desk.post(
          "/v1/cycles/2021/decisions",
          #"{"decisionNumber":"2-QĐ/TU","effectiveOn":"\#(day)","ratings":["#
            + #"{"subjectId":"person/m1","level":"GOOD"}]}"#, by: Province.province)
      }
      let ahead = try await decide("2021-12-29")
      #expect(ahead.status == 422)
      #expect(ahead.slug == "effective-day-ahead")
      #expect(ahead.field == "effectiveOn")
      #expect(try await decide("29/12/2021").slug == "malformed-date")
      #expect(try await decide("2021-12-28")["changed"] == "1")
      #expect(try await decide("2021-12-28")["unchanged"] == "1")
      #expect(try await decide("2021-12-20").slug == "decision-number-used")
    }
  }
}
