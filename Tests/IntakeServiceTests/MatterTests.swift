import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `Suggested matters` {
  private let path = "/v1/reports/\(Province.communeReport)"
  private let issuedAt = moment("2021-11-20T23:30")

  private func answering(_ matters: (String, Int)...) -> String {
    Province.content(
      ["I": "Ưu", "II": "Nhược"],
      answers: matters.map { ($0.0, Province.matterID($0.0, $0.1), "Giải trình \($0.1)") })
  }

  @Test func `must be answered before a report comes in`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      try await desk.hear(try Province.issued("x", matters: 2, at: issuedAt))
      let shown = try await desk.get(path)
      #expect(shown["openMatters.1.matterId"] == "x.2")
      #expect(shown["openMatters.1.area"] == "LAND")
      let refused = try await desk.submit(Province.communeReport, answering(("x", 1)))
      #expect(refused.status == 422 && refused.slug == "matter-unanswered")
      #expect(refused.field == "answers.x.x.2")
      let taken = try await desk.submit(
        Province.communeReport, answering(("x", 1), ("x", 2)))
      #expect(taken.status == 201)
      #expect(try await desk.get(path + "/versions/1")["answers.1.text"] == "Giải trình 2")
      #expect(try await desk.get(path)["openMatters.0.matterId"] == nil)
    }
  }

  @Test func `of a withdrawn case need no answer`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      try await desk.hear(
        try Province.issued("x", at: issuedAt) + [Province.withdrawn("x", at: issuedAt)])
      #expect(try await desk.submit().status == 201)
      #expect(
        try await desk.submit(
          "2021.u-commune-2", answering(("x", 1)), by: "unit/commune-2"
        ).slug == "matter-unknown")
    }
  }

  @Test func `that come after the receipt open a supplement`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await desk.submit()
      try await desk.hear(try Province.issued("x", matters: 2, at: issuedAt))
      let shown = try await desk.get(path)
      #expect(shown["state"] == "submitted" && shown.sequence == 3)
      #expect(shown["supplements.0.dueBefore"] == "2021-11-25T17:00:00.000Z")
      #expect(shown["supplements.0.dueWording"] == "chậm nhất hết ngày 25/11/2021")
      #expect(shown["openMatters.0.matterId"] == "x.1")
      let counters = try await desk.get("/v1/cycles/2021/counters")
      #expect(counters["counters.0.supplementsOpen"] == "1")

      func answer(_ matters: Int, by actor: String = Province.commune, at ifMatch: Int64 = 3)
        async throws -> Answer
      {
        let answers = (1...matters).map {
          #"{"matterId":"x.\#($0)","kind":"accepted","text":"Nhận"}"#
        }.joined(separator: ",")
        return try await desk.send(
          path + "/supplements/x", #"{"answers":[\#(answers)]}"#, by: actor, ifMatch: ifMatch)
      }
      #expect(try await answer(2, by: Province.district).slug == "not-your-report")
      #expect(try await answer(1).slug == "matter-unanswered")
      #expect(try await answer(2, at: 2).slug == "version-stale")
      desk.calendar.set(to: moment("2021-11-26T00:00"))
      let taken = try await answer(2)
      #expect(taken.status == 201 && taken["lateness"] == "late" && taken.sequence == 4)
      #expect(try await answer(2, at: 4).slug == "supplement-already-submitted")
      #expect(try await desk.get(path)["openMatters.0.matterId"] == nil)
      #expect(try await desk.judge("accept", ifMatch: 4).status == 200)
    }
  }

  @Test func `of a case withdrawn after the receipt cancel the supplement`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await desk.submit()
      try await desk.hear(try Province.issued("x", at: issuedAt))
      try await desk.hear([try Province.withdrawn("x", at: issuedAt)])
      #expect(
        try await desk.story(of: .report(id(Province.communeReport))).suffix(2)
          == ["supplement-requested", "supplement-cancelled"])
      let refused = try await desk.send(
        path + "/supplements/x",
        #"{"answers":[{"matterId":"x.1","kind":"accepted","text":"Nhận"}]}"#,
        by: Province.commune, ifMatch: 4)
      #expect(refused.status == 409 && refused.slug == "supplement-cancelled")
    }
  }

  @Test func `of a case explained directly end the supplement`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      _ = try await desk.submit()
      let issued = try Province.issued("x", at: issuedAt)
      try await desk.hear(issued)
      try await desk.hear([try Province.explained("x", at: issuedAt)])
      #expect(
        try await desk.story(of: .report(id(Province.communeReport))).suffix(2)
          == ["supplement-requested", "supplement-cancelled"])
    }
  }

  @Test func `of subjects without a report are kept and ask nobody`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let before = try await desk.logged()
      try await desk.hear(
        try Province.issued("x", about: "person/member-1", at: issuedAt)
          + Province.issued("y", about: "unit/nobody", at: issuedAt))
      #expect(try await desk.logged() == before)
      #expect(try await desk.rows("select count(*) from suggested_matter") == ["2"])
    }
  }

  @Test func `either meet the submission or open a supplement, never neither`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      var sequence: Int64 = 1
      var refusals = 0
      for round in 0..<25 {
        let name = "race-\(100 + round)"
        let known = sequence
        async let heard: Void = desk.hear(try Province.issued(name, at: issuedAt))
        async let answer = desk.submit(ifMatch: known)
        let (_, submitted) = try await (heard, answer)
        let shown = try await desk.get(path)
        sequence = try #require(shown.sequence)
        if submitted.status == 201 {
          #expect(shown["supplements.\(round - refusals).caseId"] == name)
          _ = try await desk.judge(
            "return", #"{"reasons":[{"section":"I","reason":"Viết lại"}]}"#, ifMatch: sequence)
        } else {
          #expect(submitted.slug == "matter-unanswered")
          refusals += 1
        }
        try await desk.hear([try Province.withdrawn(name, at: issuedAt)])
        sequence = try #require(try await desk.get(path).sequence)
      }
    }
  }
}
