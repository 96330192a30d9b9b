import EventStream
import ReviewEvents
import ReviewRules
import ServiceRuntime
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `The approval of a rule set` {
  private let path = "/v1/rule-sets/132-2018"

  private func approval(of fingerprint: String, on legalBasis: String = "12-QĐ/TU") -> String {
    #"{"fingerprint":"\#(fingerprint)","legalBasis":"\#(legalBasis)"}"#
  }

  @Test func `is shown with its number, when and by whom, and given once`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      let before = try await desk.get(path)
      #expect(before["summary.approved"] == "0" && before["summary.approvals.0"] == nil)
      #expect(
        before["summary.fingerprint"]
          == Fingerprint.sha256("quota.percent\t20\nvote.tie\tAGAIN\n"))
      let first = try await desk.approve()
      #expect(first.status == 201 && first.sequence == 1 && first.location == path)
      for basis in ["12-QĐ/TU", "12/QĐ-TU"] {
        let again = try await desk.approve(on: basis)
        #expect(again.status == 200 && again.sequence == 1, "\(basis)")
      }
      let other = try await desk.approve(on: "13-QĐ/TU")
      #expect(other.status == 201 && other.sequence == 2)
      let after = try await desk.get(path)
      #expect(after["summary.approved"] == "1")
      #expect(after["summary.approvals.0.legalBasis"] == "12-QĐ/TU")
      #expect(after["summary.approvals.0.fingerprint"] == after["summary.fingerprint"])
      #expect(after["summary.approvals.0.approvedAt"] == "2021-11-01T01:00:00.000Z")
      #expect(after["summary.approvals.0.approvedBy"] == Province.province)
      #expect(after["summary.approvals.1.legalBasis"] == "13-QĐ/TU")
      let list = try await desk.get("/v1/rule-sets")
      #expect(list["ruleSets.0.approved"] == "0" && list["ruleSets.1.approved"] == "1")
      #expect(list["ruleSets.1.approvals.1.legalBasis"] == "13-QĐ/TU")
      #expect(
        try await desk.story(of: .ruleSet(id("132-2018"))) == [
          "rule-set-approved", "rule-set-approved",
        ])
    }
  }

  @Test func `is what a cycle is opened with, and only who approved it may go on`() async throws {
    try await IntakeDesk.with { desk in
      #expect(
        try await desk.approve().slug == "not-the-province", "there is nobody yet who could")
      _ = try await desk.table("/v1/units/import", Province.units)
      let refused = try await desk.send("/v1/cycles", Province.cycle, by: Province.province)
      #expect(refused.status == 409 && refused.slug == "rule-set-not-approved")
      #expect(refused.field == "ruleSetId")
      #expect(try await desk.get("/v1/cycles/2021").status == 404)
      #expect(try await desk.approve(by: Province.district).slug == "not-the-province")
      #expect(try await desk.approve("124-2023").status == 201, "of other rules")
      #expect(
        try await desk.send("/v1/cycles", Province.cycle, by: Province.province).slug
          == "rule-set-not-approved")
      #expect(try await desk.approve().status == 201)
      #expect(
        try await desk.send("/v1/cycles", Province.cycle, by: Province.province).status == 201)
    }
  }

  @Test func `ends with the text: a changed file needs a new one, an open cycle stays open`()
    async throws
  {
    try await IntakeDesk.with { desk in
      try await desk.open()
      let seen = try #require(try await desk.get(path)["summary.fingerprint"])
      var changed = Province.rules
      changed.lines[0].value = "25"
      try await desk.restarted(with: [changed]) { desk in
        let shown = try await desk.get(path)
        #expect(shown["summary.approved"] == "0")
        #expect(shown["summary.approvals.0.fingerprint"] == seen)
        let blind = try await desk.send(
          path + "/approvals", approval(of: seen), by: Province.province)
        #expect(blind.status == 409 && blind.slug == "rule-set-fingerprint-differs")
        #expect(blind.field == "fingerprint")
        let open = try await desk.send("/v1/cycles", Province.cycle, by: Province.province)
        #expect(open.status == 201 && open.sequence == 1, "it is open already")
        let next = Province.cycle.replacing(#""cycleId":"2021""#, with: #""cycleId":"next""#)
        let refused = try await desk.send("/v1/cycles", next, by: Province.province)
        #expect(refused.slug == "rule-set-not-approved")
        #expect(try await desk.approve().sequence == 2)
        #expect(try await desk.send("/v1/cycles", next, by: Province.province).status == 201)
      }
      // Back to the former file, which was approved once and for all.
      #expect(try await desk.get(path)["summary.approved"] == "1")
    }
  }
}
