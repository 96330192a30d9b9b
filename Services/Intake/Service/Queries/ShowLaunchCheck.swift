import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// What is missing before a launch; members are named as on the wire.
private struct LaunchSheet: Encodable, Sendable {
  /// One kind of it; `first` names the first ones.
  struct Finding: Encodable, Sendable {
    var kind: String
    var blocks: Bool
    var reason: String
    var count: Int
    var first: [String]

    init(_ finding: LaunchFinding) {
      kind = finding.slug
      blocks = finding.rejection != nil
      reason = finding.reason
      count = finding.count
      first = finding.names(max: OwedReports.namedSubjectsMax)
    }
  }

  /// Who knows what intake must not know: addresses stand with notification alone (contract 6).
  struct Addresses: Encodable, Sendable {
    var service = "notification"
    var ask = "POST /v1/recipients/check"
    var reason = "Địa chỉ thư chỉ có trong danh bạ của dịch vụ thông báo"
  }

  var cycleId: CycleID
  var state: String
  var serverTime: Instant
  var owedReports: Int
  var blocks: Bool
  var findings: [Finding]
  var addresses = Addresses()
}

extension HTTPRoute {
  /// Shows everything that is missing before a cycle is launched.
  ///
  /// It looks at everybody, so it is for who launches.
  static func showLaunchCheck(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/launch-check", summary: "Kiểm tra trước khi phát động kỳ kiểm điểm"
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let actor = try request.requireActor()
      let now = context.calendar.now
      let today = LocalDate(now)
      let (loaded, check) = try await context.store.commit {
        transaction -> (LoadedCycle, LaunchCheck) in
        try Guards.requireProvince(actor, on: today, rules: context.rules, transaction)
        let loaded = try CycleTable.load(id, transaction)
        guard let plan = loaded.cycle.plan else { throw Problem(.unknownCycle, field: "cycle") }
        let there = try ReviewedSubjects(on: today, transaction)
        let check = try LaunchCheck(
          of: loaded.cycle, units: there.units, persons: there.persons,
          headed: try UnitTable.headed(on: today, transaction),
          rules: try Guards.rules(plan.ruleSetID, in: context.rules),
          sectorRules: try Guards.sectorRules(of: plan, in: context.rules), now: now)
        return (loaded, check)
      }
      return QueryAnswer(
        LaunchSheet(
          cycleId: id, state: loaded.cycle.phase.rawValue, serverTime: now,
          owedReports: check.owedReports, blocks: check.blocks,
          findings: check.findings.map(LaunchSheet.Finding.init)), sequence: loaded.sequence)
    }
  }
}
