public import ReviewEvents

/// Plans an import of organisations.
public enum UnitImport {
  /// The columns of the file.
  public enum Column: String, Sendable, CaseIterable {
    /// The organisation's id.
    case unitID = "unit_id"
    /// Its name.
    case name
    /// Its level.
    case level
    /// The organisation above it.
    case parentID = "parent_id"
    /// The organisation that decides on its collective.
    case managingUnitID = "managing_unit_id"
    /// The peer group of its collective.
    case peerGroup = "peer_group"
    /// Whether its collective is reviewed.
    case reviewed
    /// Its vertically managed sector; a file may leave the column out.
    case sector
  }

  /// What a line says of the sector.
  public enum SectorCell: Sendable, Hashable {
    /// The file has no such column: the sector stays what it is.
    case leftOut
    /// This sector, or none.
    case said(ListCode?)
  }

  /// One line of the file.
  public struct Row: Sendable, Hashable {
    /// The line in the file, from 1.
    public var line: Int
    /// The organisation's id.
    public var unitID: UnitID
    /// Its name.
    public var name: String
    /// Its level.
    public var level: LevelCode
    /// The organisation above it; none for the province.
    public var parentID: UnitID?
    /// The organisation that decides on its collective; none for the province.
    public var managingUnitID: UnitID?
    /// The peer group of its collective.
    public var peerGroup: PeerGroupCode
    /// Whether its collective is reviewed.
    public var reviewed: Bool
    /// Its vertically managed sector.
    public var sector: SectorCell

    /// Puts the parts together.
    public init(
      line: Int, unitID: UnitID, name: String, level: LevelCode, parentID: UnitID?,
      managingUnitID: UnitID?, peerGroup: PeerGroupCode, reviewed: Bool,
      sector: SectorCell = .leftOut
    ) {
      self.line = line
      self.unitID = unitID
      self.name = name
      self.level = level
      self.parentID = parentID
      self.managingUnitID = managingUnitID
      self.peerGroup = peerGroup
      self.reviewed = reviewed
      self.sector = sector
    }
  }

  /// What `rows` would change on top of `existing`, which holds every organisation that exists on
  /// the day of the import; those that are known and do not, `gone`, come back by no import.
  ///
  /// - Parameter sectors: the vertically managed sectors that a rule set knows.
  public static func plan(
    _ rows: [Row], existing: [UnitID: UnitRegistered], levels: Set<LevelCode>,
    sectors: Set<ListCode> = [], gone: Set<UnitID> = []
  ) throws(ImportRefusal<Column>) -> ImportPlan<UnitRegistered> {
    var faults: [ImportFault<Column>] = []
    var tree = UnitTree(existing.values.map { ($0.unitID, $0.parentID, $0.level) })
    var firstLines: [UnitID: Int] = [:]
    for row in rows {
      if let first = firstLines[row.unitID] {
        faults.append(.init(line: row.line, column: .unitID, problem: .repeated(firstLine: first)))
      } else {
        firstLines[row.unitID] = row.line
        tree.put(row.unitID, parent: row.parentID, level: row.level)
      }
    }
    for row in rows where firstLines[row.unitID] == row.line {
      if gone.contains(row.unitID) {
        faults.append(.init(line: row.line, column: .unitID, problem: .notThere))
      }
      faults += check(row, in: tree, existing: existing, levels: levels, gone: gone)
      if case .said(let sector?) = row.sector, !sectors.contains(sector) {
        faults.append(.init(line: row.line, column: .sector, problem: .unknownSector))
      }
    }
    guard faults.isEmpty else { throw ImportRefusal(faults) }
    var plan = ImportPlan<UnitRegistered>()
    for row in rows {
      let fact = UnitRegistered(
        unitID: row.unitID, name: row.name, level: row.level, parentID: row.parentID,
        managingUnitID: row.managingUnitID,
        managingLevel: row.managingUnitID.flatMap { tree.level(of: $0) },
        peerGroup: row.peerGroup, reviewed: row.reviewed,
        sector: row.sector.sector(known: existing[row.unitID]))
      plan.add(fact, known: existing[row.unitID])
    }
    return plan
  }

  private static func check(
    _ row: Row, in tree: UnitTree, existing: [UnitID: UnitRegistered], levels: Set<LevelCode>,
    gone: Set<UnitID>
  ) -> [ImportFault<Column>] {
    func fault(_ column: Column, _ problem: ImportProblem) -> ImportFault<Column> {
      ImportFault(line: row.line, column: column, problem: problem)
    }
    func isKnown(_ unit: UnitID) -> Bool { tree.level(of: unit) != nil }
    func missing(_ column: Column, _ unit: UnitID) -> ImportFault<Column> {
      fault(column, gone.contains(unit) ? .notThere : .unknownUnit)
    }
    var faults: [ImportFault<Column>] = []
    if !levels.contains(row.level) {
      faults.append(fault(.level, .unknownLevel))
    } else if let known = existing[row.unitID], known.level != row.level {
      faults.append(fault(.level, .changedLevel))
    }
    let line = tree.line(from: row.unitID)
    if let parent = row.parentID, !isKnown(parent) {
      faults.append(missing(.parentID, parent))
    } else if line.isCircular {
      faults.append(fault(.parentID, .circular))
    }
    switch row.managingUnitID {
    case let manager? where !isKnown(manager):
      faults.append(missing(.managingUnitID, manager))
    case let manager? where !line.isCircular && !line.isBroken && !line.above.contains(manager):
      faults.append(fault(.managingUnitID, .notAbove))
    case nil where row.reviewed:
      faults.append(fault(.managingUnitID, .reviewedWithoutManagement))
    default: break
    }
    return faults
  }
}

extension UnitImport.SectorCell {
  fileprivate func sector(known: UnitRegistered?) -> ListCode? {
    switch self {
    case .leftOut: known?.sector
    case .said(let sector): sector
    }
  }
}
