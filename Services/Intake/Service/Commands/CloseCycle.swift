import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Closes a cycle: no report is taken any more.
  static func closeCycle(_ context: ServiceContext) -> HTTPRoute {
    .command(.post, "/v1/cycles/{cycle}/close", summary: "Đóng kỳ kiểm điểm") { request in
      let id = try request.path("cycle", as: CycleID.init)
      let ifMatch = try request.requireIfMatch()
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let loaded = try CycleTable.lock(id, transaction)
        let events = try loaded.cycle.close()
        if !events.isEmpty { try Guards.requireVersion(ifMatch, loaded.sequence) }
        let sequence = try CycleTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(.ok, stream: .cycle(id), sequence: sequence)
      }
    }
  }
}
