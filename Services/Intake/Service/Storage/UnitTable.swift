import EventStream
import IntakeReadModels
import ReviewEvents

/// The table `unit`.
enum UnitTable {
  /// Every organisation.
  static func all(_ transaction: borrowing AnyTransaction) throws -> [Registered<UnitRegistered>] {
    try transaction.rows(
      """
      select unit_id, name, level, parent_id, managing_unit_id, managing_level, peer_group,
             reviewed, sequence
        from unit order by unit_id
      """, []
    ).map { row in try read(row) }
  }

  /// One organisation, if it is registered.
  static func find(
    _ id: UnitID, _ transaction: borrowing AnyTransaction
  ) throws -> Registered<UnitRegistered>? {
    try transaction.rows(
      """
      select unit_id, name, level, parent_id, managing_unit_id, managing_level, peer_group,
             reviewed, sequence
        from unit where unit_id = $1
      """, [.text(id.text)]
    ).first.map { row in try read(row) }
  }

  /// Which of `ids` are registered.
  static func known(
    _ ids: [UnitID], _ transaction: borrowing AnyTransaction
  ) throws -> Set<UnitID> {
    Set(
      try transaction.rows(
        "select unit_id from unit where unit_id = any($1)", [.texts(ids.map(\.text))]
      ).map { row in try row.value(0, UnitID.init) })
  }

  /// The levels of all organisations.
  static func levels(_ transaction: borrowing AnyTransaction) throws -> [UnitID: LevelCode] {
    let rows = try transaction.rows("select unit_id, level from unit", [])
    return Dictionary(
      uniqueKeysWithValues: try rows.map { row in
        (try row.value(0, UnitID.init), try row.value(1, LevelCode.init))
      })
  }

  /// `unit` and everything above it, the nearest first.
  static func line(from unit: UnitID, _ transaction: borrowing AnyTransaction) throws -> [UnitID] {
    try transaction.rows(
      """
      with recursive line(unit_id, parent_id, height) as (
        select unit_id, parent_id, 0 from unit where unit_id = $1
        union all
        select above.unit_id, above.parent_id, line.height + 1
          from unit above join line on above.unit_id = line.parent_id
      )
      select unit_id from line order by height
      """, [.text(unit.text)]
    ).map { row in try row.value(0, UnitID.init) }
  }

  private static func read(_ row: SQLRow) throws -> Registered<UnitRegistered> {
    Registered(
      fact: UnitRegistered(
        unitID: try row.value(0, UnitID.init), name: try row.text(1),
        level: try row.value(2, LevelCode.init),
        parentID: row.isNull(3) ? nil : try row.value(3, UnitID.init),
        managingUnitID: row.isNull(4) ? nil : try row.value(4, UnitID.init),
        managingLevel: row.isNull(5) ? nil : try row.value(5, LevelCode.init),
        peerGroup: try row.value(6, PeerGroupCode.init), reviewed: try row.boolean(7)),
      sequence: try row.integer(8))
  }
}
