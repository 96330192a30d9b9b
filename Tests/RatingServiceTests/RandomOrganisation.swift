import EventStream
import IntakeDomain
import ReviewEvents
import TestSupport

/// Facts of organisations and members as they might come, sensible or not; the same seed gives the
/// same story.
///
/// Whoever reads them has to read them all alike.
struct RandomOrganisation {
  private(set) var facts: [EventEnvelope] = []
  private(set) var units: [UnitID] = []
  private(set) var persons: [PersonID] = []
  /// How many facts were recorded for an earlier day than one before.
  private(set) var corrections = 0
  private var generator: SplitMix64
  private var sequences: [StreamID: Int64] = [:]
  private var now = Province.day("2021-01-01").at(hour: 8)
  private var latest = Province.day("2021-01-01")
  private var moments: [Instant] = []

  private static let steps = 70
  /// An organisation that others end in, and of which nothing is ever told.
  private static let ghost: UnitID = id("ghost")

  init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
    for _ in 0..<8 { register(newUnit()) }
    for number in 0..<6 {
      persons.append(id("p\(number)"))
      if number < 4 { register(persons[number]) } else { join(persons[number]) }
    }
    for _ in 0..<Self.steps { step() }
  }

  var subjects: [SubjectID] { units.map { .unit($0) } + persons.map { .person($0) } }

  /// Days around everything that happens, with everything that is known and with what was known at
  /// two moments.
  var points: [Viewpoint] {
    let days = stride(from: 0, to: 520, by: 47).map { Province.day("2020-12-20").adding(days: $0) }
    let known = [moments[moments.count / 3], moments[moments.count * 2 / 3], Viewpoint.knownAtLast]
    return days.enumerated().map { Viewpoint(asOf: $1, knownAt: known[$0 % 3]) }
      + days.map { Viewpoint(asOf: $0) }
  }

  // MARK: What happens

  private mutating func step() {
    now = now + .seconds(3_600 * Int64.random(in: 20...120, using: &generator))
    moments.append(now)
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: register(unit())
    case 1, 2: move(unit())
    case 3: rename(unit())
    case 4, 5: merge()
    case 6: register(person())
    case 7, 8: transfer(person())
    case 9: tell(PersonLeft(personID: person(), effectiveOn: day(), legalBasis: "1"))
    case 10: join(person())
    default: assign(person())
    }
  }

  private mutating func register(_ unit: UnitID) {
    let above = chance(5) ? nil : self.unit()
    tell(
      UnitRegistered(
        unitID: unit, name: "Đơn vị", level: level(), parentID: above, managingUnitID: above,
        managingLevel: above.map { _ in level() }, peerGroup: group(), reviewed: chance(2),
        sector: chance(3) ? id("POLICE") : nil))
  }

  private mutating func move(_ unit: UnitID) {
    let manager = chance(2) ? self.unit() : nil
    tell(
      UnitMoved(
        unitID: unit, parentID: chance(2) ? self.unit() : nil, managingUnitID: manager,
        managingLevel: manager.map { _ in level() }, peerGroup: chance(3) ? group() : nil,
        effectiveOn: day(), legalBasis: "1"))
  }

  private mutating func rename(_ unit: UnitID) {
    tell(UnitRenamed(unitID: unit, name: "Tên mới", effectiveOn: day(), legalBasis: "1"))
  }

  /// One or two organisations end in one that goes on, in a new one, or in nobody known.
  private mutating func merge() {
    let ended = Set([unit(), unit()]).sorted()
    let day = day()
    var heir = unit()
    if chance(3) {
      heir = newUnit()
      tell(
        UnitFounded(
          unitID: heir, name: "Đơn vị", level: level(), parentID: unit(), managingUnitID: unit(),
          managingLevel: level(), peerGroup: group(), reviewed: true, predecessorIDs: ended,
          effectiveOn: day, legalBasis: "1"))
    } else if chance(6) {
      heir = Self.ghost
    } else {
      tell(
        UnitInherited(unitID: heir, predecessorIDs: ended, effectiveOn: day, legalBasis: "1"))
    }
    for unit in ended where unit != heir {
      tell(
        UnitEnded(
          unitID: unit, ending: .merged, successorIDs: [heir], heirID: heir, effectiveOn: day,
          legalBasis: "1"))
    }
  }

  private mutating func register(_ person: PersonID) {
    tell(
      PersonRegistered(
        personID: person, fullName: "Đảng viên", memberOfID: unit(), managingUnitID: unit(),
        managingLevel: level(), role: role(), peerGroup: group(),
        channel: chance(2) ? .paper : .electronic))
  }

  private mutating func join(_ person: PersonID) {
    tell(
      PersonJoined(
        personID: person, fullName: "Đảng viên", memberOfID: unit(), managingUnitID: unit(),
        managingLevel: level(), role: role(), peerGroup: group(), channel: .paper,
        effectiveOn: day(), legalBasis: "1"))
  }

  private mutating func transfer(_ person: PersonID) {
    let manager = chance(2) ? unit() : nil
    tell(
      PersonTransferred(
        personID: person, memberOfID: chance(2) ? unit() : nil, managingUnitID: manager,
        managingLevel: manager.map { _ in level() }, role: chance(3) ? role() : nil,
        peerGroup: chance(3) ? group() : nil, effectiveOn: day(), legalBasis: "1"))
  }

  private mutating func assign(_ person: PersonID) {
    let posts = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
      Post(unitID: unit(), role: role())
    }
    tell(PostsAssigned(personID: person, posts: posts, effectiveOn: day(), legalBasis: "1"))
  }

  // MARK: Telling

  private mutating func tell(_ fact: some ReviewEvent) {
    let stream = stream(of: fact)
    let sequence = sequences[stream, default: 0] + 1
    sequences[stream] = sequence
    facts.append(
      Samples.envelope(
        fact, in: stream, at: sequence,
        origin: EventOrigin(time: now, actor: Samples.origin.actor, trace: Samples.origin.trace)))
  }

  private func stream(of fact: some ReviewEvent) -> StreamID {
    switch fact {
    case let fact as UnitRegistered: .unit(fact.unitID)
    case let fact as UnitFounded: .unit(fact.unitID)
    case let fact as UnitRenamed: .unit(fact.unitID)
    case let fact as UnitMoved: .unit(fact.unitID)
    case let fact as UnitInherited: .unit(fact.unitID)
    case let fact as UnitEnded: .unit(fact.unitID)
    case let fact as PersonRegistered: .person(fact.personID)
    case let fact as PersonJoined: .person(fact.personID)
    case let fact as PersonTransferred: .person(fact.personID)
    case let fact as PersonLeft: .person(fact.personID)
    case let fact as PostsAssigned: .person(fact.personID)
    default: preconditionFailure("no fact of an organisation or member")
    }
  }

  // MARK: Drawing

  private mutating func newUnit() -> UnitID {
    units.append(id("u\(units.count)"))
    return units[units.count - 1]
  }

  /// Mostly about now; often earlier, sometimes ahead.
  private mutating func day() -> LocalDate {
    let offset = chance(2) ? -3...3 : -80...40
    let day = LocalDate(now).adding(days: Int.random(in: offset, using: &generator))
    if day < latest { corrections += 1 }
    latest = max(latest, day)
    return day
  }

  private mutating func unit() -> UnitID {
    units[Int.random(in: units.indices, using: &generator)]
  }

  private mutating func person() -> PersonID {
    persons[Int.random(in: persons.indices, using: &generator)]
  }

  private mutating func level() -> LevelCode {
    id(["PROVINCE", "DISTRICT", "GRASSROOTS"][Int.random(in: 0..<3, using: &generator)])
  }

  private mutating func group() -> PeerGroupCode {
    id(["A", "B", "C"][Int.random(in: 0..<3, using: &generator)])
  }

  private mutating func role() -> MemberRole {
    MemberRole.allCases[Int.random(in: MemberRole.allCases.indices, using: &generator)]
  }

  private mutating func chance(_ times: Int) -> Bool {
    Int.random(in: 0..<times, using: &generator) == 0
  }
}
