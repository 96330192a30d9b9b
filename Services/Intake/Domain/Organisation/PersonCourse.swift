import ReviewEvents

/// What became of one member, property by property.
struct PersonCourse: Sendable, Hashable {
  private(set) var membership = Timeline<Bool>()
  private(set) var name = Timeline<String>()
  private(set) var memberOf = Timeline<UnitID>()
  private(set) var manager = Timeline<UnitID>()
  private(set) var managingLevel = Timeline<LevelCode>()
  private(set) var role = Timeline<MemberRole>()
  private(set) var peerGroup = Timeline<PeerGroupCode>()
  private(set) var channel = Timeline<FilingChannel>()
  private(set) var posts = Timeline<[Post]>()

  mutating func apply(_ event: OrganisationEvent, _ mark: Mark) {
    switch event {
    case .personRegistered(let fact):
      if membership.entries.isEmpty { membership.put(true, mark) }
      name.put(fact.fullName, mark)
      memberOf.put(fact.memberOfID, mark)
      manager.put(fact.managingUnitID, mark)
      managingLevel.put(fact.managingLevel, mark)
      role.put(fact.role, mark)
      peerGroup.put(fact.peerGroup, mark)
      channel.put(fact.channel, mark)
    case .personJoined(let fact):
      membership.put(true, mark)
      name.put(fact.fullName, mark)
      memberOf.put(fact.memberOfID, mark)
      manager.put(fact.managingUnitID, mark)
      managingLevel.put(fact.managingLevel, mark)
      role.put(fact.role, mark)
      peerGroup.put(fact.peerGroup, mark)
      channel.put(fact.channel, mark)
    case .personTransferred(let fact):
      if let moved = fact.memberOfID { memberOf.put(moved, mark) }
      if let moved = fact.managingUnitID { manager.put(moved, mark) }
      if let moved = fact.managingLevel { managingLevel.put(moved, mark) }
      if let changed = fact.role { role.put(changed, mark) }
      if let changed = fact.peerGroup { peerGroup.put(changed, mark) }
    case .personLeft: membership.put(false, mark)
    case .postsAssigned(let fact): posts.put(fact.posts, mark)
    case .unitRegistered, .unitFounded, .unitRenamed, .unitMoved, .unitInherited, .unitEnded: break
    }
  }

  /// How the member stands, whether still one or not, with all posts; none before joining.
  func state(of id: PersonID, at point: Viewpoint) -> PersonState? {
    guard membership[point] != nil, let name = name[point], let memberOf = memberOf[point],
      let manager = manager[point], let level = managingLevel[point], let role = role[point],
      let peerGroup = peerGroup[point], let channel = channel[point]
    else { return nil }
    return PersonState(
      personID: id, fullName: name, memberOfID: memberOf, managingUnitID: manager,
      managingLevel: level, role: role, peerGroup: peerGroup, channel: channel,
      posts: posts[point] ?? [])
  }

  /// Every organisation that the member ever belonged to or was managed by.
  var units: Set<UnitID> {
    Set(memberOf.entries.map(\.value)).union(manager.entries.map(\.value))
  }

  func isMember(at point: Viewpoint) -> Bool { membership[point] == true }

  /// The days after `day` on which something of the member changes.
  func days(after day: LocalDate) -> [LocalDate] {
    membership.days(after: day) + memberOf.days(after: day) + manager.days(after: day)
      + role.days(after: day) + peerGroup.days(after: day) + posts.days(after: day)
  }

  /// Whether the member belongs to, or is managed by, one of `units` on `day` or any day after it.
  func pointsTo(_ units: Set<UnitID>, onOrAfter day: LocalDate) -> Bool {
    memberOf.holds(onOrAfter: day) { units.contains($0) }
      || manager.holds(onOrAfter: day) { units.contains($0) }
  }
}
