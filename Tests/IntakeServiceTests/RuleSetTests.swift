import EventStream
import ReviewEvents
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `The rule sets that are loaded` {
  @Test func `are listed with the years that they were made for`() async throws {
    try await IntakeDesk.with { desk in
      let list = try await desk.get("/v1/rule-sets")
      #expect(list["ruleSets.0.ruleSetId"] == "124-2023")
      #expect(list["ruleSets.0.fromYear"] == "2023" && list["ruleSets.0.throughYear"] == "2024")
      #expect(list["ruleSets.1.ruleSetId"] == "132-2018")
    }
  }

  @Test func `are shown with everything that they say`() async throws {
    try await IntakeDesk.with { desk in
      let shown = try await desk.get("/v1/rule-sets/132-2018")
      #expect(shown["summary.title"] == "QĐ 132")
      #expect(shown["contents.0.path"] == "quota.percent" && shown["contents.0.value"] == "20")
    }
  }

  @Test func `are compared, with both values of what is different`() async throws {
    try await IntakeDesk.with { desk in
      let changes = try await desk.get("/v1/rule-sets/124-2023/changes?since=132-2018")
      #expect(changes["changes.0.path"] == "quota.percent")
      #expect(changes["changes.0.old"] == "20" && changes["changes.0.new"] == "25")
      #expect(changes["changes.1.path"] == "vote.base" && changes["changes.1.old"] == nil)
      #expect(changes["changes.2.path"] == "vote.tie" && changes["changes.2.new"] == nil)
      #expect(changes["changes.3.path"] == nil)
    }
  }
}
