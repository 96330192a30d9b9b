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
      let hasSector = sheet.has(UnitImport.Column.sector.rawValue)
      let rows = try sheet.rows.map { row in try UnitImport.Row(row, hasSector: hasSector) }
      let levels = Set(
        context.rules.ids.flatMap { context.rules[$0]?.levels.map(\.code) ?? [] })
      let sectors = Set(
        context.rules.ids.flatMap { context.rules[$0]?.sectors.map(\.code) ?? [] })
      let isDryRun = request.query.flag("dryRun")
      return { transaction in
        try Guards.holdTree(transaction)
        try Guards.requireProvince(
          request, rules: context.rules, founding: true, transaction)
        let known = try UnitTable.all(on: request.today, transaction)
        let there = known.filter(\.isThere).map(\.state)
        let plan = try sheet.planned { () throws(ImportRefusal<UnitImport.Column>) in
          try UnitImport.plan(
            rows,
            existing: Dictionary(
              uniqueKeysWithValues: there.map { ($0.unitID, $0.registered) }),
            levels: levels, sectors: sectors,
            gone: Set(known.filter { !$0.isThere }.map(\.state.unitID)))
        }
        let facts = (plan.registered + plan.amended).map { OrganisationEvent.unitRegistered($0) }
        let amended = Set(plan.amended.map { SubjectID.unit($0.unitID) })
        let lines = Dictionary(
          rows.map { (SubjectID.unit($0.unitID), $0.line) }, uniquingKeysWith: { first, _ in first }
        )
        try sheet.refuse(
          try ImportBatches.contradiction(of: facts, amended: amended, request, transaction),
          in: UnitImport.Column.unitID, line: { lines[$0] })
        if !isDryRun {
          try ImportBatches.record(facts, amended: amended, request, transaction)
        }
        return CommandAnswer(.ok, body: ImportAnswer(plan, dryRun: isDryRun))
      }
    }
  }
}

extension UnitImport {
  /// The table's columns.
  static let table = CSVTable(
    columns: [
      .required(Column.unitID.rawValue, .identifierPart(max: UnitID.joinableMax)),
      .required(Column.name.rawValue, .text(max: 300)),
      .required(Column.level.rawValue, .identifier),
      .optional(Column.parentID.rawValue, .identifier),
      .optional(Column.managingUnitID.rawValue, .identifier),
      .required(Column.peerGroup.rawValue, .identifier),
      .required(Column.reviewed.rawValue, .boolean),
      .optional(Column.sector.rawValue, .identifier),
    ], omittable: [Column.sector.rawValue])
}

extension UnitImport.Row {
  /// Reads a line whose columns were checked, of a file with or without sectors.
  init(_ row: CSVRow, hasSector: Bool) throws {
    typealias Column = UnitImport.Column
    self.init(
      line: row.line, unitID: try row.require(Column.unitID.rawValue, as: UnitID.init),
      name: row[Column.name.rawValue],
      level: try row.require(Column.level.rawValue, as: LevelCode.init),
      parentID: try row.value(Column.parentID.rawValue, as: UnitID.init),
      managingUnitID: try row.value(Column.managingUnitID.rawValue, as: UnitID.init),
      peerGroup: try row.require(Column.peerGroup.rawValue, as: PeerGroupCode.init),
      reviewed: row.flag(Column.reviewed.rawValue),
      sector: hasSector
        ? .said(try row.value(Column.sector.rawValue, as: ListCode.init)) : .leftOut)
  }
}
