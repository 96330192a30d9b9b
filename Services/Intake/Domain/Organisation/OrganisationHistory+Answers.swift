public import ReviewEvents

extension OrganisationHistory {
  /// Whether the organisation exists.
  public func exists(_ unit: UnitID, at point: Viewpoint) -> Bool {
    units[unit]?.isLiving(at: point) ?? false
  }

  /// Whether there is somebody, or a collective, to review.
  public func exists(_ subject: SubjectID, at point: Viewpoint) -> Bool {
    switch subject {
    case .unit(let id): exists(id, at: point)
    case .person(let id): persons[id]?.isMember(at: point) ?? false
    }
  }

  /// The organisation, if it exists.
  public func unit(_ id: UnitID, at point: Viewpoint) -> UnitState? {
    guard let course = units[id], course.isLiving(at: point) else { return nil }
    return course.state(of: id, at: point)
  }

  /// The member, while he or she is one.
  public func person(_ id: PersonID, at point: Viewpoint) -> PersonState? {
    guard let course = persons[id], course.isMember(at: point),
      let state = course.state(of: id, at: point)
    else { return nil }
    return state.holding { exists($0, at: point) }
  }

  /// How the organisation stands in the end, and the day on which it ended, if it did.
  public func last(of id: UnitID) -> (state: UnitState, endedOn: LocalDate?)? {
    guard let course = units[id], let state = course.state(of: id, at: .last) else { return nil }
    return (state, course.end(at: .last)?.effectiveOn)
  }

  /// How the member stands in the end, whether still one, and every organisation that he or she
  /// ever belonged to or was managed by.
  public func last(of id: PersonID) -> (state: PersonState, leftOn: LocalDate?, units: Set<UnitID>)?
  {
    guard let course = persons[id], let state = course.state(of: id, at: .last) else { return nil }
    let end = course.membership.entry(at: .last).flatMap { $0.value ? nil : $0.mark.effectiveOn }
    return (state, end, course.units)
  }

  /// The level of an organisation, even of one that has ended.
  public func level(of unit: UnitID, at point: Viewpoint) -> LevelCode? {
    units[unit]?.level[point]
  }

  /// The organisation that decides on the subject; none at the top or where there is no subject.
  public func manager(of subject: SubjectID, at point: Viewpoint) -> UnitID? {
    guard exists(subject, at: point) else { return nil }
    return switch subject {
    case .unit(let id): units[id]?.manager[point] ?? nil
    case .person(let id): persons[id]?.manager[point]
    }
  }

  /// The organisation above, or where the person is a member.
  public func parent(of subject: SubjectID, at point: Viewpoint) -> UnitID? {
    guard exists(subject, at: point) else { return nil }
    return switch subject {
    case .unit(let id): units[id]?.parent[point] ?? nil
    case .person(let id): persons[id]?.memberOf[point]
    }
  }

  /// The organisations directly below, in order of their ids.
  public func children(of unit: UnitID, at point: Viewpoint) -> [UnitID] {
    units.filter { $0.value.isLiving(at: point) && ($0.value.parent[point] ?? nil) == unit }
      .keys.sorted()
  }

  /// The members of an organisation itself, in order of their ids.
  public func members(of unit: UnitID, at point: Viewpoint) -> [PersonID] {
    persons.filter { $0.value.isMember(at: point) && $0.value.memberOf[point] == unit }
      .keys.sorted()
  }

  /// Everybody and everything that an organisation decides on, in order.
  public func managed(by unit: UnitID, at point: Viewpoint) -> [SubjectID] {
    let collectives = units.filter {
      $0.value.isLiving(at: point) && ($0.value.manager[point] ?? nil) == unit
    }
    let members = persons.filter {
      $0.value.isMember(at: point) && $0.value.manager[point] == unit
    }
    return
      (collectives.keys.map { SubjectID.unit($0) } + members.keys.map { SubjectID.person($0) })
      .sorted()
  }

  /// The organisations above, the nearest first.
  public func line(above unit: UnitID, at point: Viewpoint) -> [UnitID] {
    var line: [UnitID] = []
    var next = parent(of: .unit(unit), at: point)
    // A way up longer than the number of organisations would be a ring.
    while let current = next, line.count < units.count {
      line.append(current)
      next = parent(of: .unit(current), at: point)
    }
    return line
  }

  /// Who heads the organisation by a post that is held, in order of their ids.
  public func heads(of unit: UnitID, at point: Viewpoint) -> [PersonID] {
    persons.keys.filter { id in
      person(id, at: point)?.posts.contains { $0.unitID == unit && $0.role == .head } ?? false
    }.sorted()
  }
}
