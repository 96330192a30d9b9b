import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// A change of organisations or members by a decision, as a request asks for it.
struct OrganisationChange: Sendable {
  /// Who may ask for it.
  enum Right: Sendable {
    /// The highest level.
    case province
    /// The highest level, or who stands above this member's cell or managing unit, or is it.
    case holders(of: PersonID)
    /// The highest level, or who stands above one of these organisations, or is one.
    case above([UnitID])
  }

  /// Whose stream the answer is about.
  var subject: SubjectID
  /// Where something new can be read; none for a change of what is there.
  var location: String?
  /// What it rests on.
  var decision: OrganisationDecision
  /// Who may ask for it.
  var right = Right.province
  /// The members whom it is about.
  var persons: [PersonID] = []
  /// The organisations whose members it is about.
  var units: [UnitID] = []
  /// Where the request names whom, so that a refusal can name the field.
  var places: [SubjectID: String]
  /// Where it says a name, and a level.
  var fields = (name: "name", level: "level")
  /// Decides on everything that is known.
  var decide: @Sendable (OrganisationHistory) throws -> [OrganisationEvent]
}

/// What a change led to; members are named as on the wire.
private struct ChangeAnswer: Encodable, Sendable {
  var stream: String
  var sequence: Int64
  /// How many organisations and members changed.
  var changedSubjects: Int
  /// What became of open reports; what takes effect later follows on its day.
  var reports: FollowedReports
}

extension OrganisationChange {
  /// Carries the change out, or refuses it; a repeat that changes nothing is no refusal.
  func carryOut(
    _ request: CommandRequest, ifMatch: Int64? = nil, rules: RuleBook,
    _ transaction: borrowing AnyTransaction
  ) throws -> CommandAnswer {
    try Guards.holdTree(transaction)
    let loaded = try OrganisationStreams.loadTree(persons: persons, of: units, transaction)
    let events: [OrganisationEvent]
    do {
      try requireRight(request, in: loaded.history, rules: rules)
      events = try decide(loaded.history)
    } catch let rejection as OrganisationRejection {
      throw RefusedChange(rejection: rejection, places: places, fields: fields)
    }
    if let ifMatch, !events.isEmpty {
      try Guards.requireVersion(ifMatch, loaded.sequences[subject] ?? 0)
    }
    let recorded = try OrganisationStreams.record(
      events, on: loaded, origin: request.origin, transaction)
    let changed = Set(events.map(\.subject)).sorted()
    let sequence = recorded.sequences[subject] ?? 0
    return CommandAnswer(
      location == nil ? .ok : .created, stream: subject.stream, sequence: sequence,
      location: location,
      body: ChangeAnswer(
        stream: "\(subject.stream)", sequence: sequence, changedSubjects: changed.count,
        reports: try follow(changed, in: recorded.history, request, transaction)))
  }

  /// What has taken effect is followed at once, the rest when its day comes.
  private func follow(
    _ changed: [SubjectID], in history: OrganisationHistory, _ request: CommandRequest,
    _ transaction: borrowing AnyTransaction
  ) throws -> FollowedReports {
    guard !changed.isEmpty else { return FollowedReports() }
    guard decision.effectiveOn <= request.today else {
      try OrganisationDayTable.lookAgain(at: decision.effectiveOn, transaction)
      return FollowedReports()
    }
    return try OpenDutyReports.follow(
      changed, in: history, on: request.today, origin: request.origin, transaction)
  }

  private func requireRight(
    _ request: CommandRequest, in history: OrganisationHistory, rules: RuleBook
  ) throws {
    let today = Viewpoint(asOf: request.today)
    let acting: UnitState? =
      if case .unit(let unit) = request.actor.onBehalfOf {
        history.unit(unit, at: today)
      } else {
        nil
      }
    if let acting, Guards.highestLevels(rules).contains(acting.level) { return }
    let held: [UnitID]
    switch right {
    case .province: throw CycleRejection.notTheProvince
    case .holders(let person): held = try history.holders(of: person, on: decision.effectiveOn)
    case .above(let units): held = units
    }
    let point = Viewpoint(asOf: decision.effectiveOn)
    let line = held.flatMap { [$0] + history.line(above: $0, at: point) }
    guard acting != nil, Authority.speaks(request.actor, forOneOf: line) else {
      throw Problem(.notAboveTheMember, field: "Review-Actor")
    }
  }
}

