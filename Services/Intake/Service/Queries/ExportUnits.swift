import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Answers every organisation that exists on a day as a file with the columns of the import.
  static func exportUnits(_ context: ServiceContext) -> HTTPRoute {
    .export(
      "/v1/units/export", summary: "Xuất danh sách tổ chức ra tệp CSV hoặc XLSX",
      parameters: [QueryViewpoint.asOf], table: UnitImport.table,
      name: (file: "units", sheet: "Tổ chức")
    ) { request in
      let day = try QueryViewpoint.day(of: request, context.calendar)
      let units = try await context.store.commit { transaction in
        try UnitTable.all(on: day, transaction)
      }
      return units.filter(\.isThere).map { unit in
        UnitImport.Column.allCases.map { column in unit.state.text(of: column) }
      }
    }
  }
}

extension UnitState {
  /// The text of a column, as an import reads it.
  fileprivate func text(of column: UnitImport.Column) -> String? {
    switch column {
    case .unitID: unitID.text
    case .name: name
    case .level: level.text
    case .parentID: parentID?.text
    case .managingUnitID: managingUnitID?.text
    case .peerGroup: peerGroup.text
    case .reviewed: reviewed ? "true" : "false"
    case .sector: sector?.text
    }
  }
}
