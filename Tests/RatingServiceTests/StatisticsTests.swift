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
}
