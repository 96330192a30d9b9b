import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// What still stands between a cycle and its end; members are named as on the wire.
private struct ClosingSheet: Encodable, Sendable {
  /// One kind of it.
  struct Obstacle: Encodable, Sendable {
    var kind: String
    var reason: String
    var count: Int
    var overdue: Int
    var reportIds: [ReportID]

    init(_ obstacle: ClosingObstacle) {
      kind = obstacle.kind.rawValue
      reason = obstacle.kind.reason
      count = obstacle.count
      overdue = obstacle.overdue
      reportIds = obstacle.reports
    }
  }

  var cycleId: CycleID
  var state: String
  var serverTime: Instant
  var isReady: Bool
  var obstacles: [Obstacle]
}

extension HTTPRoute {
  /// Shows what a cycle would be refused for if somebody closed it now.
  static func showClosingCheck(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/closing-check", summary: "Kiểm tra trước khi đóng kỳ kiểm điểm"
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let now = context.calendar.now
      let (loaded, obstacles) = try await context.store.commit {
        transaction -> (LoadedCycle, [ClosingObstacle]) in
        try CycleTable.requireKnown(id, transaction)
        return (
          try CycleTable.load(id, transaction),
          try ObstacleTable.obstacles(of: id, at: now, transaction)
        )
      }
      return QueryAnswer(
        ClosingSheet(
          cycleId: id, state: loaded.cycle.phase.rawValue, serverTime: now,
          isReady: obstacles.isEmpty, obstacles: obstacles.map(ClosingSheet.Obstacle.init)),
        sequence: loaded.sequence)
    }
  }
}
