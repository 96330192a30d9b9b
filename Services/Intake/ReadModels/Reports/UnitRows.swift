public import EventStream
public import ReviewEvents

/// The rows of the table `unit`.
public enum UnitRows {
  static let fold = StreamFold(.unit) { transaction, histories in
    try write(try histories.map { history in try Registered(history) }, transaction)
  }

  /// Shows organisations as they stand now.
  public static func write(
    _ units: [Registered<UnitRegistered>], _ transaction: borrowing AnyTransaction
  ) throws {
    let facts = units.map(\.fact)
    try transaction.rows(
      """
      insert into unit (unit_id, name, level, parent_id, managing_unit_id, managing_level,
                        peer_group, reviewed, sequence)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                           $7::text[], $8::boolean[], $9::bigint[])
      on conflict (unit_id) do update
        set name = excluded.name, level = excluded.level, parent_id = excluded.parent_id,
            managing_unit_id = excluded.managing_unit_id,
            managing_level = excluded.managing_level, peer_group = excluded.peer_group,
            reviewed = excluded.reviewed, sequence = excluded.sequence
      """,
      [
        .texts(facts.map(\.unitID.text)), .texts(facts.map(\.name)),
        .texts(facts.map(\.level.text)), .optionalTexts(facts.map(\.parentID?.text)),
        .optionalTexts(facts.map(\.managingUnitID?.text)),
        .optionalTexts(facts.map(\.managingLevel?.text)), .texts(facts.map(\.peerGroup.text)),
        .booleans(facts.map(\.reviewed)), .integers(units.map(\.sequence)),
      ])
  }
}
