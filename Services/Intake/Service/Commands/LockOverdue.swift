import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// What locking led to; members are named as on the wire.
private struct LockAnswer: Encodable, Sendable {
  var cycleId: CycleID
  var locked: Int
}

extension HTTPRoute {
  /// How many reports one step locks.
  private static let locksMax = 1_000

  /// Locks every report that is overdue and never came; doing so again locks only new ones.
  ///
  /// Whoever hands in a report holds that report first and then shares the cycle. So the cycle is
  /// shared here too: taking it for itself, each would wait for the other.
  static func lockOverdue(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/lock-overdue", summary: "Khóa các báo cáo quá hạn chưa nộp"
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let ifMatch = try request.requireIfMatch()
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        _ = try transaction.ask(CycleTable.holdPhase(of: id))
        let loaded = try CycleTable.load(id, transaction)
        try loaded.cycle.requireTakingReports()
        let overdue = try ReportTable.overdue(in: id, at: request.arrivedAt, transaction)
        if !overdue.isEmpty { try Guards.requireVersion(ifMatch, loaded.sequence) }
        var locked = 0
        for start in stride(from: 0, to: overdue.count, by: locksMax) {
          let ids = Array(overdue[start..<min(start + locksMax, overdue.count)])
          let reports = try ReportTable.lock(ids, transaction)
          locked += try ReportTable.record(
            ids.compactMap { id in
              reports[id].map { (id, $0, $0.report.lock(at: request.arrivedAt)) }
            }, origin: request.origin, transaction)
        }
        return CommandAnswer(
          .ok, stream: .cycle(id), sequence: loaded.sequence,
          body: LockAnswer(cycleId: id, locked: locked))
      }
    }
  }
}
