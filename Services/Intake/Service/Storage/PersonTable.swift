import EventStream
import IntakeReadModels
import ReviewEvents

/// The table `person`.
enum PersonTable {
  /// Those of `ids` who are registered, in one statement.
  static func find(
    _ ids: [PersonID], _ transaction: borrowing AnyTransaction
  ) throws -> [Registered<PersonRegistered>] {
    try transaction.rows(
      """
      select person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,
             channel, sequence
        from person where person_id = any($1)
      """, [.texts(ids.map(\.text))]
    ).map { row in try read(row) }
  }

  /// Everybody, in order of ids, but at most `limit`.
  static func all(
    limit: Int, _ transaction: borrowing AnyTransaction
  ) throws -> [Registered<PersonRegistered>] {
    try transaction.rows(
      """
      select person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,
             channel, sequence
        from person order by person_id limit $1
      """, [.integer(Int64(limit))]
    ).map { row in try read(row) }
  }

  /// Everybody who files electronically.
  static func electronic(
    _ transaction: borrowing AnyTransaction
  ) throws -> [Registered<PersonRegistered>] {
    try transaction.rows(
      """
      select person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,
             channel, sequence
        from person where channel = $1
      """, [.text(FilingChannel.electronic.rawValue)]
    ).map { row in try read(row) }
  }

  private static func read(_ row: SQLRow) throws -> Registered<PersonRegistered> {
    Registered(
      fact: PersonRegistered(
        personID: try row.value(0, PersonID.init), fullName: try row.text(1),
        memberOfID: try row.value(2, UnitID.init),
        managingUnitID: try row.value(3, UnitID.init),
        managingLevel: try row.value(4, LevelCode.init),
        role: try row.value(5, choice(MemberRole.self)),
        peerGroup: try row.value(6, PeerGroupCode.init),
        channel: try row.value(7, choice(FilingChannel.self))),
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
