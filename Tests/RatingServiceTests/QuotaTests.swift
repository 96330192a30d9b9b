import EventStream
import ReviewEvents
import Testing

@testable import RatingService

@Suite(.timeLimit(.minutes(5))) struct `The quota of a group` {
  private static let rounds = 40
  private static let quota =
    "quota?managingUnit=province&kind=individual&peerGroup=OFFICIALS"

  /// Two proposed excellent and three good: one place.
  private func proposeFive(_ desk: RatingDesk, cycle: String = "2021") async throws {
    try await desk.propose(
      (1...5).map { Item("person/m\($0)", $0 <= 2 ? "EXCELLENT" : "GOOD") }, cycle: cycle)
  }

  @Test func `warns at the proposal and blocks at the decision`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(5))
      try await proposeFive(desk)
      let warned = try await desk.appraise([Item("person/m3", "GOOD")])
      #expect(warned["quotas.0.warning"] == "1")
      #expect(warned["quotas.0.allowed"] == "1")
      #expect(warned["quotas.0.proposedExcellent"] == "2")
      let both = try await desk.decide([
        Item("person/m1", "EXCELLENT"), Item("person/m2", "EXCELLENT"),
      ])
      #expect(both.status == 409)
      #expect(both.slug == "quota-exceeded")
      #expect(both.field == "ratings")
      #expect(try await desk.rows("select count(*) from rating_decision").first == "0")
      #expect(try await desk.decide([Item("person/m1", "EXCELLENT")]).status == 200)
      #expect(try await desk.decide([Item("person/m2", "EXCELLENT")]).slug == "quota-exceeded")
      #expect(try await desk.decide([Item("person/m2", "GOOD")]).status == 200)
    }
  }

  @Test func `is shown with its sum and its holders`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(5))
      try await proposeFive(desk)
      _ = try await desk.decide([Item("person/m2", "EXCELLENT")])
      let shown = try await desk.get("/v1/cycles/2021/\(Self.quota)")
      #expect(shown["base"] == "GOOD_OR_BETTER")
      #expect(shown["baseCount"] == "5")
      #expect(shown["percent"] == "20")
      #expect(shown["rounding"] == "DOWN")
      #expect(shown["source"] == "HD 21")
      #expect(shown["allowed"] == "1")
      #expect(shown["decidedExcellent"] == "1")
      #expect(shown["room"] == "0")
      #expect(shown["holders.0"] == "person/m2")
      #expect(shown["holders.1"] == nil)
      #expect(try await desk.get("/v1/cycles/2021/quota").slug == "missing-parameter")
    }
  }

  @Test func `a decision on one subject can be what another place depended on`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(5))
      try await proposeFive(desk)
      _ = try await desk.decide([Item("person/m1", "EXCELLENT")])
      let shrinking = try await desk.decide([Item("person/m3", "UNSATISFACTORY")])
      #expect(shrinking.slug == "quota-exceeded", "four good or better allow no excellent one")
    }
  }

  @Test func `lets exactly one of two concurrent deciders take the last place`() async throws {
    try await RatingDesk.with { desk in
      try await desk.hear(Province.facts + Province.paperMembers(5))
      for round in 1...Self.rounds {
        let cycle = "round-\(round)"
        try await desk.hear([Province.cycle(cycle)])
        try await proposeFive(desk, cycle: cycle)
        // Each decides on another subject, so that only the group's row can serialise them.
        async let first = desk.decide(
          [Item("person/m1", "EXCELLENT"), Item("person/m3", "GOOD")], number: "a", cycle: cycle)
        async let second = desk.decide(
          [Item("person/m2", "EXCELLENT"), Item("person/m4", "GOOD")], number: "b", cycle: cycle)
        let answers = try await [first, second]
        #expect(answers.map(\.status).sorted() == [200, 409], "round \(round)")
        #expect(answers.contains { $0.slug == "quota-exceeded" })
        let shown = try await desk.get("/v1/cycles/\(cycle)/\(Self.quota)")
        #expect(shown["decidedExcellent"] == "1")
      }
      let excellent = try await desk.rows(
        "select count(*) from rating_decision where level = 'EXCELLENT'")
      #expect(excellent == ["\(Self.rounds)"])
    }
  }
}
