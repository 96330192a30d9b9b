import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// What a launch led to; members are named as on the wire.
private struct LaunchAnswer: Encodable, Sendable {
  var cycleId: CycleID
  var requestedReports: Int
}

extension HTTPRoute {
  /// Requests the report of everybody who owes one; launching again changes nothing.
  static func launchCycle(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/launch", summary: "Phát động kỳ kiểm điểm: yêu cầu nộp báo cáo"
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let ifMatch = try request.requireIfMatch()
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        try Guards.holdTree(transaction)
        let loaded = try CycleTable.lock(id, transaction)
        guard let plan = loaded.cycle.plan else { throw CycleRejection.notOpened }
        let there = try ReviewedSubjects(on: request.today, transaction)
        let (events, requests) = try loaded.cycle.launch(
          units: there.units, persons: there.persons,
          rules: try Guards.rules(plan.ruleSetID, in: context.rules),
          sectorRules: try Guards.sectorRules(of: plan, in: context.rules))
        if !events.isEmpty { try Guards.requireVersion(ifMatch, loaded.sequence) }
        try ReportTable.requestAll(requests, origin: request.origin, transaction)
        let sequence = try CycleTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(
          .ok, stream: .cycle(id), sequence: sequence,
          body: LaunchAnswer(
            cycleId: id,
            requestedReports: events.isEmpty ? loaded.cycle.requestedReports : requests.count))
      }
    }
  }
}
