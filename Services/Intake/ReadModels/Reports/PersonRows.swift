public import EventStream
public import ReviewEvents

/// The rows of the table `person`.
public enum PersonRows {
  static let fold = StreamFold(.person) { transaction, histories in
    try write(try histories.map { history in try Registered(history) }, transaction)
  }

  /// Shows members as they stand now.
  public static func write(
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
}
