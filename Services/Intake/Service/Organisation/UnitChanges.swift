import EventStream
import IntakeDomain
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// An organisation to found.
private struct FoundUnitInput: DecidedChange {
  var unit: NewUnitInput
  var effectiveOn: LocalDate
  var legalBasis: String

  private enum Key: String, CodingKey { case effectiveOn, legalBasis }

  /// Reads the organisation and the decision from one object.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    unit = try NewUnitInput(from: decoder)
    effectiveOn = try container.decode(LocalDate.self, forKey: .effectiveOn)
    legalBasis = try container.decode(String.self, forKey: .legalBasis)
  }

  static let shape = JSONShape.object(OrganisationFields.newUnit + OrganisationFields.decision)
}

/// Another name.
private struct RenameUnitInput: DecidedChange {
  var name: String
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [.required("name", .text(max: 300))] + OrganisationFields.decision)
}

/// Another place in the tree.
private struct MoveUnitInput: DecidedChange {
  var parentId: UnitID?
  var managingUnitId: UnitID?
  var peerGroup: PeerGroupCode?
  var handovers: [HandoverInput]
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [
      .optional("parentId", .identifier), .optional("managingUnitId", .identifier),
      .optional("peerGroup", .identifier), OrganisationFields.handovers,
    ] + OrganisationFields.decision)

  func places(of unit: UnitID) -> [SubjectID: String] {
    var named: [SubjectID: String] = [:]
    if let managingUnitId { named[.unit(managingUnitId)] = "managingUnitId" }
    if let parentId { named[.unit(parentId)] = "parentId" }
    named[.unit(unit)] = "unit"
    return handovers.places.amended(by: named)
  }
}

extension RuleBook {
  /// The levels of all rule sets, with the days on which there are organisations of them.
  var levelTerms: [LevelTerm] {
    ids.compactMap { self[$0] }.flatMap(\.levels).map {
      LevelTerm($0.code, from: $0.from, before: $0.before)
    }
  }
}

extension HTTPRoute {
  /// Founds an organisation that takes over from nobody.
  static func foundUnit(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/units", summary: "Thành lập tổ chức", body: .json(FoundUnitInput.shape)
    ) { request in
      let input = try request.decode(FoundUnitInput.self)
      let decision = try input.decision()
      let command = FoundUnit(input.unit.unit, decision: decision)
      let levels = context.rules.levelTerms
      let change = OrganisationChange(
        subject: .unit(input.unit.unitId), location: "/v1/units/\(input.unit.unitId)",
        decision: decision, places: input.unit.places()
      ) { history in try history.found(command, levels: levels) }
      return { transaction in
        try change.carryOut(request, rules: context.rules, transaction)
      }
    }
  }

  /// Gives an organisation another name.
  static func renameUnit(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/units/{unit}/rename", summary: "Đổi tên tổ chức",
      body: .json(RenameUnitInput.shape)
    ) { request in
      let id = try request.path("unit", as: UnitID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(RenameUnitInput.self)
      let decision = try input.decision()
      let command = RenameUnit(id, name: input.name, decision: decision)
      let change = OrganisationChange(
        subject: .unit(id), decision: decision, places: [.unit(id): "unit"]
      ) { history in try history.rename(command) }
      return { transaction in
        try change.carryOut(request, ifMatch: ifMatch, rules: context.rules, transaction)
      }
    }
  }

  /// Puts an organisation below, or under the management of, another one.
  static func moveUnit(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/units/{unit}/move", summary: "Chuyển tổ chức sang cấp trên hoặc cấp quản lý khác",
      body: .json(MoveUnitInput.shape), bodyMax: OrganisationFields.bodyMax
    ) { request in
      let id = try request.path("unit", as: UnitID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(MoveUnitInput.self)
      let decision = try input.decision()
      let command = MoveUnit(
        id, parentID: input.parentId, managingUnitID: input.managingUnitId,
        peerGroup: input.peerGroup, handovers: input.handovers.handovers, decision: decision)
      let change = OrganisationChange(
        subject: .unit(id), decision: decision, persons: input.handovers.persons,
        places: input.places(of: id)
      ) { history in try history.move(command) }
      return { transaction in
        try change.carryOut(request, ifMatch: ifMatch, rules: context.rules, transaction)
      }
    }
  }
}
