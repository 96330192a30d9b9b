public import EventStream
public import ReviewEvents

/// The rows of the table `adopted_plan`: one for each adoption, so that earlier ones stay visible.
public enum PlanRows {
  static let fold = StreamFold(.plan) { transaction, histories in
    try write(try RecordedFact.all(in: histories), transaction)
  }

  /// Shows adoptions.
  public static func write(
    _ adoptions: [RecordedFact<PlanAdopted>], _ transaction: borrowing AnyTransaction
  ) throws {
    let facts = adoptions.map(\.fact)
    try transaction.run(
      """
      insert into adopted_plan (plan_id, sequence, cycle_id, unit_id, document_id, adopted_on,
                                recorded_at, recorded_by)
      select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
                           $7::timestamptz[], $8::text[])
      on conflict (plan_id, sequence) do update
        set cycle_id = excluded.cycle_id, unit_id = excluded.unit_id,
            document_id = excluded.document_id, adopted_on = excluded.adopted_on,
            recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by
      """,
      [
        .texts(facts.map(\.planID.text)), .integers(adoptions.map(\.sequence)),
        .texts(facts.map(\.cycleID.text)), .texts(facts.map(\.unitID.text)),
        .texts(facts.map(\.documentID.text)), .texts(facts.map(\.adoptedOn.description)),
        .instants(adoptions.map(\.recordedAt)), .texts(adoptions.map(\.recordedBy.description)),
      ])
  }
}
