import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// What asking joiners led to; members are named as on the wire.
private struct JoinersAnswer: Encodable, Sendable {
  var cycleId: CycleID
  var requestedReports: Int
}

extension HTTPRoute {
  /// Requests the reports of those who owe one today and have none: who joined after the launch.
  static func requestJoiners(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/joiners",
      summary: "Yêu cầu báo cáo của đối tượng mới có sau khi phát động"
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        try Guards.holdTree(transaction)
        let loaded = try CycleTable.lock(id, transaction)
        guard let plan = loaded.cycle.plan else { throw CycleRejection.notOpened }
        let there = try ReviewedSubjects(on: request.today, transaction)
        let requests = try loaded.cycle.requestJoiners(
          units: there.units, persons: there.persons,
          requested: try ReportTable.requested(in: id, transaction),
          rules: try Guards.rules(plan.ruleSetID, in: context.rules),
          sectorRules: try Guards.sectorRules(of: plan, in: context.rules))
        try ReportTable.requestAll(requests, origin: request.origin, transaction)
        return CommandAnswer(
          .ok, body: JoinersAnswer(cycleId: id, requestedReports: requests.count))
      }
    }
  }
}
