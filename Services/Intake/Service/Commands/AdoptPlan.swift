import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// A plan that was adopted; members are named as on the wire.
private struct PlanInput: Decodable, Sendable {
  var unitId: UnitID?
  var documentId: DocumentID
  var adoptedOn: LocalDate

  static let shape = JSONShape.object([
    .optional("unitId", .identifier, "Mặc định là tổ chức đang thực hiện"),
    .required("documentId", .identifier), .required("adoptedOn", .date),
  ])

  /// The organisation that is named, or the one that acts.
  func unit(actor: ActorContext) throws(PlanRejection) -> UnitID {
    if let unitId { return unitId }
    guard case .unit(let unit) = actor.onBehalfOf else { throw .notYourPlan }
    return unit
  }
}

extension HTTPRoute {
  /// Says that an organisation adopted its own plan for a cycle, or another one than before.
  ///
  /// The first plan is new; whoever replaces one says which version was seen.
  static func adoptPlan(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/plans", summary: "Ghi nhận kế hoạch của cấp dưới",
      body: .json(PlanInput.shape)
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let input = try request.decode(PlanInput.self)
      let unitID = try input.unit(actor: request.actor)
      return { transaction in
        // The cycle is not closed while a plan comes in.
        let phase = try transaction.ask(CycleTable.holdPhase(of: id))
        guard phase != .unopened else { throw PlanRejection.cycleNotOpened }
        guard let unit = try UnitTable.find(unitID, on: request.today, transaction), unit.isThere
        else { throw PlanRejection.unknownUnit }
        let planID = PlanID(cycle: id, unit: unitID)
        let former = try PlanTable.load(planID, transaction)
        let facts = try OwnPlan(former.map(\.fact)).adopt(
          AdoptPlan(
            actor: request.actor, unit: unit.state.registered,
            line: try UnitTable.line(from: unitID, on: request.today, transaction),
            cycle: try CycleTable.load(id, transaction).cycle, documentID: input.documentId,
            isDocumentKnown: try RegistryTable.find(input.documentId, transaction) != nil,
            adoptedOn: input.adoptedOn, today: request.today))
        let version = former.last?.sequence ?? 0
        if !facts.isEmpty, version > 0 {
          try Guards.requireVersion(try request.requireIfMatch(), version)
        }
        let sequence = try PlanTable.record(
          facts, of: planID, behind: version, origin: request.origin, transaction)
        return CommandAnswer(
          facts.isEmpty ? .ok : .created, stream: .plan(planID), sequence: sequence,
          location: "/v1/cycles/\(id)/plans")
      }
    }
  }
}
