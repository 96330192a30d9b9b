import EventStream
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// A member as he or she is shown; members are named as on the wire.
private struct PersonView: Encodable, Sendable {
  var personId: PersonID
  var fullName: String
  var memberOf: UnitID
  var managingUnitId: UnitID
  var managingLevel: LevelCode
  var role: MemberRole
  var peerGroup: PeerGroupCode
  var channel: FilingChannel
}

extension HTTPRoute {
  /// Shows a member.
  static func showPerson(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/persons/{person}", summary: "Xem một đảng viên") { request in
      let id = try request.path("person", as: PersonID.init)
      let found = try await context.store.commit { transaction in
        try PersonTable.find([id], transaction).first
      }
      guard let found else { throw Problem(.unknownPerson, field: "person") }
      return QueryAnswer(
        PersonView(
          personId: found.fact.personID, fullName: found.fact.fullName,
          memberOf: found.fact.memberOfID, managingUnitId: found.fact.managingUnitID,
          managingLevel: found.fact.managingLevel, role: found.fact.role,
          peerGroup: found.fact.peerGroup, channel: found.fact.channel), sequence: found.sequence)
    }
  }
}
