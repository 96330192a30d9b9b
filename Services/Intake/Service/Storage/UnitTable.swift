import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// The table `unit`.
enum UnitTable {
  /// How many organisations a way up leads through at most; more would be a ring.
  private static let lineMax = 100

  /// Every organisation as it stands on `day`, those that do not exist then too.
  static func all(
    on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [Standing<UnitState>] {
    try transaction.rows(
      """
      select unit_id, name, level, parent_id, managing_unit_id, managing_level, peer_group,
             reviewed, sequence, sector, ended_on, changes_until
        from unit order by unit_id
      """, []
    ).map { row in try read(row) }.standing(on: day, transaction)
  }

  /// One organisation as it stands on `day`, if anything is known of it.
  static func find(
    _ id: UnitID, on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> Standing<UnitState>? {
    try transaction.rows(
      """
      select unit_id, name, level, parent_id, managing_unit_id, managing_level, peer_group,
             reviewed, sequence, sector, ended_on, changes_until
        from unit where unit_id = $1
      """, [.text(id.text)]
    ).map { row in try read(row) }.standing(on: day, transaction).first
  }

  /// The ids of all organisations of which anything is known.
  static func ids(_ transaction: borrowing AnyTransaction) throws -> [UnitID] {
    try transaction.rows("select unit_id from unit order by unit_id", [])
      .map { row in try row.value(0, UnitID.init) }
  }

  /// Which of `ids` are known.
  static func known(
    _ ids: [UnitID], _ transaction: borrowing AnyTransaction
  ) throws -> Set<UnitID> {
    Set(
      try transaction.rows(
        "select unit_id from unit where unit_id = any($1)", [.texts(ids.map(\.text))]
      ).map { row in try row.value(0, UnitID.init) })
  }

  /// The organisations that somebody heads: by a post there, or as a member whose role is that of
  /// the head; whoever has left by `day` heads nothing.
  static func headed(
    on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> Set<UnitID> {
    Set(
      try transaction.rows(
        """
        with leader as (
          select member_of, role, posts from person where left_on is null or left_on > $2::date
        )
        select member_of from leader where role = $1
        union
        select split_part(post, ' ', 2) from leader, unnest(posts) as post
         where split_part(post, ' ', 1) = $1
        """, [.text(MemberRole.head.rawValue), .text("\(day)")]
      ).map { row in try row.value(0, UnitID.init) })
  }

  /// Whether something of an organisation changes after `day`.
  static func changes(
    after day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> Bool {
    try transaction.rows(
      "select exists (select from unit where changes_until > $1::date)", [.text("\(day)")]
    ).first?.boolean(0) ?? false
  }

  /// `unit` and everything above it on `day`, the nearest first.
  ///
  /// Where an organisation has ended, whoever answers for it stands in its place: a report that was
  /// accepted there is that one's to answer for.
  static func line(
    from unit: UnitID, on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [UnitID] {
    let rows = try transaction.rows(
      """
      with recursive line(unit_id, parent_id, ended_on, changes_until, height) as (
        select unit_id, parent_id, ended_on, changes_until, 0 from unit where unit_id = $1
        union all
        select above.unit_id, above.parent_id, above.ended_on, above.changes_until, line.height + 1
          from unit above join line on above.unit_id = line.parent_id and line.height < $3::bigint
      )
      select unit_id, ended_on is null and changes_until <= $2::date from line order by height
      """, [.text(unit.text), .text("\(day)"), .integer(Int64(lineMax))])
    // Mostly the rows say it; where something ends or changes later, the streams do.
    if try rows.allSatisfy({ row in try !row.isNull(1) && row.boolean(1) }) {
      return try rows.map { row in try row.value(0, UnitID.init) }
    }
    return try foldedLine(from: unit, on: day, transaction)
  }

  private static func foldedLine(
    from unit: UnitID, on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [UnitID] {
    let point = Viewpoint(asOf: day)
    var line: [UnitID] = []
    var seen: Set<UnitID> = []
    var next: UnitID? = unit
    while let current = next, seen.insert(current).inserted, line.count < lineMax {
      guard let unit = try find(current, on: day, transaction) else { break }
      if unit.isThere {
        line.append(current)
        next = unit.state.parentID
      } else {
        let told = try OrganisationStreams.load([.unit(current)], transaction).history
        next = told.end(of: current, at: point)?.heirID
      }
    }
    return line
  }

  private static func read(_ row: SQLRow) throws -> LoadedUnit {
    LoadedUnit(
      state: UnitState(
        unitID: try row.value(0, UnitID.init), name: try row.text(1),
        level: try row.value(2, LevelCode.init),
        parentID: row.isNull(3) ? nil : try row.value(3, UnitID.init),
        managingUnitID: row.isNull(4) ? nil : try row.value(4, UnitID.init),
        managingLevel: row.isNull(5) ? nil : try row.value(5, LevelCode.init),
        peerGroup: try row.value(6, PeerGroupCode.init), reviewed: try row.boolean(7),
        sector: row.isNull(9) ? nil : try row.value(9, ListCode.init)),
      endedOn: row.isNull(10) ? nil : try row.value(10, LocalDate.init),
      changesUntil: row.isNull(11) ? nil : try row.value(11, LocalDate.init),
      sequence: try row.integer(8))
  }
}
