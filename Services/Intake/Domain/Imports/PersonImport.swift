public import ReviewEvents

/// Plans an import of members.
public enum PersonImport {
  /// The columns of the file.
  public enum Column: String, Sendable, CaseIterable {
    /// The member's id.
    case personID = "person_id"
    /// The member's name.
    case fullName = "full_name"
    /// Where the person is a member.
    case memberOfID = "member_of"
    /// The organisation that decides on the person.
    case managingUnitID = "managing_unit_id"
    /// The role in which the person is reviewed.
    case role
    /// The peer group.
    case peerGroup = "peer_group"
    /// How the self-review is handed in.
    case channel
  }

  /// One line of the file.
  public struct Row: Sendable, Hashable {
    /// The line in the file, from 1.
    public var line: Int
    /// The member's id.
    public var personID: PersonID
    /// The member's name.
    public var fullName: String
    /// Where the person is a member.
    public var memberOfID: UnitID
    /// The organisation that decides on the person.
    public var managingUnitID: UnitID
    /// The role in which the person is reviewed.
    public var role: MemberRole
    /// The peer group.
    public var peerGroup: PeerGroupCode
    /// How the self-review is handed in.
    public var channel: FilingChannel

    /// Puts the parts together.
    public init(
      line: Int, personID: PersonID, fullName: String, memberOfID: UnitID,
      managingUnitID: UnitID, role: MemberRole, peerGroup: PeerGroupCode, channel: FilingChannel
    ) {
      self.line = line
      self.personID = personID
      self.fullName = fullName
      self.memberOfID = memberOfID
      self.managingUnitID = managingUnitID
      self.role = role
      self.peerGroup = peerGroup
      self.channel = channel
    }
  }

  /// What `rows` would change on top of `existing`, which holds at least those they name.
  ///
  /// Who manages a member and where the person is a member are two relations: neither has to
  /// stand above the other. Whoever is known and not there on the day of the import, `gone` and
  /// `goneUnits`, comes back by no import.
  public static func plan(
    _ rows: [Row], existing: [PersonID: PersonRegistered], levels: [UnitID: LevelCode],
    gone: Set<PersonID> = [], goneUnits: Set<UnitID> = []
  ) throws(ImportRefusal<Column>) -> ImportPlan<PersonRegistered> {
    var faults: [ImportFault<Column>] = []
    var plan = ImportPlan<PersonRegistered>()
    var firstLines: [PersonID: Int] = [:]
    for row in rows {
      if let first = firstLines[row.personID] {
        faults.append(
          .init(line: row.line, column: .personID, problem: .repeated(firstLine: first)))
        continue
      }
      firstLines[row.personID] = row.line
      func missing(_ unit: UnitID, _ column: Column) -> ImportFault<Column> {
        .init(
          line: row.line, column: column,
          problem: goneUnits.contains(unit) ? .notThere : .unknownUnit)
      }
      if gone.contains(row.personID) {
        faults.append(.init(line: row.line, column: .personID, problem: .notThere))
      }
      if levels[row.memberOfID] == nil { faults.append(missing(row.memberOfID, .memberOfID)) }
      guard let managingLevel = levels[row.managingUnitID] else {
        faults.append(missing(row.managingUnitID, .managingUnitID))
        continue
      }
      let fact = PersonRegistered(
        personID: row.personID, fullName: row.fullName, memberOfID: row.memberOfID,
        managingUnitID: row.managingUnitID, managingLevel: managingLevel, role: row.role,
        peerGroup: row.peerGroup, channel: row.channel)
      plan.add(fact, known: existing[row.personID])
    }
    guard faults.isEmpty else { throw ImportRefusal(faults) }
    return plan
  }
}
