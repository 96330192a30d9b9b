internal import EventStream
internal import RatingDomain
internal import ReviewEvents
internal import ReviewRules

/// The group inside which one quota is counted.
struct QuotaGroup: Hashable, Comparable {
  let cycle: CycleID
  let managingUnitID: UnitID
  let kind: SubjectKind
  let peerGroup: PeerGroupCode

  init(cycle: CycleID, subject: RatedSubject) {
    self.init(
      cycle: cycle, managingUnitID: subject.managingUnitID, kind: subject.id.kind,
      peerGroup: subject.peerGroup)
  }

  init(cycle: CycleID, managingUnitID: UnitID, kind: SubjectKind, peerGroup: PeerGroupCode) {
    self.cycle = cycle
    self.managingUnitID = managingUnitID
    self.kind = kind
    self.peerGroup = peerGroup
  }

  static func < (left: Self, right: Self) -> Bool { left.key < right.key }

  private var key: String { "\(cycle)|\(managingUnitID)|\(kind.rawValue)|\(peerGroup)" }

  private var parameters: [SQLValue] {
    [
      .text(cycle.text), .text(managingUnitID.text), .text(kind.rawValue), .text(peerGroup.text),
    ]
  }

  /// Serialises whoever changes what the quota counts.
  ///
  /// Groups are locked in one order everywhere,
  /// so that two batches never wait for each other.
  static func lock(_ groups: Set<QuotaGroup>, in transaction: borrowing AnyTransaction) throws {
    for group in groups.sorted() {
      try transaction.rows(
        """
        insert into quota_group (cycle_id, managing_unit_id, kind, peer_group)
        values ($1, $2, $3, $4) on conflict do nothing
        """, group.parameters)
      try transaction.rows(
        """
        select 1 from quota_group
        where cycle_id = $1 and managing_unit_id = $2 and kind = $3 and peer_group = $4
        for update
        """, group.parameters)
    }
  }

  /// The quota as the read model stands in this transaction.
  func check(_ rule: QuotaRule, in transaction: borrowing AnyTransaction) throws -> QuotaCheck {
    let rows = try transaction.rows(
      """
      select appraised_level, decided_level, count(*) from rating
      where cycle_id = $1 and managing_unit_id = $2 and kind = $3 and peer_group = $4
      group by appraised_level, decided_level
      """, parameters)
    var tally: [GroupMember: Int] = [:]
    for row in rows {
      let member = GroupMember(
        proposed: try row.optionalLevel(0), decided: try row.optionalLevel(1))
      tally[member, default: 0] += Int(try row.integer(2))
    }
    return QuotaCheck(tally: tally, rule: rule)
  }

  /// Who is decided excellent, that is, whose places are used.
  func holders(in transaction: borrowing AnyTransaction) throws -> [String] {
    try transaction.rows(
      """
      select subject_id from rating
      where cycle_id = $1 and managing_unit_id = $2 and kind = $3 and peer_group = $4
        and decided_level = 'EXCELLENT'
      order by subject_id limit 1000
      """, parameters
    ).map { try $0.text(0) }
  }
}

extension SQLRow {
  /// A rating level that may be missing.
  func optionalLevel(_ column: Int) throws -> RatingLevel? {
    guard !isNull(column) else { return nil }
    return try value(column) { text in
      guard let level = RatingLevel(rawValue: text) else { throw MalformedIdentifier() }
      return level
    }
  }
}
