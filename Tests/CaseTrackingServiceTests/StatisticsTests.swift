import EventStream
import ReviewEvents
import Testing

@testable import CaseTrackingService

@Suite(.timeLimit(.minutes(2))) struct `Figures as a province publishes them` {
  @Test func `subjects are counted once, under the level that manages them`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      try await desk.issue("a", about: "unit/district-1", authority: "province")
      try await desk.issue("b", about: "unit/commune-1")
      try await desk.issue("c", about: "unit/commune-1", authority: "province")
      try await desk.issue("d", about: "unit/commune-2")
      try await desk.issue("e", about: "person/leader-1")
      try await desk.issue("f", about: "unit/commune-3")
      _ = try await desk.post(
        "/v1/cases/f/withdraw", "{}", by: Province.district, ifMatch: 3)
      try await desk.approve("g", about: "unit/commune-3")
      let figures = try await desk.get("/v1/cycles/2021/case-statistics")
      #expect(figures["collective.subjects"] == "3", "commune-1 has two cases")
      #expect(figures["collective.cases"] == "4")
      #expect(figures["collective.levels.0.level"] == "PROVINCE", "highest level first")
      #expect(figures["collective.levels.0.subjects"] == "1")
      #expect(figures["collective.levels.1.level"] == "DISTRICT")
      #expect(figures["collective.levels.1.subjects"] == "2")
      #expect(figures["collective.levels.1.cases"] == "3")
      #expect(figures["collective.levels.2"] == nil, "a level that has none is absent")
      #expect(figures["individual.levels.0.level"] == "DISTRICT")
      #expect(figures["individual.subjects"] == "1")
      #expect(figures["individual.levels.1"] == nil)
      #expect(figures["states.0.state"] == "approved")
      #expect(figures["states.1.cases"] == "5")
      #expect(figures["states.2.state"] == "withdrawn")
      let next = try await desk.get("/v1/cycles/2022/case-statistics")
      #expect(next["collective.subjects"] == "0")
      #expect(try await desk.get("/v1/cycles/1999/case-statistics").slug == "unknown-cycle")
    }
  }

  @Test func `lists are read page by page and filtered`() async throws {
    try await CaseDesk.with { desk in
      try await desk.hear(Province.facts)
      for name in ["a", "b", "c", "d"] { try await desk.issue(name, about: "unit/commune-1") }
      try await desk.issue("e", about: "person/leader-1")
      let first = try await desk.get("/v1/cycles/2021/cases", ["limit": "2"])
      #expect(first["cases.1.caseId"] == "b")
      #expect(first["next"] == "b")
      let rest = try await desk.get("/v1/cycles/2021/cases", ["after": "b", "limit": "3"])
      #expect(rest["cases.2.caseId"] == "e")
      #expect(rest["next"] == nil)
      let individuals = try await desk.get("/v1/cycles/2021/cases", ["kind": "individual"])
      #expect(individuals["cases.0.caseId"] == "e")
      #expect(individuals["cases.1.caseId"] == nil)
      let none = try await desk.get(
        "/v1/cycles/2021/cases", ["state": "closed", "level": "DISTRICT"])
      #expect(none["cases.0.caseId"] == nil)
    }
  }
}
