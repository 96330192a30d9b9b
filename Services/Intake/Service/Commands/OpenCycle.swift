import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// A cycle to open; members are named as on the wire.
private struct OpenCycle: Decodable, Sendable {
  var cycleId: CycleID
  var year: Int
  var kind: CycleKind
  var ruleSetId: RuleSetID
  var planNumber: String
  var milestones: [Milestone]
  var pilotUnitIds: [UnitID]
  var sectorRules: [NamedSectorRules]?
  var period: ReviewPeriod?
  var scope: NamedScope?

  static let shape = JSONShape.object([
    .required("cycleId", .identifierPart(max: CycleID.joinableMax)),
    .required("year", .integer(2000...2100)),
    .required("kind", .choice(of: CycleKind.self)), .required("ruleSetId", .identifier),
    .required("planNumber", .text(max: 100)),
    .required(
      "milestones",
      .array(
        of: .object([
          .required("task", .choice(of: Milestone.Task.self)), .required("level", .identifier),
          .required("pilot", .boolean), .required("dueBefore", .instant),
          .required("wording", .text(max: 200)), .optional("sector", .identifier),
        ]), max: 100)),
    .required("pilotUnitIds", .array(of: .identifier, max: 2_000)),
    .optional("sectorRules", .array(of: NamedSectorRules.shape, max: 20)),
    .optional(
      "period", .object([.required("from", .date), .required("through", .date)]),
      "Thời gian kiểm điểm, mặc định cả năm"),
    .optional("scope", NamedScope.shape, "Đối tượng kiểm điểm, mặc định theo bộ quy định"),
  ])

  var opened: CycleOpened {
    let named = (sectorRules ?? []).map {
      SectorRules(sector: $0.sector, ruleSetID: $0.ruleSetId)
    }
    return CycleOpened(
      cycleID: cycleId, year: year, kind: kind, ruleSetID: ruleSetId, planNumber: planNumber,
      milestones: milestones, pilotUnitIDs: pilotUnitIds,
      // None is none, whether a client writes an empty list or nothing.
      sectorRules: named.isEmpty ? nil : named, period: period, scope: scope?.scope)
  }

  /// The rule sets that the plan names for sectors.
  func ownRules(in book: RuleBook) throws(Problem) -> [ListCode: RuleSet] {
    var found: [ListCode: RuleSet] = [:]
    for (place, named) in (sectorRules ?? []).enumerated() {
      guard let rules = book[named.ruleSetId] else {
        throw Problem(.unknownRuleSet, field: "sectorRules[\(place)].ruleSetId")
      }
      found[named.sector] = rules
    }
    return found
  }
}

extension HTTPRoute {
  /// Opens a cycle under a plan; the rules are pinned to it.
  static func openCycle(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/cycles", summary: "Mở kỳ kiểm điểm", body: .json(OpenCycle.shape)
    ) { request in
      let input = try request.decode(OpenCycle.self)
      let rules = try Guards.rules(input.ruleSetId, in: context.rules)
      let sectorRules = try input.ownRules(in: context.rules)
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let pilots = try UnitTable.known(input.pilotUnitIds, transaction)
        if let place = input.pilotUnitIds.firstIndex(where: { !pilots.contains($0) }) {
          throw Problem(.unknownPilotUnit, field: "pilotUnitIds[\(place)]")
        }
        let scopeUnits = input.scope?.unitIds ?? []
        let known = try UnitTable.known(scopeUnits, transaction)
        if let place = scopeUnits.firstIndex(where: { !known.contains($0) }) {
          throw Problem(.unknownScopeUnit, field: "scope.unitIds[\(place)]")
        }
        let loaded = try CycleTable.load(input.cycleId, transaction)
        let events = try loaded.cycle.open(
          input.opened, rules: rules, sectorRules: sectorRules)
        // What is open already stays open, whatever became of the file since.
        if !events.isEmpty {
          try ApprovalTable.require(rules, transaction)
          for own in sectorRules.values { try ApprovalTable.require(own, transaction) }
        }
        let sequence = try CycleTable.record(
          events, on: loaded, of: input.cycleId, origin: request.origin, transaction)
        return CommandAnswer(
          .created, stream: .cycle(input.cycleId), sequence: sequence,
          location: "/v1/cycles/\(input.cycleId)")
      }
    }
  }
}
