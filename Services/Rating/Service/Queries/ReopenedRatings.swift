internal import EventStream
internal import ReviewEvents

/// Which ratings rest on a report that was reopened after they were decided.
///
/// Reports and ratings have streams of their own, so only time can tell which came first; of two
/// in the same millisecond the reopening counts as the later one, because a mark too many can be
/// looked into and a missing one cannot.
enum ReopenedRatings {
  /// The group that a rating is counted in.
  struct Group: Hashable {
    let kind: String
    let managingLevel: String
    let peerGroup: String
  }

  /// How many there are in each group, as statistics for the same moments count the ratings.
  static func count(
    _ cycle: CycleID, asOf: Instant?, knownAt: Instant?, in transaction: borrowing AnyTransaction
  ) throws -> [Group: Int] {
    let rows = try transaction.rows(
      """
      with decided as (
        select distinct on (d.rating_id) r.subject_id, r.kind, d.managing_level, d.peer_group,
          d.recorded_at
        from rating_decision d join rating r using (rating_id)
        where r.cycle_id = $1 and d.effective_at <= coalesce($2::timestamptz, 'infinity')
          and d.recorded_at <= coalesce($3::timestamptz, 'infinity')
        order by d.rating_id, d.sequence desc
      )
      select kind, managing_level, peer_group, count(*)
      from decided d
      where managing_level is not null and exists (
        select from reopened o
        where o.cycle_id = $1 and o.subject_id = d.subject_id and o.reopened_at >= d.recorded_at
          and o.reopened_at <= coalesce($2::timestamptz, 'infinity')
          and o.reopened_at <= coalesce($3::timestamptz, 'infinity'))
      group by 1, 2, 3
      """, [.text(cycle.text), .optional(asOf), .optional(knownAt)])
    var counts: [Group: Int] = [:]
    for row in rows {
      let group = Group(
        kind: try row.text(0), managingLevel: try row.text(1), peerGroup: try row.text(2))
      counts[group] = Int(try row.integer(3))
    }
    return counts
  }
}
