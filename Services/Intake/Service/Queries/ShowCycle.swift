import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// A cycle as it is shown; members are named as on the wire.
private struct CycleView: Encodable, Sendable {
  var cycleId: CycleID
  var state: String
  var year: Int
  var kind: CycleKind
  var ruleSetId: RuleSetID
  var planNumber: String
  var milestones: [Milestone]
  var pilotUnitIds: [UnitID]
  var requestedReports: Int
}

extension HTTPRoute {
  /// Shows a cycle.
  static func showCycle(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/cycles/{cycle}", summary: "Xem một kỳ kiểm điểm") { request in
      let id = try request.path("cycle", as: CycleID.init)
      let loaded = try await context.store.commit { transaction in
        try CycleTable.load(id, transaction)
      }
      guard let plan = loaded.cycle.plan else { throw Problem(.unknownCycle, field: "cycle") }
      return QueryAnswer(
        CycleView(
          cycleId: id, state: loaded.cycle.phase.rawValue, year: plan.year, kind: plan.kind,
          ruleSetId: plan.ruleSetID, planNumber: plan.planNumber, milestones: plan.milestones,
          pilotUnitIds: plan.pilotUnitIDs, requestedReports: loaded.cycle.requestedReports),
        sequence: loaded.sequence)
    }
  }
}
