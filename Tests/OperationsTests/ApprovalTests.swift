import Crypto
import EventStream
import Foundation
import PostgresTestSupport
import ReviewEvents
import TestSupport
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(3))) struct `What two persons decide` {
  private let an = Curve25519.Signing.PrivateKey()
  private let binh = Curve25519.Signing.PrivateKey()
  private let now = Instant(milliseconds: 1_800_000_000_000)

  private func line(_ name: String, _ key: Curve25519.Signing.PrivateKey) -> String {
    "\(name) \(key.publicKey.rawRepresentation.base64EncodedString())"
  }

  private func keys() throws -> OperatorKeys {
    try OperatorKeys("# operators\n\(line("an", an))\n\(line("binh", binh))\n")
  }

  private let wish = ApprovalWish(
    service: "rating", operation: "replay swap", scope: ["read-model": "rating.facts", "run": "3"],
    count: 500)

  private func approval(by approver: String, _ key: Curve25519.Signing.PrivateKey) throws
    -> Approval
  {
    let plan = ApprovalPlan(wish: wish, expires: now + .seconds(60))
    return Approval(
      plan: plan, requester: "an",
      signed: .init(approver: approver, bytes: try plan.sign(key)))
  }

  private func refusal(
    _ approval: Approval, _ wish: ApprovalWish? = nil, by operator: String = "an",
    at moment: Instant? = nil
  ) throws -> String? {
    let keys = try keys()
    do throws(OperationRefusal) {
      try approval.check(wish ?? self.wish, by: `operator`, keys: keys, now: moment ?? now)
      return nil
    } catch { return error.slug }
  }

  @Test func `may begin once another operator signed exactly that`() throws {
    #expect(try refusal(approval(by: "binh", binh)) == nil)
  }

  @Test func `may not begin when anything is different`() throws {
    let signed = try approval(by: "binh", binh)
    func other(_ service: String, _ operation: String, _ run: String, _ count: Int64) throws
      -> String?
    {
      try refusal(
        signed,
        ApprovalWish(
          service: service, operation: operation,
          scope: ["read-model": "rating.facts", "run": run], count: count))
    }
    #expect(try other("intake", "replay swap", "3", 500) == "approval-elsewhere")
    #expect(try other("rating", "replay undo", "3", 500) == "approval-elsewhere")
    #expect(try other("rating", "replay swap", "4", 500) == "approval-elsewhere")
    #expect(try other("rating", "replay swap", "3", 501) == "approval-stale")
    #expect(try refusal(signed, at: now + .seconds(59)) == nil)
    #expect(try refusal(signed, at: now + .seconds(60)) == "approval-expired")
    var used = signed
    used.isUsed = true
    #expect(try refusal(used) == "approval-used")
    var open = signed
    open.signed = nil
    #expect(try refusal(open) == "approval-open")
  }

  @Test func `may not begin on one person's word`() throws {
    #expect(try refusal(approval(by: "an", an)) == "approval-own")
    #expect(try refusal(approval(by: "binh", binh), by: "binh") == "approval-own")
    #expect(try refusal(approval(by: "binh", an)) == "approval-forged")
    #expect(try refusal(approval(by: "binh", binh), by: "nobody") == "approval-operator-unknown")
    // Two names with one key are one person.
    let twins = try OperatorKeys("\(line("an", an))\n\(line("chi", an))")
    let signed = try approval(by: "chi", an)
    #expect(throws: OperationRefusal.self) {
      try signed.check(wish, by: "an", keys: twins, now: now)
    }
  }

  @Test func `is no longer signed when the plan was changed afterwards`() throws {
    let signed = try approval(by: "binh", binh)
    let more = ApprovalWish(
      service: wish.service, operation: wish.operation, scope: wish.scope, count: 501)
    let forged = Approval(
      plan: ApprovalPlan(wish: more, expires: signed.plan.expires), requester: "an",
      signed: signed.signed)
    #expect(try refusal(forged, more) == "approval-forged")
    let later = Approval(
      plan: ApprovalPlan(wish: wish, expires: now + .seconds(3_600)), requester: "an",
      signed: signed.signed)
    #expect(try refusal(later) == "approval-forged")
  }

  @Test func `needs a file of keys without mistakes`() {
    #expect(throws: MalformedOperatorKeys(line: 2)) { try OperatorKeys("\(line("an", an))\nbinh") }
    #expect(throws: MalformedOperatorKeys(line: 1)) { try OperatorKeys("an c2hvcnQ=") }
    #expect(throws: MalformedOperatorKeys(line: 2)) {
      try OperatorKeys("\(line("an", an))\n\(line("an", binh))")
    }
  }

  // MARK: The whole way

  private func withKeyFiles(_ body: (String, String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, key) in [("an", an), ("binh", binh)] {
      try "\(key.rawRepresentation.base64EncodedString())\n".write(
        to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    try await body(folder.appending(path: "an").path(), folder.appending(path: "binh").path())
  }

  private func hash(_ bench: OperationsBench) async throws -> String {
    let list = try #require(try await bench.run("replay approvals") as? ApprovalList)
    return try #require(list.plans.first).plan
  }

  @Test func `is asked for, signed by another one, carried out once and audited`() async throws {
    var safety = OperationSafety()
    safety.approvers = try keys()
    let rules = safety
    try await withKeyFiles { ans, binhs in
      try await OperationsBench.with { bench in
        try await bench.consume([bench.writer.draft("R1", "a")])
        let values = ["into": "shadow", "from-log": "true"]
        await bench.expectRefusal("approval-missing", safety: rules, "replay run", values)
        let plan = try await hash(bench)
        let approved = values.merging(["approval": plan]) { $1 }
        await bench.expectRefusal("approval-open", safety: rules, "replay run", approved)
        let own = ["plan": plan, "key-file": ans]
        await bench.expectRefusal("approval-own", safety: rules, "replay approve", own)
        let wrongKey = ["plan": plan, "key-file": ans, "operator": "binh"]
        await bench.expectRefusal("key-of-another", safety: rules, "replay approve", wrongKey)
        let sign = ["plan": plan, "key-file": binhs, "operator": "binh"]
        try await bench.run("replay approve", sign, safety: rules)
        await bench.expectRefusal(
          "approval-elsewhere", safety: rules, "replay run",
          approved.merging(["anew": "true"]) { $1 })
        try await bench.run("replay run", approved, safety: rules)
        await bench.expectRefusal("approval-used", safety: rules, "replay run", approved)
        #expect(
          try await bench.database.texts(
            "select operator || ' ' || operation from audit where outcome = 'done' order by id")
            == ["binh replay approve", "an replay run"])
      }
    }
  }

  @Test func `is asked for again when facts came in between`() async throws {
    var safety = OperationSafety()
    safety.approvers = try keys()
    let rules = safety
    try await withKeyFiles { _, binhs in
      try await OperationsBench.with { bench in
        try await bench.advance("C1")
        await bench.expectRefusal("approval-missing", safety: rules, "republish")
        let plan = try await hash(bench)
        let sign = ["plan": plan, "key-file": binhs, "operator": "binh"]
        try await bench.run("replay approve", sign, safety: rules)
        try await bench.advance("C1")
        await bench.expectRefusal(
          "approval-stale", safety: rules, "republish", ["approval": plan])
        #expect(try await bench.database.texts("select id::text from republication") == [])
      }
    }
  }

  @Test func `cannot be done at all without keys`() async throws {
    var safety = OperationSafety()
    safety.approvers = OperatorKeys()
    let rules = safety
    try await withKeyFiles { _, binhs in
      try await OperationsBench.with { bench in
        bench.sample.park("bad")
        try await bench.consume([bench.writer.draft("R1", "bad")])
        let discard = [
          "consumer": "case-tracking.intake", "stream": "report/R1", "sequence": "1",
          "confirm": "1",
        ]
        await bench.expectRefusal("approval-missing", safety: rules, "parked discard", discard)
        let sign = ["plan": try await hash(bench), "key-file": binhs, "operator": "binh"]
        await bench.expectRefusal("approver-unknown", safety: rules, "replay approve", sign)
        #expect(try await bench.parked("R1") == [1])
      }
    }
  }
}