/// A body that says what a change rests on.
protocol DecidedChange: Decodable, Sendable {
  var effectiveOn: LocalDate { get }
  var legalBasis: String { get }
}

extension DecidedChange {
  /// What the change rests on.
  /// - Throws: 422 for a day that no decision of the Party can mean.
  func decision() throws(Problem) -> OrganisationDecision {
    guard OrganisationFields.years.contains(effectiveOn.year) else {
      throw Problem(.organisationDayUnlikely, field: "effectiveOn")
    }
    return OrganisationDecision(effectiveOn: effectiveOn, legalBasis: legalBasis)
  }
}

/// What bodies of several routes have in common.
enum OrganisationFields {
  /// The years in which a change can take effect: from the Party's founding on.
  static let years = 1930...2100
  /// What every change rests on.
  static let decision: [Field] = [
    .required("effectiveOn", .date, "Ngày có hiệu lực"),
    .required("legalBasis", .text(max: 100), "Số, ký hiệu văn bản"),
  ]
  /// Who takes over whom.
  static let handovers = Field.required(
    "handovers",
    .array(
      of: .object([.required("subjectId", .subject), .required("toUnitId", .identifier)]),
      max: OrganisationHistory.handedOverMax))
  /// An organisation to found.
  static let newUnit: [Field] = [
    .required("unitId", .identifierPart(max: UnitID.joinableMax)),
    .required("name", .text(max: 300)),
    .required("level", .identifier), .optional("parentId", .identifier),
    .optional("managingUnitId", .identifier), .required("peerGroup", .identifier),
    .required("reviewed", .boolean), .optional("sector", .identifier),
  ]
  /// The largest body that names everybody who is handed over.
  static let bodyMax = 4 * 1_048_576
}

/// An organisation to found; members are named as on the wire.
struct NewUnitInput: Decodable, Sendable {
  var unitId: UnitID
  var name: String
  var level: LevelCode
  var parentId: UnitID?
  var managingUnitId: UnitID?
  var peerGroup: PeerGroupCode
  var reviewed: Bool
  var sector: ListCode?

  var unit: NewUnit {
    NewUnit(
      unitID: unitId, name: name, level: level, parentID: parentId,
      managingUnitID: managingUnitId, peerGroup: peerGroup, reviewed: reviewed, sector: sector)
  }

  /// Where the request names whom; `place` is the member that holds this, with a dot.
  func places(in place: String = "") -> [SubjectID: String] {
    var places: [SubjectID: String] = [:]
    if let managingUnitId { places[.unit(managingUnitId)] = place + "managingUnitId" }
    if let parentId { places[.unit(parentId)] = place + "parentId" }
    places[.unit(unitId)] = place + "unitId"
    return places
  }
}

/// Who takes over one subject; members are named as on the wire.
struct HandoverInput: Decodable, Sendable {
  var subjectId: SubjectID
  var toUnitId: UnitID
}

extension [HandoverInput] {
  /// The same for the domain.
  var handovers: [Handover] { map { Handover($0.subjectId, to: $0.toUnitId) } }

  /// The members among those who are handed over.
  var persons: [PersonID] {
    compactMap { if case .person(let id) = $0.subjectId { id } else { nil } }
  }

  /// Where the request names whom.
  var places: [SubjectID: String] {
    var places: [SubjectID: String] = [:]
    for (index, handover) in enumerated().reversed() {
      places[.unit(handover.toUnitId)] = "handovers[\(index)].toUnitId"
    }
    for (index, handover) in enumerated().reversed() {
      places[handover.subjectId] = "handovers[\(index)].subjectId"
    }
    return places
  }
}

extension [SubjectID: String] {
  /// These places; where both name a subject, those of `other` count.
  func amended(by other: [SubjectID: String]) -> [SubjectID: String] {
    merging(other) { _, newer in newer }
  }
}
