public import ReviewEvents

extension OrganisationHistory {
  /// How many subjects are named in a refusal.
  public static let namedSubjectsMax = 20

  /// Refuses an organisation that is not there on `day`.
  func require(_ unit: UnitID, on day: LocalDate) throws(OrganisationRejection) {
    guard let course = units[unit], !course.existence.entries.isEmpty else {
      throw .unknownUnit(unit)
    }
    switch course.existence[Viewpoint(asOf: day)] {
    case .living: return
    case .ended: throw .noLongerThere(.unit(unit), on: day)
    case nil: throw .notYetThere(.unit(unit), on: day)
    }
  }

  /// Refuses a member who is not there on `day`.
  func require(_ person: PersonID, on day: LocalDate) throws(OrganisationRejection) {
    guard let course = persons[person], !course.membership.entries.isEmpty else {
      throw .unknownPerson(person)
    }
    switch course.membership[Viewpoint(asOf: day)] {
    case true?: return
    case false?: throw .noLongerThere(.person(person), on: day)
    case nil: throw .notYetThere(.person(person), on: day)
    }
  }

  /// Refuses to end what has something recorded for a later day.
  func requireNothingLater(_ subject: SubjectID, than day: LocalDate) throws(OrganisationRejection)
  {
    let days =
      switch subject {
      case .unit(let id): units[id]?.days(after: day)
      case .person(let id): persons[id]?.days(after: day)
      }
    if let first = days?.min() { throw .contradictsLaterChange(subject, on: first) }
  }

  /// Refuses an organisation that cannot be founded on `day`.
  func requireFoundable(
    _ unit: NewUnit, on day: LocalDate, levels: [LevelTerm]
  ) throws(OrganisationRejection) {
    guard units[unit.unitID] == nil else { throw .alreadyThere(.unit(unit.unitID)) }
    if isBlank(unit.name) { throw .nameMissing }
    guard levels.contains(where: { $0.code == unit.level && $0.isInForce(on: day) }) else {
      throw .levelNotInForce(unit.level, on: day)
    }
  }

  /// Lets facts pass if everything still stands on `day` and on every later day for which
  /// something is recorded.
  ///
  /// A change of an earlier day is inserted before those of later days; it is refused only where
  /// one of those could not stand any more. What did not stand before is not held against it.
  func accepting(
    _ events: [OrganisationEvent], on day: LocalDate
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    var after = self
    for event in events { after.apply(RecordedEvent(event, at: Viewpoint.knownAtLast)) }
    if events.contains(where: \.changesTree) {
      try after.checkTree(of: events, from: day, decided: day, before: self)
    }
    try after.checkPersons(of: events, from: day, decided: day, before: self)
    return events
  }

  /// Refuses an import after which something that is recorded for a later day could not stand.
  ///
  /// What an import says of its own day is checked against its lines; this looks at the days after.
  public func checkImport(
    of events: [OrganisationEvent], at recordedAt: Instant
  ) throws(OrganisationRejection) {
    let day = LocalDate(recordedAt)
    var after = self
    for event in events { after.apply(RecordedEvent(event, at: recordedAt)) }
    let days = units.values.flatMap { $0.treeDays(after: day) }
    guard let next = days.min() else { return }
    if events.contains(where: \.changesTree) {
      try after.checkTree(of: events, from: next, decided: day, before: self)
    }
    try after.checkPersons(of: events, from: next, decided: day, before: self)
  }

  private func checkTree(
    of events: [OrganisationEvent], from day: LocalDate, decided: LocalDate,
    before: OrganisationHistory
  ) throws(OrganisationRejection) {
    let changed = Set(events.map(\.subject))
    let later = Set(units.values.flatMap { $0.treeDays(after: day) }).sorted()
    for next in [day] + later {
      let faults = treeFaults(on: next)
      guard !faults.isEmpty else { continue }
      let caused = faults.subtracting(before.treeFaults(on: next))
      // What the command names says more than what follows from it.
      try Self.refuse(
        caused.filter { changed.contains($0.subject) }, on: next, decided: decided)
      try Self.refuse(caused, on: next, decided: decided)
    }
  }

  private func checkPersons(
    of events: [OrganisationEvent], from day: LocalDate, decided: LocalDate,
    before: OrganisationHistory
  ) throws(OrganisationRejection) {
    let ended = Set(
      events.compactMap { event in
        if case .unitEnded(let end) = event { end.unitID } else { nil }
      })
    let touched = Set(
      events.compactMap { event in
        if case .person(let id) = event.subject { id } else { nil }
      })
    let ends = units.values.flatMap { $0.existence.days(after: day) }
    for (id, course) in persons
    where touched.contains(id) || course.pointsTo(ended, onOrAfter: day) {
      for next in Set(course.days(after: day) + ends + [day]).sorted() {
        let faults = faults(of: id, on: next)
        guard !faults.isEmpty else { continue }
        try Self.refuse(
          faults.subtracting(before.faults(of: id, on: next)), on: next, decided: decided)
      }
    }
  }

  private static func refuse(
    _ faults: Set<TreeFault>, on day: LocalDate, decided: LocalDate
  ) throws(OrganisationRejection) {
    guard let first = faults.min() else { return }
    guard day == decided else { throw .contradictsLaterChange(first.subject, on: day) }
    throw OrganisationRejection(first, on: day)
  }
}

extension OrganisationEvent {
  /// Whether the tree of organisations is another one afterwards.
  var changesTree: Bool {
    switch self {
    case .unitRegistered, .unitFounded, .unitMoved, .unitEnded: true
    case .unitRenamed, .unitInherited, .personRegistered, .personJoined, .personTransferred,
      .personLeft, .postsAssigned:
      false
    }
  }
}
