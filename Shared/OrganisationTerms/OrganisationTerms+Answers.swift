public import EventStream
public import ReviewEvents

/// How somebody stands on a day: each property by the last term that says something of it, in order
/// of the days and, of one day, of recording. So a change recorded later for an earlier day holds
/// until the next later one, exactly as in the fold of the writer.
extension OrganisationTerms {
  /// How often an organisation's past was passed on, at most; a longer way would be a ring.
  static let heirsMax: Int64 = 100

  /// The terms that are seen on the day `$1`, as far as they were known at `$2`.
  ///
  /// `place` orders them as text, so that the greatest of `array[place, value]` holds the value of
  /// the last term: no sorting of each group for each property.
  private static let seen: SQL = """
    select *, (lpad((effective_on - date '0001-01-01')::text, 7, '0')
      || lpad(sequence::text, 19, '0')) collate "C" as place
    from organisation_term
    where effective_on <= $1::date and recorded_at <= coalesce($2::timestamptz, 'infinity')
    """

  /// How everybody stands of whom anything is known, to be put into a service's own question.
  ///
  /// `$1` is the day and `$2` the moment by which it was known, `null` for everything; one row for
  /// each subject, `existence` being `begins` for those that exist.
  public static let everybody: SQL =
    """
    select subject_id,
      (max(array[place, existence]) filter (where existence is not null))[2] as existence,
      (max(array[place, level]) filter (where is_whole or level is not null))[2] as level,
      (max(array[place, above_id]) filter (where is_whole or above_id is not null))[2]
        as above_id,
      (max(array[place, managing_unit_id])
        filter (where is_whole or managing_unit_id is not null))[2] as managing_unit_id,
      (max(array[place, managing_level])
        filter (where is_whole or managing_level is not null))[2] as managing_level,
      (max(array[place, peer_group]) filter (where is_whole or peer_group is not null))[2]
        as peer_group,
      (max(array[place, reviewed::text]) filter (where is_whole or reviewed is not null))[2]
        as reviewed,
      (max(array[place, sector]) filter (where is_whole or sector is not null))[2] as sector,
      (max(array[place, role]) filter (where is_whole or role is not null))[2] as role,
      (max(array[place, channel]) filter (where is_whole or channel is not null))[2] as channel,
      (max(array[place, posts]) filter (where posts is not null))[2] as posts
    from (
    """ + seen + """
      ) as seen group by subject_id
      """

  /// How these subjects stand; those that have not begun, or of which too little is known, are
  /// missing.
  public static func states(
    of subjects: some Collection<SubjectID>, at point: Viewpoint,
    in transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: SubjectState] {
    guard !subjects.isEmpty else { return [:] }
    let rows = try transaction.rows(
      """
      select subject_id, existence, level, above_id, managing_unit_id, managing_level, peer_group,
        reviewed, sector, role, channel, posts
      from (
      """ + everybody + """
        ) as state
        where subject_id = any($3::text[]) and existence is not null and peer_group is not null
        """, point.parameters + [.texts(subjects.map(\.description))])
    var states: [SubjectID: SubjectState] = [:]
    var posts: [SubjectID: [Post]] = [:]
    for row in rows {
      let state = try SubjectState(row)
      states[state.subjectID] = state
      posts[state.subjectID] = try row.optionalText(11).map(PostList.posts)
    }
    let units = Set(posts.values.flatMap { $0.map(\.unitID) })
    let heirs = try heirs(of: units, at: point, in: transaction)
    for (subject, held) in posts {
      let first = held.first { heirs[$0.unitID] == .known($0.unitID) }
      if let first { states[subject]?.role = first.role }
    }
    return states
  }

  /// The tree from `units` upwards: what stands above each organisation that exists, or none at the
  /// top; one that does not exist, or is not known, is missing.
  public static func parents(
    above units: some Collection<UnitID>, at point: Viewpoint,
    in transaction: borrowing AnyTransaction
  ) throws -> [UnitID: UnitID?] {
    guard !units.isEmpty else { return [:] }
    // `union` drops repeats, so that even a ring of parents comes to an end.
    let rows = try transaction.rows(
      """
      with recursive path (unit_id, parent_id) as (
        select null::text collate "C", unit_id collate "C"
        from unnest($3::text[]) as asked (unit_id)
        union
        select path.parent_id collate "C", term.above_id collate "C"
        from path cross join lateral (
          select (max(array[place, existence]) filter (where existence is not null))[2]
              as existence,
            (max(array[place, above_id]) filter (where is_whole or above_id is not null))[2]
              as above_id
          from (
      """ + seen + """
            ) as seen where subject_id = 'unit/' || path.parent_id
          ) as term
          where term.existence = 'begins'
        )
        select unit_id, parent_id from path where unit_id is not null
        """, point.parameters + [.texts(units.map(\.text))])
    var parents: [UnitID: UnitID?] = [:]
    for row in rows {
      let parent = row.isNull(1) ? nil : try row.value(1, UnitID.init)
      parents[try row.value(0, UnitID.init)] = .some(parent)
    }
    return parents
  }

