public import EventStream
internal import IntakeDomain
internal import ReviewEvents

/// The rows of the table `person`.
public enum PersonRows {
  static let fold = StreamFold(.person) { transaction, histories in
    try write(
      try histories.compactMap { history in
        LoadedPerson(
          try PersonID(history.stream.id),
          in: OrganisationHistory(try history.events.map { fact in try RecordedEvent(fact) }),
          sequence: history.sequence)
      }, transaction)
  }

  /// Shows members as they stand in the end.
  public static func write(
    _ persons: [LoadedPerson], _ transaction: borrowing AnyTransaction
  ) throws {
    guard !persons.isEmpty else { return }
    let states = persons.map(\.state)
    try transaction.rows(
      """
      insert into person (person_id, full_name, member_of, managing_unit_id, managing_level, role,
                          peer_group, channel, sequence, posts, left_on, changes_until, unit_ids)
      select person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,
             channel, sequence, string_to_array(posts, ','), left_on::date, changes_until::date,
             string_to_array(unit_ids, ',')
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                    $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[], $12::text[],
                    $13::text[])
          as told (person_id, full_name, member_of, managing_unit_id, managing_level, role,
                   peer_group, channel, sequence, posts, left_on, changes_until, unit_ids)
      on conflict (person_id) do update
        set full_name = excluded.full_name, member_of = excluded.member_of,
            managing_unit_id = excluded.managing_unit_id,
            managing_level = excluded.managing_level, role = excluded.role,
            peer_group = excluded.peer_group, channel = excluded.channel,
            sequence = excluded.sequence, posts = excluded.posts, left_on = excluded.left_on,
            changes_until = excluded.changes_until, unit_ids = excluded.unit_ids
      """,
      [
        .texts(states.map(\.personID.text)), .texts(states.map(\.fullName)),
        .texts(states.map(\.memberOfID.text)), .texts(states.map(\.managingUnitID.text)),
        .texts(states.map(\.managingLevel.text)), .texts(states.map(\.role.rawValue)),
        .texts(states.map(\.peerGroup.text)), .texts(states.map(\.channel.rawValue)),
        .integers(persons.map(\.sequence)), .texts(states.map { list($0.posts.map(\.rowText)) }),
        .optionalTexts(persons.map(\.leftOn?.description)),
        .optionalTexts(persons.map(\.changesUntil?.description)),
        .texts(persons.map { list($0.unitIDs.sorted().map(\.text)) }),
      ])
  }

  /// A list of texts in one; identifiers hold neither commas nor blanks.
  private static func list(_ texts: [String]) -> String { texts.joined(separator: ",") }
}
