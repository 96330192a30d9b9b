public import EventStream
public import ReviewEvents

/// What a reading service keeps of organisations and members over time (decision 0019): the table
/// `organisation_term`, one row for each fact that says something of their place.
///
/// A row follows from one fact alone, so facts of different streams may come in any order
/// (contract 2) and twice. How somebody stands on a day is put together when it is asked.
public enum OrganisationTerms {
  /// The table; each reading service makes it by a migration of its own.
  public static let table = ReadTable(
    // A subject's own name is the name of its stream.
    "organisation_term", key: ["subject_id", "sequence"], stream: "subject_id")

  /// What is kept.
  public static let routes: [Route] = [
    route(UnitRegistered.self), route(UnitFounded.self), route(UnitMoved.self),
    route(UnitEnded.self), route(PersonRegistered.self), route(PersonJoined.self),
    route(PersonTransferred.self), route(PersonLeft.self), route(PostsAssigned.self),
  ]

  /// What is known and says nothing that is kept: a name, or what the end of the predecessors says
  /// too.
  public static let ignored: Set<EventType> = [UnitRenamed.type, UnitInherited.type]

  private static func route<Fact: OrganisationFact>(_ fact: Fact.Type) -> Route {
    .on(fact) { transaction, facts in
      try keep(facts.map { $0.event.term($0.envelope) }, in: transaction)
    }
  }

  /// Keeps terms; one that is kept already never changes.
  static func keep(
    _ terms: [OrganisationTerm], in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.run(
      """
      insert into organisation_term (
        subject_id, sequence, recorded_at, effective_on, is_whole, existence, level, above_id,
        managing_unit_id, managing_level, peer_group, reviewed, sector, role, channel, posts,
        heir_id)
      select subject_id, sequence, recorded_at, effective_on::date, is_whole, existence, level,
        above_id, managing_unit_id, managing_level, peer_group, reviewed::boolean, sector, role,
        channel, posts, heir_id
      from unnest(
        $1::text[], $2::bigint[], $3::timestamptz[], $4::text[], $5::boolean[], $6::text[],
        $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
        $14::text[], $15::text[], $16::text[], $17::text[]) as term (
        subject_id, sequence, recorded_at, effective_on, is_whole, existence, level, above_id,
        managing_unit_id, managing_level, peer_group, reviewed, sector, role, channel, posts,
        heir_id)
      on conflict (subject_id, sequence) do nothing
      """,
      [
        .texts(terms.map(\.subjectID.description)), .integers(terms.map(\.sequence)),
        .instants(terms.map(\.recordedAt)), .texts(terms.map(\.effectiveOn.description)),
        .booleans(terms.map(\.isWhole)), .optionalTexts(terms.map { $0.existence?.rawValue }),
        .optionalTexts(terms.map { $0.level?.text }),
        .optionalTexts(terms.map { $0.aboveID?.text }),
        .optionalTexts(terms.map { $0.managingUnitID?.text }),
        .optionalTexts(terms.map { $0.managingLevel?.text }),
        .optionalTexts(terms.map { $0.peerGroup?.text }),
        .optionalTexts(terms.map { $0.reviewed.map { $0 ? "true" : "false" } }),
        .optionalTexts(terms.map { $0.sector?.text }),
        .optionalTexts(terms.map { $0.role?.rawValue }),
        .optionalTexts(terms.map { $0.channel?.rawValue }),
        .optionalTexts(terms.map { $0.posts.map(PostList.text) }),
        .optionalTexts(terms.map { $0.heirID?.text }),
      ])
  }
}

/// Posts as one text, the first-ranked first: `<unit>/<role>,<unit>/<role>`; empty for none.
enum PostList {
  static func text(_ posts: [Post]) -> String {
    posts.map { "\($0.unitID)/\($0.role.rawValue)" }.joined(separator: ",")
  }

  static func posts(_ text: String) throws -> [Post] {
    try text.split(separator: ",").map { post in
      let parts = post.split(separator: "/").map(String.init)
      guard parts.count == 2, let role = MemberRole(rawValue: parts[1]) else {
        throw StoreError.malformedRow("posts do not hold what they should")
      }
      return Post(unitID: try UnitID(parts[0]), role: role)
    }
  }
}
