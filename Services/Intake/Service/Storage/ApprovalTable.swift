import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// The table `rule_set_approval` and the streams behind it.
enum ApprovalTable {
  /// Every approval of a rule set, the oldest first.
  static func of(
    _ id: RuleSetID, _ transaction: borrowing AnyTransaction
  ) throws -> [RecordedFact<RuleSetApproved>] {
    try transaction.rows(
      """
      select rule_set_id, sequence, fingerprint, legal_basis, approved_at, approved_by
        from rule_set_approval where rule_set_id = $1 order by sequence
      """, [.text(id.text)]
    ).map { row in try read(row) }
  }

  /// Every approval of every rule set, the oldest of each first.
  static func all(
    _ transaction: borrowing AnyTransaction
  ) throws -> [RuleSetID: [RecordedFact<RuleSetApproved>]] {
    let approvals = try transaction.rows(
      """
      select rule_set_id, sequence, fingerprint, legal_basis, approved_at, approved_by
        from rule_set_approval order by rule_set_id, sequence
      """, []
    ).map { row in try read(row) }
    return Dictionary(grouping: approvals, by: \.fact.ruleSetID)
  }

  /// Refuses rules that nobody approved as they stand now.
  /// - Throws: ``ApprovalRejection/notApproved``.
  static func require(_ rules: RuleSet, _ transaction: borrowing AnyTransaction) throws {
    let approvals = RuleSetApprovals(try of(rules.id, transaction).map(\.fact))
    try approvals.require(rules.fingerprint)
  }

  /// Appends approvals and shows them.
  /// - Returns: the stream's new sequence.
  static func record(
    _ facts: [RuleSetApproved], of id: RuleSetID, behind sequence: Int64, origin: EventOrigin,
    _ transaction: borrowing AnyTransaction
  ) throws -> Int64 {
    guard !facts.isEmpty else { return sequence }
    try transaction.append([
      StreamAppend(stream: .ruleSet(id), expected: sequence, events: facts, origin: origin)
    ])
    try ApprovalRows.write(
      RecordedFact.appended(facts, behind: sequence, origin: origin), transaction)
    return sequence + Int64(facts.count)
  }

  private static func read(_ row: SQLRow) throws -> RecordedFact<RuleSetApproved> {
    RecordedFact(
      fact: RuleSetApproved(
        ruleSetID: try row.value(0, RuleSetID.init), fingerprint: try row.text(2),
        legalBasis: try row.text(3)),
      sequence: try row.integer(1), recordedAt: try row.instant(4),
      recordedBy: try row.value(5, ActorContext.init))
  }
}

extension RuleSet {
  /// SHA-256 of everything the file says, in lower-case hexadecimal: what is approved.
  var fingerprint: String { Fingerprint.sha256(canonicalText) }
}
