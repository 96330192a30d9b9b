import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

extension HTTPRoute {
  /// Takes over the organisation tree from a table: everything or nothing of it.
  static func importUnits(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/units/import", summary: "Nhập danh sách tổ chức từ tệp CSV hoặc XLSX",
      parameters: [ImportAnswer.dryRun], body: .table(UnitImport.table), answer: ImportAnswer.shape
    ) { request in
      let sheet = request.csv()
      let rows = try sheet.rows.map { row in try UnitImport.Row(row) }
      let levels = Set(
        context.rules.ids.flatMap { context.rules[$0]?.levels.map(\.code) ?? [] })
      let isDryRun = request.query.flag("dryRun")
      return { transaction in
        try Guards.holdTree(transaction)
        try Guards.requireProvince(
          request.actor, rules: context.rules, founding: true, transaction)
        let known = try UnitTable.all(transaction)
        let sequences = Dictionary(
          uniqueKeysWithValues: known.map { ($0.fact.unitID, $0.sequence) })
        let plan = try sheet.planned { () throws(ImportRefusal<UnitImport.Column>) in
          try UnitImport.plan(
            rows,
            existing: Dictionary(uniqueKeysWithValues: known.map { ($0.fact.unitID, $0.fact) }),
            levels: levels)
        }
        if !isDryRun {
          try ImportBatches.record(
            plan, stream: { .unit($0.unitID) }, sequence: { sequences[$0.unitID] ?? 0 },
            origin: request.origin, transaction
          ) { batch, transaction in try UnitRows.write(batch, transaction) }
        }
        return CommandAnswer(.ok, body: ImportAnswer(plan, dryRun: isDryRun))
      }
    }
  }
}

extension UnitImport {
  /// The table's columns.
  static let table = CSVTable(columns: [
    .required(Column.unitID.rawValue, .identifier),
    .required(Column.name.rawValue, .text(max: 300)),
    .required(Column.level.rawValue, .identifier),
    .optional(Column.parentID.rawValue, .identifier),
    .optional(Column.managingUnitID.rawValue, .identifier),
    .required(Column.peerGroup.rawValue, .identifier),
    .required(Column.reviewed.rawValue, .boolean),
  ])
}

extension UnitImport.Row {
  /// Reads a line whose columns were checked.
  init(_ row: CSVRow) throws {
    typealias Column = UnitImport.Column
    self.init(
      line: row.line, unitID: try row.require(Column.unitID.rawValue, as: UnitID.init),
      name: row[Column.name.rawValue],
      level: try row.require(Column.level.rawValue, as: LevelCode.init),
      parentID: try row.value(Column.parentID.rawValue, as: UnitID.init),
      managingUnitID: try row.value(Column.managingUnitID.rawValue, as: UnitID.init),
      peerGroup: try row.require(Column.peerGroup.rawValue, as: PeerGroupCode.init),
      reviewed: row.flag(Column.reviewed.rawValue))
  }
}
