import EventStream
import IntakeReadModels
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
}

extension HTTPRoute {
  /// Shows an organisation.
  static func showUnit(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/units/{unit}", summary: "Xem một tổ chức") { request in
      let id = try request.path("unit", as: UnitID.init)
      let found = try await context.store.commit { transaction in
        try UnitTable.find(id, transaction)
      }
      guard let found else { throw Problem(.unknownUnit, field: "unit") }
      return QueryAnswer(
        UnitView(
          unitId: found.fact.unitID, name: found.fact.name, level: found.fact.level,
          parentId: found.fact.parentID, managingUnitId: found.fact.managingUnitID,
          managingLevel: found.fact.managingLevel, peerGroup: found.fact.peerGroup,
          reviewed: found.fact.reviewed), sequence: found.sequence)
    }
  }
}
