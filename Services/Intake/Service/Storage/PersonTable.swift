import EventStream
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

  /// Shows members as they stand now.
  static func save(
    _ persons: [Registered<PersonRegistered>], _ transaction: borrowing AnyTransaction
  ) throws {
    let facts = persons.map(\.fact)
    try transaction.rows(
      """
      insert into person (person_id, full_name, member_of, managing_unit_id, managing_level, role,
                          peer_group, channel, sequence)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                           $7::text[], $8::text[], $9::bigint[])
      on conflict (person_id) do update
        set full_name = excluded.full_name, member_of = excluded.member_of,
            managing_unit_id = excluded.managing_unit_id,
            managing_level = excluded.managing_level, role = excluded.role,
            peer_group = excluded.peer_group, channel = excluded.channel,
            sequence = excluded.sequence
      """,
      [
        .texts(facts.map(\.personID.text)), .texts(facts.map(\.fullName)),
        .texts(facts.map(\.memberOfID.text)), .texts(facts.map(\.managingUnitID.text)),
        .texts(facts.map(\.managingLevel.text)), .texts(facts.map(\.role.rawValue)),
        .texts(facts.map(\.peerGroup.text)), .texts(facts.map(\.channel.rawValue)),
        .integers(persons.map(\.sequence)),
      ])
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
