import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// How a cycle is to be closed; members are named as on the wire.
private struct ClosingInput: Decodable, Sendable {
  var force: Bool?
  var reason: String?
  var legalBasis: String?

  static let shape = JSONShape.object([
    .optional("force", .boolean, "Đóng dù còn việc chưa xong"),
    .optional("reason", .text(max: GroundInput.reasonMax)),
    .optional("legalBasis", .text(max: GroundInput.legalBasisMax)),
  ])

  var ground: Ground? {
    guard reason != nil || legalBasis != nil else { return nil }
    return GroundInput(reason: reason ?? "", legalBasis: legalBasis ?? "").ground
  }
}

extension HTTPRoute {
  /// Closes a cycle: no report is taken any more.
  ///
  /// Whoever hands in a report holds the cycle until that is kept, so what is open is counted with
  /// nobody on the way.
  static func closeCycle(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/close", summary: "Đóng kỳ kiểm điểm",
      body: .json(ClosingInput.shape)
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(ClosingInput.self)
      let ground = input.ground
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let loaded = try CycleTable.lock(id, transaction)
        let events = try loaded.cycle.close(
          obstacles: try ObstacleTable.obstacles(of: id, at: request.arrivedAt, transaction),
          isForced: input.force ?? false, ground: ground)
        if !events.isEmpty { try Guards.requireVersion(ifMatch, loaded.sequence) }
        if let ground, !events.isEmpty { try ground.save(transaction) }
        let sequence = try CycleTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(.ok, stream: .cycle(id), sequence: sequence)
      }
    }
  }
}
