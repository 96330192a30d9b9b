public import ReviewEvents

/// One organisation's own plan for one cycle: the newest one holds, earlier ones stay visible.
public struct OwnPlan: Sendable, Hashable {
  /// Everything that was adopted, the oldest fact first.
  public private(set) var adoptions: [PlanAdopted] = []

  /// Nothing was adopted.
  public init() {}

  /// The plan that these facts tell of.
  public init(_ facts: some Sequence<PlanAdopted>) {
    for fact in facts { apply(fact) }
  }

  /// Takes an adoption into account.
  public mutating func apply(_ adopted: PlanAdopted) { adoptions.append(adopted) }

  /// What holds.
  public var newest: PlanAdopted? { adoptions.last }

  /// The day on which there first was a plan.
  ///
  /// A later fact about the same document corrects its day.
  public var firstAdoptedOn: LocalDate? {
    var days: [DocumentID: LocalDate] = [:]
    for adopted in adoptions { days[adopted.documentID] = adopted.adoptedOn }
    return days.values.min()
  }

  /// Whether the first plan came too late.
  ///
  /// Who replaces a punctual plan stays punctual, as with reports. A day that begins before the
  /// due instant is in time.
  public func isLate(for milestone: Milestone) -> Bool {
    firstAdoptedOn.map { $0.start >= milestone.dueBefore } ?? false
  }

  /// Adopts a plan; adopting what holds already changes nothing.
  public func adopt(_ command: AdoptPlan) throws(PlanRejection) -> [PlanAdopted] {
    guard let cycle = command.cycle.plan else { throw .cycleNotOpened }
    guard Authority.speaks(command.actor, forOneOf: command.line) else { throw .notYourPlan }
    if let newest, newest.documentID == command.documentID, newest.adoptedOn == command.adoptedOn {
      return []
    }
    guard command.cycle.phase != .closed else { throw .cycleClosed }
    guard OwedPlans.milestone(for: command.unit, in: command.cycle) != nil else { throw .notOwed }
    guard command.adoptedOn <= command.today else { throw .notYetAdopted }
    guard command.isDocumentKnown else { throw .unknownDocument }
    return [
      PlanAdopted(
        planID: PlanID(cycle: cycle.cycleID, unit: command.unit.unitID), cycleID: cycle.cycleID,
        unitID: command.unit.unitID, documentID: command.documentID,
        adoptedOn: command.adoptedOn)
    ]
  }
}

/// Everything that decides about adopting a plan.
public struct AdoptPlan: Sendable {
  /// Who says so.
  public var actor: ActorContext
  /// The organisation that adopted it.
  public var unit: UnitRegistered
  /// The organisation and those above it.
  public var line: [UnitID]
  /// The cycle.
  public var cycle: Cycle
  /// The document that the plan is.
  public var documentID: DocumentID
  /// Whether the registry holds that document.
  public var isDocumentKnown: Bool
  /// The day on which it was adopted.
  public var adoptedOn: LocalDate
  /// The day on which this is said.
  public var today: LocalDate

  /// Puts the parts together.
  public init(
    actor: ActorContext, unit: UnitRegistered, line: [UnitID], cycle: Cycle,
    documentID: DocumentID, isDocumentKnown: Bool, adoptedOn: LocalDate, today: LocalDate
  ) {
    self.actor = actor
    self.unit = unit
    self.line = line
    self.cycle = cycle
    self.documentID = documentID
    self.isDocumentKnown = isDocumentKnown
    self.adoptedOn = adoptedOn
    self.today = today
  }
}

/// Why a plan was not taken.
public enum PlanRejection: Error, Sendable, Hashable {
  /// There is no such cycle.
  case cycleNotOpened
  /// The cycle takes no plans any more.
  case cycleClosed
  /// There is no such organisation.
  case unknownUnit
  /// Only the organisation itself, or one above it, says that it adopted a plan.
  case notYourPlan
  /// The cycle asks this organisation for no plan of its own.
  case notOwed
  /// The registry does not hold the document.
  case unknownDocument
  /// The day of the adoption has not come.
  case notYetAdopted
}
