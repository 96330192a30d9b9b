public import EventStream
public import ReviewEvents

/// The rows of the table `rule_set_approval`: one for each approval.
public enum ApprovalRows {
  static let fold = StreamFold(.ruleSet) { transaction, histories in
    try write(try RecordedFact.all(in: histories), transaction)
  }

  /// Shows approvals.
  public static func write(
    _ approvals: [RecordedFact<RuleSetApproved>], _ transaction: borrowing AnyTransaction
  ) throws {
    let facts = approvals.map(\.fact)
    try transaction.run(
      """
      insert into rule_set_approval (rule_set_id, sequence, fingerprint, legal_basis, approved_at,
                                     approved_by)
      select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[],
                           $6::text[])
      on conflict (rule_set_id, sequence) do update
        set fingerprint = excluded.fingerprint, legal_basis = excluded.legal_basis,
            approved_at = excluded.approved_at, approved_by = excluded.approved_by
      """,
      [
        .texts(facts.map(\.ruleSetID.text)), .integers(approvals.map(\.sequence)),
        .texts(facts.map(\.fingerprint)), .texts(facts.map(\.legalBasis)),
        .instants(approvals.map(\.recordedAt)), .texts(approvals.map(\.recordedBy.description)),
      ])
  }
}
