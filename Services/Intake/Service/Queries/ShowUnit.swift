import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// An organisation as it is shown; members are named as on the wire.
private struct UnitView: Encodable, Sendable {
  var unitId: UnitID
  var name: String
  var level: LevelCode
  var parentId: UnitID?
  var managingUnitId: UnitID?
  var managingLevel: LevelCode?
  var peerGroup: PeerGroupCode
  var reviewed: Bool
  var sector: ListCode?
  var asOf: LocalDate
  var ended: End?

  /// How an organisation ended; what stands beside it is how it stood then.
  struct End: Encodable, Sendable {
    var on: LocalDate
    var ending: UnitEnded.Ending
    var successorIds: [UnitID]
    var heirId: UnitID
    var legalBasis: String
  }

  init(_ state: UnitState, _ end: UnitEnded?, on day: LocalDate) {
    unitId = state.unitID
    name = state.name
    level = state.level
    parentId = state.parentID
    managingUnitId = state.managingUnitID
    managingLevel = state.managingLevel
    peerGroup = state.peerGroup
    reviewed = state.reviewed
    sector = state.sector
    asOf = day
    ended = end.map {
      End(
        on: $0.effectiveOn, ending: $0.ending, successorIds: $0.successorIDs, heirId: $0.heirID,
        legalBasis: $0.legalBasis)
    }
  }
}

extension HTTPRoute {
  /// Shows an organisation as it stands on a day; one that has ended by then, as it stood last.
  static func showUnit(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/units/{unit}", summary: "Xem một tổ chức",
      parameters: [QueryViewpoint.asOf, QueryViewpoint.knownAt]
    ) { request in
      let id = try request.path("unit", as: UnitID.init)
      let point = try QueryViewpoint.of(request, context.calendar)
      let loaded = try await context.store.commit { transaction in
        try OrganisationStreams.load([.unit(id)], transaction)
      }
      guard let found = loaded.history.standing(of: id, at: point) else {
        throw Problem(.unknownUnit, field: "unit")
      }
      return QueryAnswer(
        UnitView(found.state, found.end, on: point.asOf), sequence: loaded.sequences[.unit(id)])
    }
  }
}
