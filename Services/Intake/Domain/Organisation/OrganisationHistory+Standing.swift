public import ReviewEvents

// What can be told of one organisation or member from its own stream alone, whether it exists or
// not: this is what rows show and queries answer.
extension OrganisationHistory {
  /// How the organisation stands, or stood when it ended; none before it began.
  public func standing(
    of id: UnitID, at point: Viewpoint
  ) -> (state: UnitState, end: UnitEnded?)? {
    guard let course = units[id], let state = course.state(of: id, at: point) else { return nil }
    return (state, course.end(at: point))
  }

  /// How the member stands, or stood when leaving, with all posts and the role that was given
  /// without them; none before joining.
  public func standing(
    of id: PersonID, at point: Viewpoint
  ) -> (state: PersonState, leftOn: LocalDate?)? {
    guard let course = persons[id], let state = course.state(of: id, at: point) else { return nil }
    return (state, goneSince(.person(id), at: point))
  }

  /// The last day on which something of the organisation or member changes.
  public func lastChange(of subject: SubjectID) -> LocalDate? { days(of: subject).last }

  /// Where the member belongs and who decides on the person: whose business a change is.
  public func holders(
    of person: PersonID, on day: LocalDate
  ) throws(OrganisationRejection) -> [UnitID] {
    try require(person, on: day)
    let point = Viewpoint(asOf: day)
    return [persons[person]?.memberOf[point], persons[person]?.manager[point]].compactMap { $0 }
  }

  /// The level of the organisation that decides on the subject, as the subject's stream tells it.
  func managingLevel(of subject: SubjectID, at point: Viewpoint) -> LevelCode? {
    switch subject {
    case .unit(let id): units[id]?.managingLevel[point] ?? nil
    case .person(let id): persons[id]?.managingLevel[point]
    }
  }

  /// Since when the organisation that decides on the subject has done so.
  func managedSince(_ subject: SubjectID, at point: Viewpoint) -> LocalDate? {
    switch subject {
    case .unit(let id): units[id]?.manager.entry(at: point)?.mark.effectiveOn
    case .person(let id): persons[id]?.manager.entry(at: point)?.mark.effectiveOn
    }
  }

  /// The day on which the organisation ended or the member left, if that has come.
  func goneSince(_ subject: SubjectID, at point: Viewpoint) -> LocalDate? {
    switch subject {
    case .unit(let id): units[id]?.end(at: point)?.effectiveOn
    case .person(let id):
      persons[id]?.membership.entry(at: point).flatMap { $0.value ? nil : $0.mark.effectiveOn }
    }
  }
}

extension PersonState {
  /// The member with the posts in organisations that exist alone; the first of them says the role.
  public func holding(postsIn exists: (UnitID) -> Bool) -> PersonState {
    var state = self
    state.posts = posts.filter { exists($0.unitID) }
    state.role = state.posts.first?.role ?? role
    return state
  }

  /// The member as an import would tell it.
  public var registered: PersonRegistered {
    PersonRegistered(
      personID: personID, fullName: fullName, memberOfID: memberOfID,
      managingUnitID: managingUnitID, managingLevel: managingLevel, role: role,
      peerGroup: peerGroup, channel: channel)
  }
}

extension UnitState {
  /// The organisation as an import would tell it.
  public var registered: UnitRegistered {
    UnitRegistered(
      unitID: unitID, name: name, level: level, parentID: parentID,
      managingUnitID: managingUnitID, managingLevel: managingLevel, peerGroup: peerGroup,
      reviewed: reviewed, sector: sector)
  }
}
