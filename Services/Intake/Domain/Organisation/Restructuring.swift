import ReviewEvents

/// What merging, splitting and dissolving have in common: organisations end, others take over.
struct Restructuring: Sendable {
  /// How the organisations end.
  var ending: UnitEnded.Ending
  /// Those that end.
  var endedIDs: [UnitID]
  /// Those that take over.
  var successors: [Successor]
  /// The one among them that answers for the past.
  var heirID: UnitID
  /// Who takes over each subject that they managed or held.
  var receivers: [SubjectID: UnitID]
  /// What it rests on.
  var decision: OrganisationDecision
}

/// A subject that loses the organisation above it, its manager, or both.
struct HeldSubject: Sendable, Hashable {
  var subject: SubjectID
  /// Whether it stands directly below, or is a member of, an organisation that ends.
  var isBelow: Bool
  /// Whether an organisation that ends decides on it.
  var isManaged: Bool
}

extension OrganisationHistory {
  /// How many subjects one decision hands over at most; a commune has some thousands of members.
  public static let handedOverMax = 20_000

  /// Everything that the organisations manage or hold on `day`, apart from themselves, in order.
  func held(by ended: Set<UnitID>, on day: LocalDate) -> [HeldSubject] {
    let point = Viewpoint(asOf: day)
    func isEnded(_ unit: UnitID?) -> Bool { unit.map(ended.contains) ?? false }
    let below = units.compactMap { id, course -> HeldSubject? in
      guard course.isLiving(at: point), !ended.contains(id) else { return nil }
      return HeldSubject(
        subject: .unit(id), isBelow: isEnded(course.parent[point] ?? nil),
        isManaged: isEnded(course.manager[point] ?? nil))
    }
    let members = persons.compactMap { id, course -> HeldSubject? in
      guard course.isMember(at: point) else { return nil }
      return HeldSubject(
        subject: .person(id), isBelow: isEnded(course.memberOf[point]),
        isManaged: isEnded(course.manager[point]))
    }
    return (below + members).filter { $0.isBelow || $0.isManaged }
      .sorted { $0.subject < $1.subject }
  }

  /// The facts of a restructuring, if it can stand.
  func carryOut(
    _ change: Restructuring, levels: [LevelTerm]
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    let day = change.decision.effectiveOn
    for id in change.endedIDs {
      try require(id, on: day)
      try requireNothingLater(.unit(id), than: day)
    }
    for successor in change.successors {
      switch successor {
      case .existing(let id): try require(id, on: day)
      case .founded(let unit): try requireFoundable(unit, on: day, levels: levels)
      }
    }
    let held = held(by: Set(change.endedIDs), on: day)
    guard held.count <= Self.handedOverMax else { throw .tooManySubjects(held.count) }
    let forgotten = held.map(\.subject).filter { change.receivers[$0] == nil }
    guard forgotten.isEmpty else {
      throw .notHandedOver(Array(forgotten.prefix(Self.namedSubjectsMax)))
    }
    let events: [OrganisationEvent] =
      change.successors.map { took(over: change, $0) }
      + held.compactMap { held in
        change.receivers[held.subject].map { handed(held, to: $0, change) }
      } + change.endedIDs.sorted().map { .unitEnded(end(of: $0, change)) }
    return try accepting(events, on: day)
  }

  private func took(over change: Restructuring, _ successor: Successor) -> OrganisationEvent {
    let predecessors = change.endedIDs.sorted()
    return switch successor {
    case .existing(let id):
      .unitInherited(
        UnitInherited(
          unitID: id, predecessorIDs: predecessors, effectiveOn: change.decision.effectiveOn,
          legalBasis: change.decision.legalBasis))
    case .founded(let unit):
      .unitFounded(
        UnitFounded(
          unit, managingLevel: unit.managingUnitID.flatMap { level(of: $0, after: change) },
          predecessors: predecessors, change.decision))
    }
  }

  private func handed(
    _ held: HeldSubject, to id: UnitID, _ change: Restructuring
  ) -> OrganisationEvent {
    let above = held.isBelow ? id : nil
    let manager = held.isManaged ? id : nil
    let level = manager.flatMap { self.level(of: $0, after: change) }
    return switch held.subject {
    case .unit(let unit):
      .unitMoved(
        UnitMoved(
          unitID: unit, parentID: above, managingUnitID: manager, managingLevel: level,
          peerGroup: nil, effectiveOn: change.decision.effectiveOn,
          legalBasis: change.decision.legalBasis))
    case .person(let person):
      .personTransferred(
        PersonTransferred(
          personID: person, memberOfID: above, managingUnitID: manager, managingLevel: level,
          role: nil, peerGroup: nil, effectiveOn: change.decision.effectiveOn,
          legalBasis: change.decision.legalBasis))
    }
  }

  private func end(of unit: UnitID, _ change: Restructuring) -> UnitEnded {
    UnitEnded(
      unitID: unit, ending: change.ending, successorIDs: change.successors.map(\.unitID),
      heirID: change.heirID, effectiveOn: change.decision.effectiveOn,
      legalBasis: change.decision.legalBasis)
  }

  /// The level of an organisation that exists or is founded by the same decision.
  private func level(of unit: UnitID, after change: Restructuring) -> LevelCode? {
    for case .founded(let new) in change.successors where new.unitID == unit { return new.level }
    return level(of: unit, at: Viewpoint(asOf: change.decision.effectiveOn))
  }
}

extension UnitFounded {
  /// The founding of `unit`.
  init(
    _ unit: NewUnit, managingLevel: LevelCode?, predecessors: [UnitID],
    _ decision: OrganisationDecision
  ) {
    self.init(
      unitID: unit.unitID, name: unit.name, level: unit.level, parentID: unit.parentID,
      managingUnitID: unit.managingUnitID, managingLevel: managingLevel,
      peerGroup: unit.peerGroup, reviewed: unit.reviewed, predecessorIDs: predecessors,
      effectiveOn: decision.effectiveOn, legalBasis: decision.legalBasis, sector: unit.sector)
  }
}
