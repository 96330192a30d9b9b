import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Answers everybody who is a member on a day as a file with the columns of the import.
  ///
  /// One member may be looked up by anybody who knows the id; all of them at once are personal data
  /// in bulk, and only for who may also import them.
  static func exportPersons(_ context: ServiceContext) -> HTTPRoute {
    .export(
      "/v1/persons/export", summary: "Xuất danh sách đảng viên ra tệp CSV hoặc XLSX",
      parameters: [QueryViewpoint.asOf], table: PersonImport.table,
      name: (file: "persons", sheet: "Đảng viên")
    ) { request in
      let actor = try request.requireActor()
      let (today, day) = (
        context.calendar.today, try QueryViewpoint.day(of: request, context.calendar)
      )
      let rowsMax = PersonImport.table.rowsMax
      let persons = try await context.store.commit { transaction in
        try Guards.requireProvince(actor, on: today, rules: context.rules, transaction)
        // One more than a file may hold, so that a cut would be seen.
        return try PersonTable.all(on: day, limit: rowsMax + 1, transaction)
      }
      // Where there are too many, those who are not there yet are left in: then it is refused.
      return persons.filter { $0.isThere || persons.count > rowsMax }.map { person in
        PersonImport.Column.allCases.map { column in person.state.text(of: column) }
      }
    }
  }
}

extension PersonState {
  /// The text of a column, as an import reads it.
  fileprivate func text(of column: PersonImport.Column) -> String? {
    switch column {
    case .personID: personID.text
    case .fullName: fullName
    case .memberOfID: memberOfID.text
    case .managingUnitID: managingUnitID.text
    case .role: role.rawValue
    case .peerGroup: peerGroup.text
    case .channel: channel.rawValue
    }
  }
}
