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

  static let shape = JSONShape.object([
    .required("cycleId", .identifier), .required("year", .integer(2000...2100)),
    .required("kind", .choice(of: CycleKind.self)), .required("ruleSetId", .identifier),
    .required("planNumber", .text(max: 100)),
    .required(
      "milestones",
      .array(
        of: .object([
          .required("task", .choice(of: Milestone.Task.self)), .required("level", .identifier),
          .required("pilot", .boolean), .required("dueBefore", .instant),
          .required("wording", .text(max: 200)),
        ]), max: 100)),
    .required("pilotUnitIds", .array(of: .identifier, max: 2_000)),
  ])

  var opened: CycleOpened {
    CycleOpened(
      cycleID: cycleId, year: year, kind: kind, ruleSetID: ruleSetId, planNumber: planNumber,
      milestones: milestones, pilotUnitIDs: pilotUnitIds)
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
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let pilots = try UnitTable.known(input.pilotUnitIds, transaction)
        if let place = input.pilotUnitIds.firstIndex(where: { !pilots.contains($0) }) {
          throw Problem(.unknownPilotUnit, field: "pilotUnitIds[\(place)]")
        }
        let loaded = try CycleTable.load(input.cycleId, transaction)
        let events = try loaded.cycle.open(input.opened, rules: rules)
        // What is open already stays open, whatever became of the file since.
        if !events.isEmpty { try ApprovalTable.require(rules, transaction) }
        let sequence = try CycleTable.record(
          events, on: loaded, of: input.cycleId, origin: request.origin, transaction)
        return CommandAnswer(
          .created, stream: .cycle(input.cycleId), sequence: sequence,
          location: "/v1/cycles/\(input.cycleId)")
      }
    }
  }
}
