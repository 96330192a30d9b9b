import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// Where an organisation comes from and what became of it; members are named as on the wire.
private struct LineageView: Encodable, Sendable {
  var unitId: UnitID
  var asOf: LocalDate
  /// From whom it took over directly, and everybody before them, the nearest first.
  var predecessorIds: [UnitID]
  var ancestorIds: [UnitID]
  /// Who took over from it directly, and everybody after them, the nearest first.
  var successorIds: [UnitID]
  var descendantIds: [UnitID]
  /// Who answers for its past: itself while it exists.
  var heirId: UnitID?
  /// For whose past it answers, itself first.
  var answersForIds: [UnitID]

  init(_ unit: UnitID, in history: OrganisationHistory, at point: Viewpoint) {
    unitId = unit
    asOf = point.asOf
    predecessorIds = history.predecessors(of: unit, at: point)
    ancestorIds = history.ancestry(of: unit, at: point)
    successorIds = history.successors(of: unit, at: point)
    descendantIds = history.descent(of: unit, at: point)
    heirId = history.heir(of: unit, at: point)
    answersForIds = history.answersFor(unit, at: point)
  }
}

/// The organisations below one; members are named as on the wire.
private struct ChildrenView: Encodable, Sendable {
  /// One organisation below.
  struct Child: Encodable, Sendable {
    var unitId: UnitID
    var name: String
    var level: LevelCode
    var managingUnitId: UnitID?
    var reviewed: Bool
  }

  var unitId: UnitID
  var asOf: LocalDate
  var children: [Child]
}

extension HTTPRoute {
  /// Shows where an organisation comes from, what became of it and who answers for its past.
  static func showLineage(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/units/{unit}/lineage", summary: "Xem nguồn gốc và kế thừa của một tổ chức",
      parameters: [QueryViewpoint.asOf, QueryViewpoint.knownAt]
    ) { request in
      let id = try request.path("unit", as: UnitID.init)
      let point = try QueryViewpoint.of(request, context.calendar)
      let loaded = try await context.store.commit { transaction in
        try OrganisationStreams.loadTree(transaction)
      }
      guard loaded.history.standing(of: id, at: point) != nil else {
        throw Problem(.unknownUnit, field: "unit")
      }
      return QueryAnswer(
        LineageView(id, in: loaded.history, at: point), sequence: loaded.sequences[.unit(id)])
    }
  }

  /// Lists the organisations directly below one on a day, in order of their ids.
  static func showChildren(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/units/{unit}/children", summary: "Danh sách tổ chức trực thuộc",
      parameters: [QueryViewpoint.asOf]
    ) { request in
      let id = try request.path("unit", as: UnitID.init)
      let day = try QueryViewpoint.day(of: request, context.calendar)
      let units = try await context.store.commit { transaction in
        try UnitTable.all(on: day, transaction)
      }
      guard units.contains(where: { $0.state.unitID == id }) else {
        throw Problem(.unknownUnit, field: "unit")
      }
      let children = units.filter { $0.isThere && $0.state.parentID == id }.map(\.state)
      return QueryAnswer(
        ChildrenView(
          unitId: id, asOf: day,
          children: children.map {
            ChildrenView.Child(
              unitId: $0.unitID, name: $0.name, level: $0.level,
              managingUnitId: $0.managingUnitID, reviewed: $0.reviewed)
          }))
    }
  }
}