  /// Who answers for the past of each of `units`; those that have not begun, or are not known, are
  /// missing.
  public static func heirs(
    of units: some Collection<UnitID>, at point: Viewpoint,
    in transaction: borrowing AnyTransaction
  ) throws -> [UnitID: Heir] {
    guard !units.isEmpty else { return [:] }
    let rows = try transaction.rows(
      """
      with recursive way (unit_id, node_id, existence, next_id, step) as (
        select unit_id, null::text collate "C", null::text collate "C", unit_id collate "C", 0
        from unnest($3::text[]) as asked (unit_id)
        union all
        select way.unit_id, way.next_id, term.existence, term.heir_id, way.step + 1
        from way cross join lateral (
          select existence, heir_id from organisation_term
          where subject_id = 'unit/' || way.next_id and existence is not null
            and effective_on <= $1::date
            and recorded_at <= coalesce($2::timestamptz, 'infinity')
          order by effective_on desc, sequence desc limit 1
        ) as term
        where way.step < $4::integer
      )
      select distinct on (unit_id) unit_id, existence, node_id from way
      where step > 0 order by unit_id, step desc
      """, point.parameters + [.texts(Set(units).map(\.text)), .integer(heirsMax)])
    var heirs: [UnitID: Heir] = [:]
    for row in rows {
      let isLiving = try row.text(1) == OrganisationTerm.Existence.begins.rawValue
      heirs[try row.value(0, UnitID.init)] =
        isLiving ? .known(try row.value(2, UnitID.init)) : .untold
    }
    return heirs
  }

  /// Every organisation for whose past this one answers, itself among them, in order of their ids;
  /// none unless it exists.
  public static func answered(
    by unit: UnitID, at point: Viewpoint, in transaction: borrowing AnyTransaction
  ) throws -> [UnitID] {
    let rows = try transaction.rows(
      """
      with recursive answered (unit_id) as (
        select $3::text collate "C"
        where (
          select existence from organisation_term
          where subject_id = 'unit/' || $3::text and existence is not null
            and effective_on <= $1::date
            and recorded_at <= coalesce($2::timestamptz, 'infinity')
          order by effective_on desc, sequence desc limit 1) = 'begins'
        union
        select substr(ended.subject_id, 6) collate "C"
        from answered join organisation_term as ended
          on ended.heir_id = answered.unit_id and ended.existence = 'ends'
        where ended.effective_on <= $1::date
          and ended.recorded_at <= coalesce($2::timestamptz, 'infinity')
          and ended.sequence = (
            select word.sequence from organisation_term as word
            where word.subject_id = ended.subject_id and word.existence is not null
              and word.effective_on <= $1::date
              and word.recorded_at <= coalesce($2::timestamptz, 'infinity')
            order by word.effective_on desc, word.sequence desc limit 1)
      )
      select unit_id from answered order by unit_id
      """, point.parameters + [.text(unit.text)])
    return try rows.map { try $0.value(0, UnitID.init) }
  }
}

extension SubjectState {
  /// Reads the columns of ``OrganisationTerms/states(of:at:in:)`` up to the channel.
  fileprivate init(_ row: SQLRow) throws {
    subjectID = try row.value(0, SubjectID.init)
    exists = try row.text(1) == OrganisationTerm.Existence.begins.rawValue
    level = row.isNull(2) ? nil : try row.value(2, LevelCode.init)
    aboveID = row.isNull(3) ? nil : try row.value(3, UnitID.init)
    managingUnitID = row.isNull(4) ? nil : try row.value(4, UnitID.init)
    managingLevel = row.isNull(5) ? nil : try row.value(5, LevelCode.init)
    peerGroup = try row.value(6, PeerGroupCode.init)
    switch subjectID {
    case .unit: reviewed = row.optionalText(7) == "true"
    case .person: reviewed = true
    }
    sector = row.isNull(8) ? nil : try row.value(8, ListCode.init)
    role = row.optionalText(9).flatMap(MemberRole.init(rawValue:))
    channel = row.optionalText(10).flatMap(FilingChannel.init(rawValue:))
  }
}
