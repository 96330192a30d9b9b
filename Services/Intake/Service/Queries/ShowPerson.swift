import EventStream
import IntakeDomain
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
  var posts: [Held]
  var asOf: LocalDate
  var leftOn: LocalDate?

  /// A post that is held.
  struct Held: Encodable, Sendable {
    var unitId: UnitID
    var role: MemberRole
  }

  init(_ state: PersonState, _ leftOn: LocalDate?, on day: LocalDate) {
    personId = state.personID
    fullName = state.fullName
    memberOf = state.memberOfID
    managingUnitId = state.managingUnitID
    managingLevel = state.managingLevel
    role = state.role
    peerGroup = state.peerGroup
    channel = state.channel
    posts = state.posts.map { Held(unitId: $0.unitID, role: $0.role) }
    asOf = day
    self.leftOn = leftOn
  }
}

extension HTTPRoute {
  /// Shows a member as he or she stands on a day; one who has left by then, as on the last day.
  static func showPerson(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/persons/{person}", summary: "Xem một đảng viên",
      parameters: [QueryViewpoint.asOf, QueryViewpoint.knownAt]
    ) { request in
      let id = try request.path("person", as: PersonID.init)
      let point = try QueryViewpoint.of(request, context.calendar)
      let found = try await context.store.commit { transaction -> (PersonView, Int64?)? in
        let loaded = try OrganisationStreams.load([.person(id)], transaction)
        guard let found = loaded.history.standing(of: id, at: point) else { return nil }
        // Which of the posts are there depends on their organisations.
        let units = try OrganisationStreams.load(
          found.state.posts.map { SubjectID.unit($0.unitID) }, transaction
        ).history
        let state = found.state.holding { units.exists($0, at: point) }
        return (
          PersonView(state, found.leftOn, on: point.asOf), loaded.sequences[.person(id)]
        )
      }
      guard let (view, sequence) = found else { throw Problem(.unknownPerson, field: "person") }
      return QueryAnswer(view, sequence: sequence)
    }
  }
}
