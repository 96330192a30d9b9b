import ReviewEvents

/// What became of one organisation, property by property.
struct UnitCourse: Sendable, Hashable {
  enum Existence: Sendable, Hashable {
    case living
    case ended(UnitEnded)
  }

  private(set) var existence = Timeline<Existence>()
  private(set) var name = Timeline<String>()
  private(set) var level = Timeline<LevelCode>()
  private(set) var parent = Timeline<UnitID?>()
  private(set) var manager = Timeline<UnitID?>()
  private(set) var managingLevel = Timeline<LevelCode?>()
  private(set) var peerGroup = Timeline<PeerGroupCode>()
  private(set) var reviewed = Timeline<Bool>()
  private(set) var sector = Timeline<ListCode?>()
  private(set) var predecessors = Timeline<[UnitID]>()

  mutating func apply(_ event: OrganisationEvent, _ mark: Mark) {
    switch event {
    case .unitRegistered(let fact):
      begin(mark)
      name.put(fact.name, mark)
      level.put(fact.level, mark)
      parent.put(fact.parentID, mark)
      manager.put(fact.managingUnitID, mark)
      managingLevel.put(fact.managingLevel, mark)
      peerGroup.put(fact.peerGroup, mark)
      reviewed.put(fact.reviewed, mark)
      sector.put(fact.sector, mark)
    case .unitFounded(let fact):
      begin(mark)
      name.put(fact.name, mark)
      level.put(fact.level, mark)
      parent.put(fact.parentID, mark)
      manager.put(fact.managingUnitID, mark)
      managingLevel.put(fact.managingLevel, mark)
      peerGroup.put(fact.peerGroup, mark)
      reviewed.put(fact.reviewed, mark)
      sector.put(fact.sector, mark)
      predecessors.put(fact.predecessorIDs, mark)
    case .unitRenamed(let fact): name.put(fact.name, mark)
    case .unitMoved(let fact):
      if let moved = fact.parentID { parent.put(moved, mark) }
      if let moved = fact.managingUnitID { manager.put(moved, mark) }
      if let moved = fact.managingLevel { managingLevel.put(moved, mark) }
      if let moved = fact.peerGroup { peerGroup.put(moved, mark) }
    case .unitInherited(let fact): predecessors.put(fact.predecessorIDs, mark)
    case .unitEnded(let fact): existence.put(.ended(fact), mark)
    case .personRegistered, .personJoined, .personTransferred, .personLeft, .postsAssigned: break
    }
  }

  /// An organisation begins once: an import that amends it later changes neither that nor its end.
  private mutating func begin(_ mark: Mark) {
    if existence.entries.isEmpty { existence.put(.living, mark) }
  }

  /// How it stands, whether it exists or not; none before it began.
  func state(of id: UnitID, at point: Viewpoint) -> UnitState? {
    guard existence[point] != nil, let name = name[point], let level = level[point],
      let peerGroup = peerGroup[point]
    else { return nil }
    return UnitState(
      unitID: id, name: name, level: level, parentID: parent[point] ?? nil,
      managingUnitID: manager[point] ?? nil, managingLevel: managingLevel[point] ?? nil,
      peerGroup: peerGroup, reviewed: reviewed[point] ?? false, sector: sector[point] ?? nil)
  }

  func isLiving(at point: Viewpoint) -> Bool { existence[point] == .living }

  /// How it ended, if it had by then.
  func end(at point: Viewpoint) -> UnitEnded? {
    if case .ended(let end) = existence[point] { end } else { nil }
  }

  /// The days after `day` on which its place in the tree changes.
  func treeDays(after day: LocalDate) -> [LocalDate] {
    existence.days(after: day) + parent.days(after: day) + manager.days(after: day)
      + reviewed.days(after: day)
  }

  /// The days after `day` on which something of it changes.
  func days(after day: LocalDate) -> [LocalDate] {
    treeDays(after: day) + name.days(after: day) + peerGroup.days(after: day)
      + predecessors.days(after: day)
  }
}
