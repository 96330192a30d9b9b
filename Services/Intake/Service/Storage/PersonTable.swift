import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// The table `person`.
enum PersonTable {
  /// Those of `ids` of whom anything is known, as they stand on `day`, in one statement.
  static func find(
    _ ids: [PersonID], on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [Standing<PersonState>] {
    try transaction.rows(
      """
      select person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,
             channel, sequence, array_to_string(posts, ','), left_on, changes_until,
             array_to_string(unit_ids, ',')
        from person where person_id = any($1)
      """, [.texts(ids.map(\.text))]
    ).map { row in try read(row) }.standing(on: day, transaction)
  }

  /// Everybody who has not left by `day`, in order of ids, but at most `limit`; some may join later.
  static func all(
    on day: LocalDate, limit: Int, _ transaction: borrowing AnyTransaction
  ) throws -> [Standing<PersonState>] {
    try transaction.rows(
      """
      select person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,
             channel, sequence, array_to_string(posts, ','), left_on, changes_until,
             array_to_string(unit_ids, ',')
        from person where left_on is null or left_on > $2::date
       order by person_id limit $1
      """, [.integer(Int64(limit)), .text("\(day)")]
    ).map { row in try read(row) }.standing(on: day, transaction)
  }

  /// Everybody who is a member on `day` and files electronically then.
  static func electronic(
    on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [Standing<PersonState>] {
    try transaction.rows(
      """
      select person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,
             channel, sequence, array_to_string(posts, ','), left_on, changes_until,
             array_to_string(unit_ids, ',')
        from person
       where channel = $1 or changes_until is null or changes_until > $2::date
      """, [.text(FilingChannel.electronic.rawValue), .text("\(day)")]
    ).map { row in try read(row) }.standing(on: day, transaction)
      .filter { $0.isThere && $0.state.channel == .electronic }
  }

  /// Those who ever belonged to, or were managed by, one of `units`.
  static func ids(
    of units: [UnitID], _ transaction: borrowing AnyTransaction
  ) throws -> Set<PersonID> {
    Set(
      try transaction.rows(
        "select person_id from person where unit_ids && $1::text[]", [.texts(units.map(\.text))]
      ).map { row in try row.value(0, PersonID.init) })
  }

  private static func read(_ row: SQLRow) throws -> LoadedPerson {
    LoadedPerson(
      state: PersonState(
        personID: try row.value(0, PersonID.init), fullName: try row.text(1),
        memberOfID: try row.value(2, UnitID.init),
        managingUnitID: try row.value(3, UnitID.init),
        managingLevel: try row.value(4, LevelCode.init),
        role: try row.value(5, choice(MemberRole.self)),
        peerGroup: try row.value(6, PeerGroupCode.init),
        channel: try row.value(7, choice(FilingChannel.self)),
        posts: try row.text(9).split(separator: ",").map { try Post(row: String($0)) }),
      leftOn: row.isNull(10) ? nil : try row.value(10, LocalDate.init),
      changesUntil: row.isNull(11) ? nil : try row.value(11, LocalDate.init),
      unitIDs: Set(try row.text(12).split(separator: ",").map { try UnitID(String($0)) }),
      sequence: try row.integer(8))
  }
}

/// A column that holds none of the choices it should.
struct UnknownChoice: Error {}

/// Reads one of the raw values of `type`.
func choice<Choice: RawRepresentable>(_ type: Choice.Type) -> (String) throws -> Choice
where Choice.RawValue == String {
  { text in
    guard let choice = Choice(rawValue: text) else { throw UnknownChoice() }
    return choice
  }
}
