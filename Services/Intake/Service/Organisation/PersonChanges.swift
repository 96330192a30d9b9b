import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// A member to take in.
private struct JoinPersonInput: DecidedChange {
  var personId: PersonID
  var fullName: String
  var memberOf: UnitID
  var managingUnitId: UnitID
  var role: MemberRole
  var peerGroup: PeerGroupCode
  var channel: FilingChannel
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [
      .required("personId", .identifierPart(max: PersonID.joinableMax)),
      .required("fullName", .text(max: 200)),
      .required("memberOf", .identifier), .required("managingUnitId", .identifier),
      .required("role", .choice(of: MemberRole.self)), .required("peerGroup", .identifier),
      .required("channel", .choice(of: FilingChannel.self)),
    ] + OrganisationFields.decision)
}

/// Another place, manager, role or peer group.
private struct TransferPersonInput: DecidedChange {
  var memberOf: UnitID?
  var managingUnitId: UnitID?
  var role: MemberRole?
  var peerGroup: PeerGroupCode?
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [
      .optional("memberOf", .identifier), .optional("managingUnitId", .identifier),
      .optional("role", .choice(of: MemberRole.self)), .optional("peerGroup", .identifier),
    ] + OrganisationFields.decision)

  func places(of person: PersonID) -> [SubjectID: String] {
    var places: [SubjectID: String] = [.person(person): "person"]
    if let managingUnitId { places[.unit(managingUnitId)] = "managingUnitId" }
    if let memberOf { places[.unit(memberOf)] = "memberOf" }
    return places
  }
}

/// Nothing but the decision.
private struct LeavePersonInput: DecidedChange {
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(OrganisationFields.decision)
}

/// The posts that a member holds.
private struct AssignPostsInput: DecidedChange {
  /// A post; members are named as on the wire.
  struct Held: Decodable, Sendable {
    var unitId: UnitID
    var role: MemberRole
  }

  var posts: [Held]
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [
      .required(
        "posts",
        .array(
          of: .object([
            .required("unitId", .identifier), .required("role", .choice(of: MemberRole.self)),
          ]), max: 20), "Mọi chức vụ đang giữ, chức vụ cao nhất đứng đầu")
    ] + OrganisationFields.decision)

  func places(of person: PersonID) -> [SubjectID: String] {
    var places: [SubjectID: String] = [.person(person): "person"]
    for (index, post) in posts.enumerated() {
      places[.unit(post.unitId)] = "posts[\(index)].unitId"
    }
    return places
  }
}

extension HTTPRoute {
  /// Takes in a member.
  static func joinPerson(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/persons", summary: "Tiếp nhận đảng viên", body: .json(JoinPersonInput.shape)
    ) { request in
      let input = try request.decode(JoinPersonInput.self)
      let decision = try input.decision()
      let command = JoinPerson(
        input.personId, fullName: input.fullName, memberOfID: input.memberOf,
        managingUnitID: input.managingUnitId, role: input.role, peerGroup: input.peerGroup,
        channel: input.channel, decision: decision)
      let change = OrganisationChange(
        subject: .person(input.personId), location: "/v1/persons/\(input.personId)",
        decision: decision, right: .above([input.memberOf, input.managingUnitId]),
        persons: [input.personId],
        places: [SubjectID.unit(input.managingUnitId): "managingUnitId"].amended(by: [
          .unit(input.memberOf): "memberOf", .person(input.personId): "personId",
        ]), fields: ("fullName", "level")
      ) { history in try history.join(command) }
      return { transaction in
        try change.carryOut(request, rules: context.rules, transaction)
      }
    }
  }

  /// Gives a member another place, manager, role or peer group.
  static func transferPerson(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/persons/{person}/transfer", summary: "Chuyển sinh hoạt, chuyển cấp quản lý",
      body: .json(TransferPersonInput.shape)
    ) { request in
      let id = try request.path("person", as: PersonID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(TransferPersonInput.self)
      let decision = try input.decision()
      let command = TransferPerson(
        id, memberOfID: input.memberOf, managingUnitID: input.managingUnitId, role: input.role,
        peerGroup: input.peerGroup, decision: decision)
      let change = OrganisationChange(
        subject: .person(id), decision: decision, right: .holders(of: id), persons: [id],
        places: input.places(of: id)
      ) { history in try history.transfer(command) }
      return { transaction in
        try change.carryOut(request, ifMatch: ifMatch, rules: context.rules, transaction)
      }
    }
  }

  /// Lets a member go.
  static func leavePerson(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/persons/{person}/leave", summary: "Ghi nhận đảng viên rời khỏi tổ chức",
      body: .json(LeavePersonInput.shape)
    ) { request in
      let id = try request.path("person", as: PersonID.init)
      let ifMatch = try request.requireIfMatch()
      let decision = try request.decode(LeavePersonInput.self).decision()
      let command = LeavePerson(id, decision: decision)
      let change = OrganisationChange(
        subject: .person(id), decision: decision, right: .holders(of: id), persons: [id],
        places: [.person(id): "person"]
      ) { history in try history.leave(command) }
      return { transaction in
        try change.carryOut(request, ifMatch: ifMatch, rules: context.rules, transaction)
      }
    }
  }

  /// Says which posts a member holds.
  static func assignPosts(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/persons/{person}/posts", summary: "Ghi nhận chức vụ của đảng viên",
      body: .json(AssignPostsInput.shape)
    ) { request in
      let id = try request.path("person", as: PersonID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(AssignPostsInput.self)
      let decision = try input.decision()
      let command = AssignPosts(
        id, posts: input.posts.map { Post(unitID: $0.unitId, role: $0.role) }, decision: decision)
      let change = OrganisationChange(
        subject: .person(id), decision: decision, right: .holders(of: id), persons: [id],
        places: input.places(of: id)
      ) { history in try history.assign(command) }
      return { transaction in
        try change.carryOut(request, ifMatch: ifMatch, rules: context.rules, transaction)
      }
    }
  }
}
