import EventStream
import ReviewEvents
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `The plans of subordinate organisations` {
  private let path = "/v1/cycles/2021/plans"

  @Test func `are owed by every organisation of the level, whose list is computed`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.open(Province.cycleWithPlans)
      let owed = try await desk.get(path)
      #expect(owed["plans.0.unitId"] == "commune-1" && owed["plans.0.state"] == "missing")
      #expect(owed["plans.0.dueWording"] == "trước ngày 15/11/2021")
      #expect(owed["plans.0.sequence"] == "0" && owed["plans.0.documentId"] == nil)
      #expect(owed["plans.1.dueBefore"] == "2021-11-07T17:00:00.000Z", "a pilot")
      #expect(owed["plans.2.unitId"] == nil)
      #expect(owed.counter("owed", "adopted", "late", "missing", "overdue") == [2, 0, 0, 2, 0])

      _ = try await desk.register("plan-1", "05-KH/ĐU", of: "Đảng ủy xã Một", by: Province.commune)
      let adopted = try await desk.adopt("plan-1", on: "2021-11-01")
      #expect(adopted.status == 201 && adopted.sequence == 1 && adopted.location == path)
      desk.calendar.set(to: moment("2021-11-08T00:00"))
      let now = try await desk.get(path)
      #expect(now["plans.0.state"] == "adopted" && now["plans.0.adoptedOn"] == "2021-11-01")
      #expect(now["plans.0.late"] == "0" && now["plans.0.documentId"] == "plan-1")
      #expect(now["plans.1.state"] == "overdue", "at the due instant")
      #expect(now.counter("owed", "adopted", "late", "missing", "overdue") == [2, 1, 0, 0, 1])

      let late = try await desk.get(path + "?state=overdue&level=GRASSROOTS")
      #expect(late["plans.0.unitId"] == "commune-2" && late["plans.1.unitId"] == nil)
      #expect(late.counter("owed") == [2], "counters count all")
      #expect(try await desk.get(path + "?level=DISTRICT")["plans.0.unitId"] == nil)
      let page = try await desk.get(path + "?limit=1")
      #expect(page["plans.0.unitId"] == "commune-1" && page["next"] == "commune-1")
      let rest = try await desk.get(path + "?limit=1&after=commune-1")
      #expect(rest["plans.0.unitId"] == "commune-2" && rest["next"] == nil)
    }
  }

  @Test func `are replaced by who saw the newest one, and earlier ones stay visible`()
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.open(Province.cycleWithPlans)
      for number in 1...2 { _ = try await desk.register("plan-\(number)", "0\(number)-KH/ĐU") }
      #expect(try await desk.adopt("plan-1", on: "2021-11-01").status == 201)
      desk.calendar.set(to: moment("2021-11-20T08:00"))
      let again = try await desk.adopt("plan-1", on: "2021-11-01")
      #expect(again.status == 200 && again.sequence == 1)
      let blind = try await desk.adopt("plan-2", on: "2021-11-19")
      #expect(blind.status == 428 && blind.slug == "version-required")
      #expect(try await desk.adopt("plan-2", on: "2021-11-19", ifMatch: 9).status == 412)
      let changed = try await desk.adopt(
        "plan-2", on: "2021-11-19", for: "commune-1", by: Province.district, ifMatch: 1)
      #expect(changed.status == 201 && changed.sequence == 2)
      let shown = try await desk.get(path)
      #expect(shown["plans.0.documentId"] == "plan-2")
      #expect(shown["plans.0.adoptedOn"] == "2021-11-19")
      #expect(shown["plans.0.firstAdoptedOn"] == "2021-11-01" && shown["plans.0.late"] == "0")
      #expect(shown["plans.0.adoptions.0.documentId"] == "plan-1")
      #expect(shown["plans.0.adoptions.0.recordedBy"] == Province.commune)
      #expect(shown["plans.0.adoptions.1.recordedAt"] == "2021-11-20T01:00:00.000Z")
      #expect(shown["plans.0.adoptions.1.recordedBy"] == Province.district)
      #expect(
        try await desk.story(of: .plan(id("2021.commune-1"))) == ["plan-adopted", "plan-adopted"])
      // Late is who had no plan in time.
      #expect(
        try await desk.adopt("plan-1", on: "2021-11-19", for: "commune-2", by: Province.province)
          .status == 201)
      #expect(try await desk.get(path)["plans.1.late"] == "1")
    }
  }

  @Test func `are refused where nothing is owed, known or open`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.open(Province.cycleWithPlans)
      _ = try await desk.register("plan-1", "01-KH/ĐU")
      let before = try await desk.logged()
      func refused(_ answer: Answer) -> String {
        "\(answer.status) \(answer.slug ?? "") \(answer.field ?? "")"
      }
      #expect(
        try await refused(desk.adopt("plan-9", on: "2021-11-01"))
          == "422 plan-document-unknown documentId")
      #expect(
        try await refused(desk.adopt("plan-1", on: "2021-11-02"))
          == "422 plan-not-yet-adopted adoptedOn")
      #expect(
        try await refused(desk.adopt("plan-1", on: "2021-11-01", by: Province.district))
          == "422 plan-not-owed unitId")
      #expect(
        try await refused(desk.adopt("plan-1", on: "2021-11-01", for: "nowhere"))
          == "422 plan-unit-unknown unitId")
      #expect(
        try await refused(desk.adopt("plan-1", on: "2021-11-01", for: "commune-2"))
          == "403 not-your-plan Review-Actor")
      #expect(
        try await refused(desk.adopt("plan-1", on: "2021-11-01", by: "person/secretary"))
          == "403 not-your-plan Review-Actor")
      #expect(try await desk.logged() == before)
      #expect(try await desk.close(ifMatch: 1).status == 200)
      #expect(try await refused(desk.adopt("plan-1", on: "2021-11-01")) == "409 cycle-closed ")
    }
  }

  @Test func `are owed by nobody in a cycle without such a milestone`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let shown = try await desk.get(path)
      #expect(shown["plans.0.unitId"] == nil && shown["counters.0.level"] == nil)
    }
  }
}

extension IntakeDesk {
  /// Says that an organisation adopted a plan, unless named otherwise the one that acts.
  func adopt(
    _ document: String, on day: String, for unit: String? = nil,
    by actor: String = Province.commune, ifMatch: Int64? = nil
  ) async throws -> Answer {
    let named = unit.map { #""unitId":"\#($0)","# } ?? ""
    return try await send(
      "/v1/cycles/2021/plans", #"{\#(named)"documentId":"\#(document)","adoptedOn":"\#(day)"}"#,
      by: actor, ifMatch: ifMatch)
  }
}

extension Answer {
  /// Numbers of the first line of counters.
  fileprivate func counter(_ names: String...) -> [Int?] {
    names.map { name in self["counters.0.\(name)"].flatMap { Int($0) } }
  }
}
