internal import EventStream
internal import OrganisationTerms
internal import RatingDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// How many stand at each level, by kind, managing level and peer group, with shares of all who
  /// are rated.
  ///
  /// Whoever is there on the day counts once: where the decision counted that is in force, else
  /// where he or she is managed on that day.
  static func showStatistics(_ ratings: Ratings) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/rating-statistics",
      summary: "Count ratings by kind, managing level and peer group",
      parameters: [
        .optional(
          "asOf", .instant,
          "Valid time: decisions in force at this moment, and who was there on its day; unless "
            + "given the newest decisions, and the last day of the year"),
        .optional("knownAt", .instant, "Recorded time: what was known at this moment"),
      ]
    ) { request in
      let cycle = try request.path("cycle", as: CycleID.init)
      let asOf = request.query.instant("asOf")
      let knownAt = request.query.instant("knownAt")
      let today = LocalDate(ratings.calendar.now)
      let groups = try await ratings.store.commit { transaction in
        guard let lastDay = try RatingTables.lastDay(of: cycle, in: transaction) else {
          return [StatisticsGroup]()
        }
        let point = Viewpoint(
          asOf: asOf.map { LocalDate($0) } ?? lastDayKnown(lastDay, today, knownAt),
          knownAt: knownAt)
        return try StatisticsGroup.count(cycle, at: point, inForceAt: asOf, in: transaction)
          .marking(ReopenedRatings.count(cycle, asOf: asOf, knownAt: knownAt, in: transaction))
      }
      return QueryAnswer(StatisticsView(cycleId: cycle, groups: groups))
    }
  }

  /// The last day of the year, or before its end the day from which one looks: so figures that are
  /// asked for with the same `knownAt` are the same whenever one asks.
  private static func lastDayKnown(
    _ lastDay: LocalDate, _ today: LocalDate, _ knownAt: Instant?
  ) -> LocalDate {
    min(lastDay, today, knownAt.map { LocalDate($0) } ?? today)
  }
}

private struct StatisticsView: Encodable, Sendable {
  let cycleId: CycleID
  let groups: [StatisticsGroup]
}

/// The figures of one group, each share with numerator and denominator (feature 109).
private struct StatisticsGroup: Encodable, Sendable {
  struct ShareView: Encodable, Sendable {
    let numerator: Int
    let denominator: Int
    let text: String

    init(_ share: Share) {
      numerator = share.numerator
      denominator = share.denominator
      text = share.description
    }
  }

  let kind: String
  let managingLevel: String
  let peerGroup: String
  let toRate: Int
  let rated: Int
  let notRated: Int
  let levels: [String: Int]
  let shareOfRated: [String: ShareView]
  let excellentShareOfGoodOrBetter: ShareView
  /// How many of those who are rated were decided before their report was reopened.
  var reopened = 0

  static func count(
    _ cycle: CycleID, at point: Viewpoint, inForceAt asOf: Instant?,
    in transaction: borrowing AnyTransaction
  ) throws -> [StatisticsGroup] {
    let rows = try transaction.rows(
      """
      with decided as (
        select distinct on (d.rating_id) r.subject_id, d.level, d.managing_level, d.peer_group
        from rating_decision d join rating r using (rating_id)
        where r.cycle_id = $3 and d.effective_at <= coalesce($4::timestamptz, 'infinity')
          and d.recorded_at <= coalesce($2::timestamptz, 'infinity')
        order by d.rating_id, d.sequence desc
      ), present as (
        select subject_id,
          case when subject_id like 'person/%' then 'individual' else 'collective' end as kind,
          managing_level, peer_group
        from (
      """ + OrganisationTerms.everybody + """
          ) as known
          where existence = 'begins' and managing_unit_id is not null
            and (reviewed = 'true' or subject_id like 'person/%')
        )
        select s.kind, coalesce(d.managing_level, s.managing_level),
          coalesce(d.peer_group, s.peer_group), count(*),
          count(*) filter (where d.level = 'EXCELLENT'), count(*) filter (where d.level = 'GOOD'),
          count(*) filter (where d.level = 'SATISFACTORY'),
          count(*) filter (where d.level = 'UNSATISFACTORY')
        from present s left join decided d using (subject_id)
        where coalesce(d.managing_level, s.managing_level) is not null
        group by 1, 2, 3 order by 1, 2, 3
        """,
      [
        .text(point.asOf.description), .optional(point.knownAt), .text(cycle.text),
        .optional(asOf),
      ])
    return try rows.map { row in
      var counts = LevelCounts()
      for (offset, level) in RatingLevel.allCases.enumerated() {
        counts[level] = Int(try row.integer(4 + offset))
      }
      return StatisticsGroup(
        kind: try row.text(0), managingLevel: try row.text(1), peerGroup: try row.text(2),
        toRate: Int(try row.integer(3)), counts: counts)
    }
  }

  private init(
    kind: String, managingLevel: String, peerGroup: String, toRate: Int, counts: LevelCounts
  ) {
    self.kind = kind
    self.managingLevel = managingLevel
    self.peerGroup = peerGroup
    self.toRate = toRate
    rated = counts.total
    notRated = toRate - counts.total
    levels = Dictionary(
      uniqueKeysWithValues: RatingLevel.allCases.map { ($0.rawValue, counts[$0]) })
    shareOfRated = Dictionary(
      uniqueKeysWithValues: RatingLevel.allCases.map {
        ($0.rawValue, ShareView(Share(counts[$0], of: counts.total)))
      })
    excellentShareOfGoodOrBetter = ShareView(
      Share(counts[.excellent], of: counts.goodOrBetter))
  }
}

extension [StatisticsGroup] {
  /// The groups with how many of their ratings rest on a report that was reopened.
  fileprivate func marking(_ reopened: [ReopenedRatings.Group: Int]) -> [StatisticsGroup] {
    map { group in
      var group = group
      group.reopened =
        reopened[
          ReopenedRatings.Group(
            kind: group.kind, managingLevel: group.managingLevel, peerGroup: group.peerGroup)] ?? 0
      return group
    }
  }
}
