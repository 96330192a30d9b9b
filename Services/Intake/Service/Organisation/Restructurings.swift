import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// Organisations to merge.
private struct MergeUnitsInput: DecidedChange {
  var unitIds: [UnitID]
  var founded: NewUnitInput?
  var successorId: UnitID?
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [
      .required("unitIds", .array(of: .identifier, min: 1, max: 1_000)),
      .optional("founded", .object(OrganisationFields.newUnit), "Tổ chức mới tiếp nhận"),
      .optional("successorId", .identifier, "Tổ chức đang có tiếp nhận"),
    ] + OrganisationFields.decision)

  /// Who takes over.
  /// - Throws: 422 unless exactly one is named.
  func successor() throws(Problem) -> Successor {
    switch (founded, successorId) {
    case (let founded?, nil): return .founded(founded.unit)
    case (nil, let id?): return .existing(id)
    case (nil, nil): throw Problem(.organisationOneSuccessor, field: "founded")
    case (_?, _?): throw Problem(.organisationOneSuccessor, field: "successorId")
    }
  }

  var places: [SubjectID: String] {
    var places: [SubjectID: String] = [:]
    if let successorId { places[.unit(successorId)] = "successorId" }
    for (index, id) in unitIds.enumerated().reversed() { places[.unit(id)] = "unitIds[\(index)]" }
    return places.amended(by: founded?.places(in: "founded.") ?? [:])
  }
}

/// What an organisation is split into.
private struct SplitUnitInput: DecidedChange {
  var founded: [NewUnitInput]
  var existing: [UnitID]
  var handovers: [HandoverInput]
  var heirId: UnitID
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [
      .required("founded", .array(of: .object(OrganisationFields.newUnit), max: 100)),
      .required("existing", .array(of: .identifier, max: 100)), OrganisationFields.handovers,
      .required("heirId", .identifier, "Tổ chức kế thừa nghĩa vụ và lịch sử"),
    ] + OrganisationFields.decision)

  func places(of unit: UnitID) -> [SubjectID: String] {
    var places = handovers.places
    places[.unit(heirId)] = "heirId"
    for (index, id) in existing.enumerated().reversed() {
      places[.unit(id)] = "existing[\(index)]"
    }
    for (index, new) in founded.enumerated().reversed() {
      places = places.amended(by: new.places(in: "founded[\(index)]."))
    }
    places[.unit(unit)] = "unit"
    return places
  }
}

/// Who takes over from an organisation that ends.
private struct DissolveUnitInput: DecidedChange {
  var receiverId: UnitID
  var effectiveOn: LocalDate
  var legalBasis: String

  static let shape = JSONShape.object(
    [.required("receiverId", .identifier)] + OrganisationFields.decision)
}

extension HTTPRoute {
  /// Ends organisations together; one takes over everything from them.
  static func mergeUnits(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/units/merge", summary: "Sáp nhập, hợp nhất tổ chức",
      body: .json(MergeUnitsInput.shape)
    ) { request in
      let input = try request.decode(MergeUnitsInput.self)
      let decision = try input.decision()
      let successor = try input.successor()
      let command = MergeUnits(input.unitIds, into: successor, decision: decision)
      let levels = context.rules.levelTerms
      let change = OrganisationChange(
        subject: .unit(successor.unitID),
        location: input.founded.map { "/v1/units/\($0.unitId)" }, decision: decision,
        units: input.unitIds, places: input.places, fields: ("founded.name", "founded.level")
      ) { history in try history.merge(command, levels: levels) }
      return { transaction in
        try change.carryOut(request, rules: context.rules, transaction)
      }
    }
  }

  /// Ends an organisation; several take over.
  static func splitUnit(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/units/{unit}/split", summary: "Chia tách tổ chức",
      body: .json(SplitUnitInput.shape), bodyMax: OrganisationFields.bodyMax
    ) { request in
      let id = try request.path("unit", as: UnitID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(SplitUnitInput.self)
      let decision = try input.decision()
      let command = SplitUnit(
        id,
        into: input.founded.map { .founded($0.unit) } + input.existing.map { .existing($0) },
        handovers: input.handovers.handovers, heirID: input.heirId, decision: decision)
      let levels = context.rules.levelTerms
      let change = OrganisationChange(
        subject: .unit(id), decision: decision, persons: input.handovers.persons, units: [id],
        places: input.places(of: id), fields: ("founded", "founded")
      ) { history in try history.split(command, levels: levels) }
      return { transaction in
        try change.carryOut(request, ifMatch: ifMatch, rules: context.rules, transaction)
      }
    }
  }

  /// Ends an organisation without a successor of its own.
  static func dissolveUnit(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/units/{unit}/dissolve", summary: "Giải thể tổ chức",
      body: .json(DissolveUnitInput.shape)
    ) { request in
      let id = try request.path("unit", as: UnitID.init)
      let ifMatch = try request.requireIfMatch()
      let input = try request.decode(DissolveUnitInput.self)
      let decision = try input.decision()
      let command = DissolveUnit(id, receiverID: input.receiverId, decision: decision)
      let change = OrganisationChange(
        subject: .unit(id), decision: decision, units: [id],
        places: [SubjectID.unit(input.receiverId): "receiverId"].amended(by: [.unit(id): "unit"])
      ) { history in try history.dissolve(command) }
      return { transaction in
        try change.carryOut(request, ifMatch: ifMatch, rules: context.rules, transaction)
      }
    }
  }
}
