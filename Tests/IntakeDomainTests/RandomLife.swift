import IntakeDomain
import ReviewEvents
import TestSupport

/// A province to which things happen: the same seed gives the same life.
struct RandomLife {
  enum Kind: CaseIterable {
    case found, rename, move, merge, split, dissolve, transfer
  }

  private(set) var history = OrganisationHistory()
  private(set) var recorded: [RecordedEvent] = []
  /// What was known at some moments.
  private(set) var remembered: [(knownAt: Instant, history: OrganisationHistory)] = []
  private(set) var accepted: [Kind: Int] = [:]
  private(set) var refused: [Kind: Int] = [:]
  /// How many changes were recorded after a change of a later day.
  private(set) var corrections = 0
  private var generator: SplitMix64
  private var latest = RandomLife.start
  private var founded = 0

  private static let start = Registry.day("2021-01-01")
  private static let steps = 28

  init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
    record(firstTree(), at: Self.start.start)
    for step in 1...Self.steps {
      let now = Self.start.adding(days: step * 10).start
      attempt(at: now)
      if step.isMultiple(of: 7) { remembered.append((now, history)) }
    }
    days = [Self.start.adding(days: -1)] + history.days
  }

  /// Every day on which anything changes, and the one before the first.
  private(set) var days: [LocalDate] = []

  /// Every day, with everything that is known and with what was known at some moments.
  var points: [Viewpoint] {
    let moments = remembered.dropLast().map(\.knownAt) + [Viewpoint.knownAtLast]
    return days.flatMap { day in moments.map { Viewpoint(asOf: day, knownAt: $0) } }
  }

  // MARK: The beginning

  private mutating func firstTree() -> [OrganisationEvent] {
    var events: [OrganisationEvent] = [
      .unitRegistered(
        Sample.unit(
          "p", level: "PROVINCE", parent: nil, managedBy: nil, at: nil, reviewed: false))
    ]
    for district in 1...3 {
      events.append(unit("d\(district)", "DISTRICT", below: "p", "PROVINCE"))
      for commune in 1...2 {
        let id = "c\(district)\(commune)"
        events.append(unit(id, "GRASSROOTS", below: "d\(district)", "DISTRICT"))
        events.append(unit("\(id)x", "CELL", below: id, "GRASSROOTS"))
        events.append(.personRegistered(Sample.person("\(id)h", of: id, managedBy: "d\(district)")))
        events.append(
          .personRegistered(
            Sample.person("\(id)m", of: "\(id)x", managedBy: id, at: "GRASSROOTS")))
      }
    }
    return events
  }

  private func unit(
    _ id: String, _ level: String, below parent: String, _ managingLevel: String
  ) -> OrganisationEvent {
    .unitRegistered(
      Sample.unit(id, level: level, parent: parent, managedBy: parent, at: managingLevel))
  }

  // MARK: What happens

  private mutating func attempt(at now: Instant) {
    guard let kind = Kind.allCases.randomElement(using: &generator) else { return }
    // Mostly about today; sometimes long ago or ahead.
    let offset = generator.chance(oneIn: 3) ? -90...60 : -5...5
    let day = max(
      Self.start, LocalDate(now).adding(days: Int.random(in: offset, using: &generator)))
    let decision = OrganisationDecision(effectiveOn: day, legalBasis: "12-QĐ/TU")
    do throws(OrganisationRejection) {
      let events = try events(of: kind, decision)
      accepted[kind, default: 0] += 1
      guard !events.isEmpty else { return }
      if day < latest { corrections += 1 }
      latest = max(latest, day)
      record(events, at: now)
    } catch { refused[kind, default: 0] += 1 }
  }

  private mutating func record(_ events: [OrganisationEvent], at now: Instant) {
    for event in events {
      let fact = RecordedEvent(event, at: now)
      recorded.append(fact)
      history.apply(fact)
    }
  }

  private mutating func events(
    of kind: Kind, _ decision: OrganisationDecision
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    switch kind {
    case .found:
      try history.found(
        FoundUnit(newUnit(beside: unit(decision), decision), decision: decision),
        levels: Self.levels(at: decision, &generator))
    case .rename:
      try history.rename(
        RenameUnit(
          unit(decision), name: "Tên \(Int.random(in: 1...9, using: &generator))",
          decision: decision))
    case .move: try move(decision)
    case .merge: try merge(decision)
    case .split: try split(decision)
    case .dissolve:
      try history.dissolve(
        DissolveUnit(unit(decision), receiverID: unit(decision), decision: decision))
    case .transfer:
      try history.transfer(
        TransferPerson(
          person(), memberOfID: generator.chance(oneIn: 2) ? unit(decision) : nil,
          managingUnitID: unit(decision), decision: decision))
    }
  }

  private mutating func move(
    _ decision: OrganisationDecision
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    let point = Viewpoint(asOf: decision.effectiveOn)
    let (moved, parent) = (unit(decision), unit(decision))
    let stillAbove = Set([parent] + history.line(above: parent, at: point))
    // Who below is managed from above the moved unit gets a manager that will be above.
    let handovers = history.line(above: moved, at: point).filter { !stillAbove.contains($0) }
      .flatMap { history.managed(by: $0, at: point) }
      .filter { subject in
        guard case .unit(let id) = subject, id != moved else { return false }
        return history.line(above: id, at: point).contains(moved)
      }.map { Handover($0, to: moved) }
    return try history.move(
      MoveUnit(
        moved, parentID: parent, managingUnitID: generator.chance(oneIn: 5) ? nil : parent,
        handovers: handovers, decision: decision))
  }

  private mutating func merge(
    _ decision: OrganisationDecision
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    let first = unit(decision)
    let point = Viewpoint(asOf: decision.effectiveOn)
    let siblings = history.parent(of: .unit(first), at: point)
      .map { history.children(of: $0, at: point) }
    let second =
      generator.chance(oneIn: 4)
      ? unit(decision) : siblings?.randomElement(using: &generator) ?? unit(decision)
    let successor: Successor =
      generator.chance(oneIn: 2)
      ? .existing(first) : .founded(newUnit(beside: first, decision))
    return try history.merge(
      MergeUnits([first, second], into: successor, decision: decision),
      levels: Self.levels(at: decision, &generator))
  }

  private mutating func split(
    _ decision: OrganisationDecision
  ) throws(OrganisationRejection) -> [OrganisationEvent] {
    let old = unit(decision)
    let point = Viewpoint(asOf: decision.effectiveOn)
    let new = [newUnit(beside: old, decision), newUnit(beside: old, decision)]
    let held = Set(
      history.managed(by: old, at: point) + history.children(of: old, at: point).map { .unit($0) }
        + history.members(of: old, at: point).map { .person($0) }
    ).sorted()
    var branches: [UnitID: UnitID] = [:]
    var handovers: [Handover] = []
    for subject in held {
      // A branch stays together, so that a manager stays above.
      let to = new[Int.random(in: 0...1, using: &generator)].unitID
      guard case .unit(let id) = subject else {
        handovers.append(Handover(subject, to: to))
        continue
      }
      let line = [id] + history.line(above: id, at: point)
      let branch = line.prefix { $0 != old }.last ?? id
      let taken = branches[branch] ?? to
      branches[branch] = taken
      handovers.append(Handover(subject, to: taken))
    }
    // Sometimes somebody is forgotten, and the split is refused.
    if generator.chance(oneIn: 4), !handovers.isEmpty { handovers.removeLast() }
    return try history.split(
      SplitUnit(
        old, into: new.map { .founded($0) }, handovers: handovers, heirID: new[0].unitID,
        decision: decision), levels: Self.levels(at: decision, &generator))
  }

  // MARK: Chance

  /// Mostly a unit that exists on the day, sometimes any that was ever heard of.
  private mutating func unit(_ decision: OrganisationDecision) -> UnitID {
    let point = Viewpoint(asOf: decision.effectiveOn)
    let living = history.unitIDs.filter { history.exists($0, at: point) }
    let choice = generator.chance(oneIn: 6) ? history.unitIDs : living
    return choice.randomElement(using: &generator) ?? Sample.id("p")
  }

  private mutating func person() -> PersonID {
    history.personIDs.randomElement(using: &generator) ?? Sample.id("nobody")
  }

  private mutating func newUnit(
    beside unit: UnitID, _ decision: OrganisationDecision
  ) -> NewUnit {
    founded += 1
    let state = history.unit(unit, at: Viewpoint(asOf: decision.effectiveOn))
    return NewUnit(
      unitID: Sample.id("n\(founded)"), name: "Đảng bộ n\(founded)",
      level: state?.level ?? Sample.id("CELL"), parentID: state?.parentID,
      managingUnitID: state?.managingUnitID, peerGroup: Sample.id("group"),
      reviewed: state?.reviewed ?? true)
  }

  /// Every level, or rarely none at all.
  private static func levels(
    at decision: OrganisationDecision, _ generator: inout SplitMix64
  ) -> [LevelTerm] {
    let isOver = generator.chance(oneIn: 8)
    return ["PROVINCE", "DISTRICT", "GRASSROOTS", "CELL"].map {
      LevelTerm(Sample.id($0), before: isOver ? decision.effectiveOn : nil)
    }
  }
}
