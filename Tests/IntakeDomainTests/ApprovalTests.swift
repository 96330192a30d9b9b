import IntakeDomain
import ReviewEvents
import Testing

@Suite struct `The approval of a rule set` {
  let first = RuleSetApproved(
    ruleSetID: Sample.id("132-2018"), fingerprint: "seen", legalBasis: "12-QĐ/TU")

  private func approve(
    _ approvals: RuleSetApprovals, _ fingerprint: String = "seen", loaded: String = "seen",
    on legalBasis: String = "12-QĐ/TU"
  ) throws(ApprovalRejection) -> [RuleSetApproved] {
    try approvals.approve(
      Sample.id("132-2018"), fingerprint: fingerprint, loaded: loaded, legalBasis: legalBasis)
  }

  @Test func `is of the text that was seen, or of none`() throws {
    #expect(try approve(RuleSetApprovals()) == [first])
    #expect(throws: ApprovalRejection.fingerprintDiffers) {
      try approve(RuleSetApprovals(), "seen", loaded: "changed")
    }
    #expect(throws: ApprovalRejection.fingerprintDiffers) {
      try approve(RuleSetApprovals([first]), "seen", loaded: "changed")
    }
  }

  @Test func `is given once for a text and a document, however that is printed`() throws {
    let approvals = RuleSetApprovals([first])
    for basis in ["12-QĐ/TU", "12/QĐ-TU", " 12  qđ tu "] {
      #expect(try approve(approvals, on: basis).isEmpty, "\(basis)")
    }
    #expect(try approve(approvals, on: "13-QĐ/TU").map(\.legalBasis) == ["13-QĐ/TU"])
  }

  @Test func `rests on a document`() {
    for basis in ["QĐ 132", "đồng ý", " "] {
      #expect(throws: ApprovalRejection.malformedLegalBasis) {
        try approve(RuleSetApprovals(), on: basis)
      }
    }
  }

  @Test func `holds for the text that was approved and for no other`() throws {
    let approvals = RuleSetApprovals([first])
    #expect(throws: Never.self) { try approvals.require("seen") }
    #expect(throws: ApprovalRejection.notApproved) { try approvals.require("changed") }
    #expect(throws: ApprovalRejection.notApproved) { try RuleSetApprovals().require("seen") }
    let both = RuleSetApprovals(
      [first] + (try approve(approvals, "changed", loaded: "changed", on: "13-QĐ/TU")))
    #expect(throws: Never.self) { try both.require("seen") }
    #expect(throws: Never.self) { try both.require("changed") }
  }
}
