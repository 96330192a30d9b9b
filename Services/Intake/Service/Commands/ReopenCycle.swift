import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// On what basis a cycle goes on; members are named as on the wire.
private struct CycleReopening: Decodable, Sendable {
  var legalBasis: String

  static let shape = JSONShape.object([
    .required("legalBasis", .text(max: GroundInput.legalBasisMax))
  ])
}

extension HTTPRoute {
  /// Lets a closed cycle take reports again.
  static func reopenCycle(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/reopen", summary: "Mở lại kỳ kiểm điểm đã đóng",
      body: .json(CycleReopening.shape)
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(CycleReopening.self)
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        // The tree before the cycle, as everywhere.
        try Guards.holdTree(transaction)
        let loaded = try CycleTable.lock(id, transaction)
        let events = try loaded.cycle.reopen(legalBasis: input.legalBasis)
        try Guards.requireVersion(ifMatch, loaded.sequence)
        // While it was closed its reports followed nobody.
        try OrganisationDayTable.lookAgainAtEverything(transaction)
        let sequence = try CycleTable.record(
          events, on: loaded, of: id, origin: request.origin, transaction)
        return CommandAnswer(.ok, stream: .cycle(id), sequence: sequence)
      }
    }
  }
}
