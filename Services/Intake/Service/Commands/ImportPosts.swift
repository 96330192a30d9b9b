import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Takes over posts from a table: everything or nothing of it.
  static func importPosts(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/posts/import", summary: "Nhập danh sách chức vụ từ tệp CSV hoặc XLSX",
      parameters: [ImportAnswer.dryRun], body: .table(PostImport.table), answer: ImportAnswer.shape
    ) { request in
      let sheet = request.csv()
      let rows = try sheet.rows.map { row in try PostImport.Row(row) }
      let isDryRun = request.query.flag("dryRun")
      return { transaction in
        try Guards.holdTree(transaction)
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let persons = Set(rows.map(\.personID)).sorted()
        let known = try OrganisationStreams.loadTree(persons: persons, transaction)
        // A line that cannot be read may be the one that seems to be left out.
        let plan = try sheet.planned(hidingWhileUnreadable: .rankLeftOut) {
          () throws(ImportRefusal<PostImport.Column>) in
          try PostImport.plan(rows, history: known.history)
        }
        if !isDryRun {
          let facts = (plan.registered + plan.amended).map { OrganisationEvent.postsAssigned($0) }
          try ImportBatches.record(
            facts, amended: Set(facts.map(\.subject)), request, transaction)
        }
        return CommandAnswer(.ok, body: ImportAnswer(plan, dryRun: isDryRun))
      }
    }
  }
}

extension PostImport {
  /// The table's columns.
  static let table = CSVTable(columns: [
    .required(Column.personID.rawValue, .identifier),
    .required(Column.rank.rawValue, .integer(1...100)),
    .required(Column.unitID.rawValue, .identifier),
    .required(Column.role.rawValue, .choice(of: MemberRole.self)),
    .required(Column.effectiveOn.rawValue, .date),
    .required(Column.legalBasis.rawValue, .text(max: 100)),
  ])
}

extension PostImport.Row {
  /// Reads a line whose columns were checked.
  init(_ row: CSVRow) throws {
    typealias Column = PostImport.Column
    self.init(
      line: row.line, personID: try row.require(Column.personID.rawValue, as: PersonID.init),
      rank: Int(row.integer(Column.rank.rawValue) ?? 0),
      unitID: try row.require(Column.unitID.rawValue, as: UnitID.init),
      role: try row.require(Column.role.rawValue, as: choice(MemberRole.self)),
      effectiveOn: try row.require(Column.effectiveOn.rawValue) { try LocalDate($0) },
      legalBasis: row[Column.legalBasis.rawValue])
  }
}
