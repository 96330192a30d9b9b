import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// A cycle as it is shown; members are named as on the wire.
private struct CycleView: Encodable, Sendable {
  /// How the cycle was closed, as long as it is.
  struct Closing: Encodable, Sendable {
    var forced: Bool
    var legalBasis: String?
    var reason: String?
  }

  var cycleId: CycleID
  var state: String
  var year: Int
  var kind: CycleKind
  var ruleSetId: RuleSetID
  var planNumber: String
  var milestones: [Milestone]
  var pilotUnitIds: [UnitID]
  var sectorRules: [NamedSectorRules]?
  var period: ReviewPeriod?
  var scope: NamedScope?
  var requestedReports: Int
  var closing: Closing?
  var reopenings: Int
}

extension HTTPRoute {
  /// Shows a cycle.
  static func showCycle(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/cycles/{cycle}", summary: "Xem một kỳ kiểm điểm") { request in
      let id = try request.path("cycle", as: CycleID.init)
      let (loaded, reason) = try await context.store.commit {
        transaction -> (LoadedCycle, String?) in
        let loaded = try CycleTable.load(id, transaction)
        guard let hash = loaded.cycle.closing?.reasonHash else { return (loaded, nil) }
        return (loaded, try DocumentTable.content(hash, transaction))
      }
      guard let plan = loaded.cycle.plan else { throw Problem(.unknownCycle, field: "cycle") }
      return QueryAnswer(
        CycleView(
          cycleId: id, state: loaded.cycle.phase.rawValue, year: plan.year, kind: plan.kind,
          ruleSetId: plan.ruleSetID, planNumber: plan.planNumber, milestones: plan.milestones,
          pilotUnitIds: plan.pilotUnitIDs,
          sectorRules: plan.sectorRules?.map { NamedSectorRules($0) }, period: plan.period,
          scope: plan.scope.map { NamedScope($0) },
          requestedReports: loaded.cycle.requestedReports,
          closing: loaded.cycle.closing.map {
            CycleView.Closing(
              forced: $0.forced ?? false, legalBasis: $0.legalBasis, reason: reason)
          }, reopenings: loaded.cycle.reopenings),
        sequence: loaded.sequence)
    }
  }
}
