public import EventStream
internal import IntakeDomain
internal import ReviewEvents

/// The rows of the table `unit`.
public enum UnitRows {
  static let fold = StreamFold(.unit) { transaction, histories in
    try write(
      try histories.compactMap { history in
        LoadedUnit(
          try UnitID(history.stream.id),
          in: OrganisationHistory(try history.events.map { fact in try RecordedEvent(fact) }),
          sequence: history.sequence)
      }, transaction)
  }

  /// Shows organisations as they stand in the end.
  public static func write(
    _ units: [LoadedUnit], _ transaction: borrowing AnyTransaction
  ) throws {
    guard !units.isEmpty else { return }
    let states = units.map(\.state)
    try transaction.rows(
      """
      insert into unit (unit_id, name, level, parent_id, managing_unit_id, managing_level,
                        peer_group, reviewed, sequence, sector, ended_on, changes_until)
      select unit_id, name, level, parent_id, managing_unit_id, managing_level, peer_group,
             reviewed, sequence, sector, ended_on::date, changes_until::date
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                    $7::text[], $8::boolean[], $9::bigint[], $10::text[], $11::text[],
                    $12::text[])
          as told (unit_id, name, level, parent_id, managing_unit_id, managing_level, peer_group,
                   reviewed, sequence, sector, ended_on, changes_until)
      on conflict (unit_id) do update
        set name = excluded.name, level = excluded.level, parent_id = excluded.parent_id,
            managing_unit_id = excluded.managing_unit_id,
            managing_level = excluded.managing_level, peer_group = excluded.peer_group,
            reviewed = excluded.reviewed, sequence = excluded.sequence, sector = excluded.sector,
            ended_on = excluded.ended_on, changes_until = excluded.changes_until
      """,
      [
        .texts(states.map(\.unitID.text)), .texts(states.map(\.name)),
        .texts(states.map(\.level.text)), .optionalTexts(states.map(\.parentID?.text)),
        .optionalTexts(states.map(\.managingUnitID?.text)),
        .optionalTexts(states.map(\.managingLevel?.text)), .texts(states.map(\.peerGroup.text)),
        .booleans(states.map(\.reviewed)), .integers(units.map(\.sequence)),
        .optionalTexts(states.map(\.sector?.text)),
        .optionalTexts(units.map(\.endedOn?.description)),
        .optionalTexts(units.map(\.changesUntil?.description)),
      ])
  }
}
