import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Takes over members from a table: everything or nothing of it.
  static func importPersons(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/persons/import", summary: "Nhập danh sách đảng viên từ tệp CSV hoặc XLSX",
      parameters: [ImportAnswer.dryRun], body: .table(PersonImport.table),
      answer: ImportAnswer.shape
    ) { request in
      let sheet = request.csv()
      let rows = try sheet.rows.map { row in try PersonImport.Row(row) }
      let isDryRun = request.query.flag("dryRun")
      return { transaction in
        try Guards.holdTree(transaction)
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let known = try PersonTable.find(
          Array(Set(rows.map(\.personID))), on: request.today, transaction)
        let there = known.filter(\.isThere).map(\.state)
        let units = try UnitTable.all(on: request.today, transaction)
        let plan = try sheet.planned { () throws(ImportRefusal<PersonImport.Column>) in
          try PersonImport.plan(
            rows,
            existing: Dictionary(
              uniqueKeysWithValues: there.map { ($0.personID, $0.registered) }),
            levels: Dictionary(
              uniqueKeysWithValues: units.filter(\.isThere).map {
                ($0.state.unitID, $0.state.level)
              }),
            gone: Set(known.filter { !$0.isThere }.map(\.state.personID)),
            goneUnits: Set(units.filter { !$0.isThere }.map(\.state.unitID)))
        }
        let facts = (plan.registered + plan.amended).map { OrganisationEvent.personRegistered($0) }
        let amended = Set(plan.amended.map { SubjectID.person($0.personID) })
        let lines = Dictionary(
          rows.map { (SubjectID.person($0.personID), $0.line) },
          uniquingKeysWith: { first, _ in first })
        try sheet.refuse(
          try ImportBatches.contradiction(of: facts, amended: amended, request, transaction),
          in: PersonImport.Column.personID, line: { lines[$0] })
        if !isDryRun {
          try ImportBatches.record(facts, amended: amended, request, transaction)
        }
        return CommandAnswer(.ok, body: ImportAnswer(plan, dryRun: isDryRun))
      }
    }
  }
}

extension PersonImport {
  /// The table's columns.
  static let table = CSVTable(columns: [
    .required(Column.personID.rawValue, .identifierPart(max: PersonID.joinableMax)),
    .required(Column.fullName.rawValue, .text(max: 200)),
    .required(Column.memberOfID.rawValue, .identifier),
    .required(Column.managingUnitID.rawValue, .identifier),
    .required(Column.role.rawValue, .choice(of: MemberRole.self)),
    .required(Column.peerGroup.rawValue, .identifier),
    .required(Column.channel.rawValue, .choice(of: FilingChannel.self)),
  ])
}

extension PersonImport.Row {
  /// Reads a line whose columns were checked.
  init(_ row: CSVRow) throws {
    typealias Column = PersonImport.Column
    self.init(
      line: row.line, personID: try row.require(Column.personID.rawValue, as: PersonID.init),
      fullName: row[Column.fullName.rawValue],
      memberOfID: try row.require(Column.memberOfID.rawValue, as: UnitID.init),
      managingUnitID: try row.require(Column.managingUnitID.rawValue, as: UnitID.init),
      role: try row.require(Column.role.rawValue, as: choice(MemberRole.self)),
      peerGroup: try row.require(Column.peerGroup.rawValue, as: PeerGroupCode.init),
      channel: try row.require(Column.channel.rawValue, as: choice(FilingChannel.self)))
  }
}
